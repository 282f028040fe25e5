package io.haori.inference.folder;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.TransformersTask;
import io.haori.model.backbone.Backbone;
import io.haori.model.config.ConfigWriter;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.TransformersNames;
import io.haori.model.config.TransformersNames.Classifier;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

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
    write(folder, model.base(), model.module().layers(), name -> true);
  }

  /**
   * Writes a base as it is, with what training moved its weights to.
   *
   * @param folder exists
   * @param base should be kept in F32, so that nothing is rounded twice
   */
  public static void write(Path folder, TextBase base) {
    write(folder, base, Map.of(), name -> true);
  }

  /**
   * Writes a base with a domain's module. With a masked-LM head it is exactly what transformers'
   * class with that head holds, which has no pooler.
   *
   * @param folder exists
   * @param base should be kept in F32, so that nothing is rounded twice
   * @param module without a head
   */
  public static void write(Path folder, TextBase base, AdapterModule module) {
    boolean pooler = base.backbone().languageHead() == null;
    write(
        folder,
        base,
        module.layers(),
        name -> pooler || !base.backbone().poolerNames().contains(name));
  }

  /**
   * Writes a base as it is, as a sequence classifier with a head, for programs that load it before
   * an adapter.
   *
   * @param folder exists
   * @param base should be kept in F32, so that nothing is rounded twice
   * @param classifier its head and its labels
   */
  public static void write(Path folder, TextBase base, TransformersClassifier classifier) {
    Backbone backbone = base.backbone();
    ModelConfig config = backbone.config();
    TransformersNames names = config.transformers();
    boolean stored = classifier.modulesToSave().contains("pooler");
    boolean sequence = classifier.task().peftTask().equals(TransformersTask.SEQUENCE);
    boolean pooler = sequence && names.classifier() == Classifier.LINEAR_ON_POOLER && !stored;
    Set<String> left = new HashSet<>(backbone.languageHeadNames());
    if (!pooler) {
      left.addAll(backbone.poolerNames());
    }
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      classifier
          .tensors()
          .forEach(
              (name, value) ->
                  tensors.put((name.startsWith("pooler.") ? names.prefix() : "") + name, value));
      for (Weight part : parts(backbone)) {
        if (!left.contains(part.name())) {
          tensors.put(names.prefix() + part.name(), part.current().to(DType.F32));
        }
      }
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
    boolean number = classifier.labels().isEmpty();
    ConfigWriter.write(
        folder.resolve("config.json"),
        config,
        names.withHead(classifier.task().modelClass()),
        classifier.task().problemType(),
        number ? List.of("value") : classifier.labels());
    TokenizerFiles.write(folder, base);
  }

  private static void write(
      Path folder, TextBase base, Map<String, AdaptedLinear> layers, Predicate<String> wanted) {
    Backbone backbone = base.backbone();
    // A checkpoint with a language head puts a prefix before the base's names, one without does
    // not.
    Set<String> head = backbone.languageHeadNames();
    TransformersNames names = backbone.config().transformers();
    boolean causal = backbone.causalHead() != null;
    String prefix = head.isEmpty() && !causal ? "" : names.prefix();
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Weight part : parts(backbone)) {
        if (wanted.test(part.name())) {
          Tensor value = part.current().to(DType.F32);
          String before = head.contains(part.name()) ? "" : prefix;
          Tensor merged = merged(part.name(), value, layers);
          tensors.put(before + part.name(), asStored(names, part.name(), merged));
        }
      }
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
    String architecture =
        causal
            ? names.causalLanguageModel()
            : head.isEmpty() ? names.model() : names.maskedLanguageModel();
    ConfigWriter.write(folder.resolve("config.json"), backbone.config(), architecture);
    TokenizerFiles.write(folder, base);
  }

  private static List<Weight> parts(Backbone backbone) {
    return backbone.weights().stream().flatMap(weight -> weight.parts().stream()).toList();
  }

  private static Tensor asStored(TransformersNames names, String name, Tensor value) {
    boolean turned = value.rank() == 2 && names.storesInputsFirst(name);
    return turned ? value.t().contiguous() : value;
  }

  private static Tensor merged(String name, Tensor value, Map<String, AdaptedLinear> layers) {
    AdaptedLinear layer =
        name.endsWith(".weight") ? layers.get(name.replaceFirst("\\.weight$", "")) : null;
    return layer == null ? value : layer.merged(value);
  }
}
