package io.haori.inference.local;

import io.haori.core.text.Embedder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import java.util.List;
import java.util.stream.IntStream;

/** Vectors of a base in this process, with a model's adapter or without. Owns nothing. */
public final class LocalEmbedder implements Embedder {
  private final TextEmbedder embedder;
  private final String name;

  private LocalEmbedder(TextEmbedder embedder, String name) {
    this.embedder = embedder;
    this.name = name;
  }

  /**
   * Vectors of a base alone.
   *
   * @param base must stay open
   * @param options how texts are read
   */
  public static LocalEmbedder of(TextBase base, TextOptions options) {
    return new LocalEmbedder(
        new TextEmbedder(base, Adaptation.NONE, options.forComparison(base), true), base.name());
  }

  /**
   * The vectors that a model's heads read.
   *
   * @param model must stay open
   * @param name of it, for logs
   */
  public static LocalEmbedder of(TextModel model, String name) {
    return new LocalEmbedder(
        new TextEmbedder(model.base(), model.module(), model.options(), true), name);
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    List<Row> rows =
        IntStream.range(0, texts.size())
            .mapToObj(i -> new Row(texts.get(i), null, null, null, i + 1L))
            .toList();
    return rows.isEmpty() ? List.of() : List.of(embedder.vectors(rows));
  }

  @Override
  public int width() {
    return embedder.options().width(embedder.base());
  }

  @Override
  public String name() {
    return name;
  }
}
