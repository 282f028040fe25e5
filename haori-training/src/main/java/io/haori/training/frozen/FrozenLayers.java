package io.haori.training.frozen;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBatches;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextPass;
import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.StatesBelow;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the layers below the lowest adapter give for rows that are read every epoch: computed once,
 * in batches that depend on the rows alone, and kept in a temporary file in the type of the run. A
 * run that is stopped and continued computes the same bits again.
 */
public final class FrozenLayers implements AutoCloseable {
  private static final long MEGABYTE = 1 << 20;

  private final TokenizedRows rows;
  private final int layers;
  private final StateFile file;

  private FrozenLayers(TokenizedRows rows, int layers, StateFile file) {
    this.rows = rows;
    this.layers = layers;
    this.file = file;
  }

  /**
   * Whether states may be kept, and why not.
   *
   * @param bytes that they take
   * @param free bytes of the folder
   * @param folder where they would be
   * @param layers whose work would be saved
   * @return null when they may: half of what is free is left to others; else a sentence
   */
  static @Nullable String refusal(long bytes, long free, Path folder, int layers) {
    if (bytes <= free / 2) {
      return null;
    }
    return String.format(
        Locale.ROOT,
        "%s computed anew in every epoch: the states would take %,d MB, and half of what is free in"
            + " %s is %,d MB; -Djava.io.tmpdir names another folder.",
        subject(layers),
        bytes / MEGABYTE,
        folder,
        free / 2 / MEGABYTE);
  }

  /**
   * That states may be kept.
   *
   * @param folder where; what is free there is looked at
   * @param notes hears why it cannot be
   */
  public record Use(Path folder, Consumer<String> notes) {}

  /** Whose work is not saved. */
  static String subject(int layers) {
    return layers == 1 ? "The lowest layer is" : "The " + layers + " lowest layers are";
  }

  /** Bytes that are free there; 0 where nobody knows. */
  static long free(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Computes and keeps the states of rows.
   *
   * @param model whose adapters sit above
   * @param layers how many below them
   * @param rows at least one
   * @param folder where the file is made
   * @throws IOException when the file cannot be written
   */
  static FrozenLayers of(TextModel model, int layers, TokenizedRows rows, Path folder)
      throws IOException {
    Backbone backbone = model.base().backbone();
    DType dtype = model.options().precision();
    StateFile file = new StateFile(folder, rows, dtype, backbone.width());
    boolean whole = false;
    try {
      List<int[]> plan = BatchPlan.evaluation(rows.lengths()).batches();
      TextBatches batches = TextBatches.of(rows);
      for (int at = 0; at < plan.size(); at++) {
        int[] index = plan.get(at);
        batches.expect(plan.subList(at, plan.size()));
        try (Scope scope = Scope.open();
            TextBatch texts = batches.of(index)) {
          file.write(backbone.statesBelow(layers, texts, dtype).states(), index);
        }
      }
      whole = true;
      return new FrozenLayers(rows, layers, file);
    } finally {
      if (!whole) {
        file.close();
      }
    }
  }

  /** How many layers are not computed again. */
  int layers() {
    return layers;
  }

  /** Some of the rows, whose passes begin above these layers; to be closed by the caller. */
  TextBatch batch(int... rowIndex) {
    TextBatch texts = TextPass.batch(rows.batch(rowIndex));
    try (Scope scope = Scope.open()) {
      texts.beginAbove(new StatesBelow(layers, file.read(rowIndex)));
      return texts;
    } catch (RuntimeException e) {
      texts.close();
      throw e;
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
