package io.haori.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.model.config.LlamaCppNames;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A base as one file of llama.cpp. */
public final class GgufBase {
  private static final String ENDING = ".gguf";

  private GgufBase() {}

  /** Whether a name is that of such a file which is there. */
  public static boolean is(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ENDING) && Files.isRegularFile(file);
  }

  /**
   * Its shape, as a {@code config.json} says it.
   *
   * @throws UserError in one sentence when the file is damaged, or no base that is known
   */
  public static ObjectNode config(Path file) {
    try (GgufFile gguf = GgufFile.open(file)) {
      return GgufConfig.of(gguf);
    }
  }

  /**
   * Its tensors.
   *
   * @param file of a base
   * @param layout of its family
   * @return to be closed by the caller
   * @throws UserError when there is a tensor that the family does not have
   */
  public static Weights weights(Path file, LlamaCppNames layout) {
    GgufFile gguf = GgufFile.open(file);
    boolean sound = false;
    try {
      Weights weights = new GgufWeights(gguf, layout);
      sound = true;
      return weights;
    } finally {
      if (!sound) {
        gguf.close();
      }
    }
  }

  /**
   * Its tokenizer: that of a {@code tokenizer.json} beside the file, else that in the file.
   *
   * @return to be closed by the caller
   * @throws UserError when it is of a kind that is not known
   */
  public static Tokenizer tokenizer(Path file) {
    if (Files.exists(file.resolveSibling("tokenizer.json"))) {
      Path folder = file.toAbsolutePath().getParent();
      return Tokenizer.open(folder == null ? Path.of(".") : folder);
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      return GgufTokenizer.open(gguf);
    }
  }
}
