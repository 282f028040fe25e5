package io.haori.inference.folder;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.model.Projection;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Task;
import io.haori.inference.task.spi.TransformersTask;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.Slot;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.TransformersNames.Classifier;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A fitted model in the form of transformers' own classes with a head. A token classifier is a
 * linear layer {@code classifier} on every state. The sequence classifiers are {@code
 * BertForSequenceClassification} and {@code RobertaForSequenceClassification}: both compute {@code
 * tanh(D h + d)} of the first token's state and a linear layer on that. Where ours has no {@code
 * tanh}, {@code D} is a small multiple of the identity, so that {@code tanh(x) = x} to a relative
 * 2e-6 for states up to 10, and the linear layer is as much larger. {@code
 * DistilBertForSequenceClassification} computes {@code relu(D h + d)}, which nothing of ours is
 * like; only a head that came from it has that form.
 *
 * @param module the adapter without what {@code D} holds already; its layers stay owned by the
 *     module that it was made of
 * @param tensors full tensors by their plain name, in the current scope
 * @param modulesToSave names of the modules that they belong to
 * @param labels names by output; empty for a number
 * @param task what transformers calls it
 */
public record TransformersClassifier(
    AdapterModule module,
    Map<String, Tensor> tensors,
    List<String> modulesToSave,
    List<String> labels,
    TransformersTask task) {
  /** A power of two, so that multiplying with it rounds nothing. */
  private static final double SMALL = 0x1p-12;

  private static final String POOLER = "pooler.dense";
  private static final String PRE_CLASSIFIER = "pre_classifier";

  /**
   * Makes the form.
   *
   * @param model stays open and unchanged
   * @param module is written in the place of the model's own
   * @return empty when transformers has no class that computes the same; {@link #obstacle} says why
   */
  public static Optional<TransformersClassifier> of(TextModel model, AdapterModule module) {
    if (obstacle(model).isPresent()) {
      return Optional.empty();
    }
    TransformersTask task = model.heads().labels().task().transformers();
    if (model.heads().labels().task().readsWords()) {
      return Optional.of(tokens(model, module, task));
    }
    Backbone backbone = model.base().backbone();
    Classifier form = backbone.config().transformers().classifier();
    boolean roberta = form == Classifier.TANH_ON_FIRST_TOKEN;
    boolean patches = form == Classifier.LINEAR_ON_FIRST_AND_PATCHES;
    boolean alone = form == Classifier.LINEAR_ON_FIRST_TOKEN || patches;
    Map<String, Tensor> before = alone ? Map.of() : before(model, module, roberta);
    List<String> labels = labels(model);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    String layer =
        switch (form) {
          case TANH_ON_FIRST_TOKEN -> "classifier.dense";
          case RELU_ON_FIRST_TOKEN -> PRE_CLASSIFIER;
          case LINEAR_ON_POOLER,
              LINEAR_ON_FIRST_TOKEN,
              LINEAR_ON_FIRST_AND_PATCHES,
              LINEAR_ON_LAST_TOKEN,
              OTHER ->
              POOLER;
        };
    before.forEach((part, value) -> tensors.put(layer + "." + part, value));
    boolean plain = !alone && isPlain(model);
    String head = roberta ? "classifier.out_proj" : "classifier";
    Map<String, Tensor> ours = model.heads().tensors();
    Tensor weight = ordered(tensor(ours, "classifier.weight"), model, labels);
    tensors.put(head + ".weight", plain ? weight.mul(1 / SMALL) : weight);
    tensors.put(head + ".bias", ordered(tensor(ours, "classifier.bias"), model, labels));
    List<String> modules = new ArrayList<>(List.of("classifier"));
    if (!before.isEmpty() && !roberta) {
      modules.add(layer.equals(POOLER) ? "pooler" : layer);
    }
    AdapterModule written = before.isEmpty() && !roberta ? module : withoutPooler(module);
    return Optional.of(new TransformersClassifier(written, tensors, modules, labels, task));
  }

  /** A token classifier has no pooler. */
  private static TransformersClassifier tokens(
      TextModel model, AdapterModule module, TransformersTask task) {
    List<String> labels = labels(model);
    Map<String, Tensor> ours = model.heads().tensors();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : List.of("classifier.weight", "classifier.bias")) {
      tensors.put(name, ordered(tensor(ours, name), model, labels));
    }
    return new TransformersClassifier(
        withoutPooler(module), tensors, List.of("classifier"), labels, task);
  }

  /**
   * Why transformers has no class for a model, in words that follow "because"; empty when it has.
   */
  public static Optional<String> obstacle(TextModel model) {
    if (model.heads().labels().size() > 1) {
      return Optional.of("it has one head a domain");
    }
    ModelConfig config = model.base().backbone().config();
    Classifier form = config.transformers().classifier();
    Task task = model.heads().labels().task();
    if (form == Classifier.LINEAR_ON_LAST_TOKEN) {
      return Optional.of(
          "the head of "
              + config.transformers().withHead(task.transformers().modelClass())
              + (task.readsWords() ? " has another name" : " has no bias"));
    }
    if (task.readsWords()) {
      return form == Classifier.OTHER
          ? Optional.of(
              config.transformers().withHead(task.transformers().modelClass())
                  + " has other layers before the classifier")
          : Optional.empty();
    }
    boolean relu = form == Classifier.RELU_ON_FIRST_TOKEN && model.heads().projection() == null;
    if (form == Classifier.OTHER || relu) {
      return Optional.of(
          config.transformers().sequenceClassifier() + " has other layers before the classifier");
    }
    Pooling pooling = model.options().pooling().resolve(model.base().backbone());
    if (form == Classifier.LINEAR_ON_FIRST_AND_PATCHES) {
      boolean same = pooling == Pooling.FIRST_AND_PATCHES && model.heads().projection() == null;
      return same
          ? Optional.empty()
          : Optional.of(
              config.transformers().sequenceClassifier()
                  + " reads the first token beside the mean of the patches"
                  + " (pooling=first_and_patches)");
    }
    if (form == Classifier.LINEAR_ON_FIRST_TOKEN && !isPlain(model)) {
      return Optional.of(
          config.transformers().sequenceClassifier() + " has no layer before the classifier");
    }
    if (pooling == Pooling.CLS || pooling == Pooling.FIRST) {
      return Optional.empty();
    }
    return Optional.of(
        pooling == Pooling.MEAN
            ? "its head reads the mean of the tokens"
            : "its head reads the tokens by the pooling " + pooling.word());
  }

  /** What comes before the head: D and d by {@code weight} and {@code bias}; none for a pooler. */
  private static Map<String, Tensor> before(
      TextModel model, AdapterModule module, boolean roberta) {
    Projection projection = model.heads().projection();
    if (projection != null) {
      return parts(projection.weight(), projection.bias());
    }
    Backbone backbone = model.base().backbone();
    if (isPlain(model)) {
      int width = backbone.width();
      Tensor identity = Tensors.zeros(DType.F32, width, width).addToDiagonalInPlace(SMALL);
      return parts(identity, Tensors.zeros(DType.F32, width));
    }
    if (!roberta) {
      return Map.of();
    }
    Slot pooler =
        backbone.slots().stream()
            .filter(slot -> slot.name().equals(POOLER))
            .findFirst()
            .orElseThrow();
    Tensor weight = pooler.weight().current().to(DType.F32);
    AdaptedLinear layer = module.layers().get(POOLER);
    return parts(
        layer == null ? weight : layer.merged(weight),
        Objects.requireNonNull(pooler.bias()).current().to(DType.F32));
  }

  private static Map<String, Tensor> parts(Tensor weight, Tensor bias) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    parts.put("weight", weight);
    parts.put("bias", bias);
    return parts;
  }

  /** Whether the head reads the first token's state itself. */
  private static boolean isPlain(TextModel model) {
    Backbone backbone = model.base().backbone();
    boolean pooler =
        backbone.pooler() != null && model.options().pooling().resolve(backbone) == Pooling.CLS;
    return model.heads().projection() == null && !pooler;
  }

  private static AdapterModule withoutPooler(AdapterModule module) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>(module.layers());
    return layers.remove(POOLER) == null
        ? module
        : new AdapterModule(module.name(), module.method(), layers);
  }

  /** In the order of the base's own {@code id2label} where it names the same, else sorted. */
  private static List<String> labels(TextModel model) {
    DomainLabels labels = model.heads().labels();
    List<String> ours = labels.heads().get(0).labels().names();
    List<String> base = model.base().backbone().config().labels();
    boolean same = base.size() == ours.size() && new HashSet<>(base).equals(new HashSet<>(ours));
    return same ? base : ours;
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private static Tensor ordered(Tensor rows, TextModel model, List<String> labels) {
    if (labels.isEmpty()) {
      return rows;
    }
    List<String> ours = model.heads().labels().heads().get(0).labels().names();
    long[] index = labels.stream().mapToLong(ours::indexOf).toArray();
    return rows.indexSelect(0, Tensors.of(index, index.length));
  }
}
