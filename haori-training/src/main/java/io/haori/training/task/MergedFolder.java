package io.haori.training.task;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.files.AtomicFiles;
import io.haori.model.config.ConfigWriter;
import io.haori.model.transformer.Encoder;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A base with an adapter merged into its weights, as a Hugging Face folder: {@code config.json},
 * {@code model.safetensors} in F32, {@code tokenizer.json} and {@code tokenizer_config.json}. It
 * computes what base and adapter compute together, but for rounding.
 */
public final class MergedFolder {
  private MergedFolder() {}

  /**
   * Writes the files; those of the heads are not among them.
   *
   * @param folder exists
   * @param model its base should be kept in F32, so that nothing is rounded twice
   */
  public static void write(Path folder, TextModel model) {
    write(folder, model.base(), model.module().layers());
  }

  /**
   * Writes a base as it stands, with what training moved its weights to.
   *
   * @param folder exists
   * @param base should be kept in F32, so that nothing is rounded twice
   */
  public static void write(Path folder, TextBase base) {
    write(folder, base, Map.of());
  }

  private static void write(Path folder, TextBase base, Map<String, AdaptedLinear> layers) {
    Encoder encoder = base.encoder();
    // A checkpoint with a language head names the encoder inside it, one without does not.
    String type = encoder.config().modelType();
    String prefix = encoder.languageHead() == null ? "" : type + ".";
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Weight weight : encoder.weights()) {
        for (Weight part : weight.parts()) {
          Tensor value = part.current().to(DType.F32);
          tensors.put(stored(part.name(), prefix), merged(part.name(), value, layers));
        }
      }
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
    String family = capitalised(type);
    String head = encoder.languageHead() == null ? "Model" : "ForMaskedLM";
    ConfigWriter.write(folder.resolve("config.json"), encoder.config(), family + head);
    AtomicFiles.writeText(folder.resolve("tokenizer.json"), base.tokenizer().toJson());
    AtomicFiles.writeText(folder.resolve("tokenizer_config.json"), base.tokenizer().toConfigJson());
  }

  private static Tensor merged(String name, Tensor value, Map<String, AdaptedLinear> layers) {
    AdaptedLinear layer =
        name.endsWith(".weight") ? layers.get(name.replaceFirst("\\.weight$", "")) : null;
    return layer == null ? value : layer.merged(value);
  }

  private static String stored(String name, String prefix) {
    boolean outside = name.startsWith("cls.") || name.startsWith("lm_head.");
    return outside ? name : prefix + name;
  }

  private static String capitalised(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
