package io.haori.cli.embed;

import io.haori.cli.remote.RemoteModels;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import java.util.List;

/** What makes the vectors: a base in this process, or a server. */
interface VectorSource extends AutoCloseable {
  /** How many numbers a vector has. */
  int width();

  /**
   * One vector a row.
   *
   * @param rows at least one
   * @return {@code [n][width]}
   */
  float[][] vectors(List<Row> rows);

  /** Whether pictures make vectors, not texts. */
  boolean readsPictures();

  @Override
  default void close() {}

  /**
   * Refuses options that a server has no use for, before anything is read.
   *
   * @param remote says whether one is asked
   * @param embedder what was chosen besides
   */
  static void check(RemoteOptions remote, EmbedderOptions embedder) {
    remote.check();
    remote.refuse("--pooling", embedder.pooling);
    remote.refuse("--max-length", embedder.maxLength);
    remote.refuse("--normalize", embedder.normalize.equals("no") ? "no" : null);
  }

  /**
   * What was chosen: the server of {@code --server}, else a base in this process.
   *
   * @param remote already checked
   * @param embedder already checked
   */
  static VectorSource open(
      Session session, CommonOptions common, EmbedderOptions embedder, RemoteOptions remote) {
    if (remote.server == null) {
      return local(session, common, embedder.open(session, common));
    }
    String model =
        embedder.adapter == null ? common.baseOr(CommonOptions.DEFAULT_BASE) : embedder.adapter;
    return remote(remote.open(session.context()), model);
  }

  /** A base in this process, taken over. */
  private static VectorSource local(
      Session session, CommonOptions common, EmbedderOptions.Opened opened) {
    UnknownTokenNote note = new UnknownTokenNote(session, common, opened.base().name());
    return new VectorSource() {
      @Override
      public int width() {
        return opened.embedder().options().width(opened.base());
      }

      @Override
      public float[][] vectors(List<Row> rows) {
        TokenizedRows tokens = opened.embedder().tokenize(rows);
        note.look(tokens.coverage());
        return opened.embedder().vectors(tokens);
      }

      @Override
      public boolean readsPictures() {
        return opened.base().backbone().config().pictures() != null;
      }

      @Override
      public void close() {
        opened.close();
      }
    };
  }

  /**
   * A server, which is asked for one vector at once: who gives a wrong address or name hears it
   * before anything is read.
   *
   * @param models of the server
   * @param model a module, or a base by its name
   */
  private static VectorSource remote(RemoteModels models, String model) {
    RemoteModels.VectorKind kind = models.vectorKind(model);
    return new VectorSource() {
      @Override
      public int width() {
        return kind.width();
      }

      @Override
      public float[][] vectors(List<Row> rows) {
        return models.vectors(model, rows);
      }

      @Override
      public boolean readsPictures() {
        return kind.ofPictures();
      }
    };
  }
}
