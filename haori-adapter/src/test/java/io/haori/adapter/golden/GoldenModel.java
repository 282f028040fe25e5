package io.haori.adapter.golden;

import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.PictureShape;
import io.haori.model.image.PictureValues;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A golden base with the head of its reference: pooler and classifier of a BERT, dense, tanh and
 * output of a RoBERTa, what DistilBERT and ModernBERT have in their place, or a language head.
 */
public final class GoldenModel implements AutoCloseable {
  private final Backbone backbone;
  private final Map<String, Parameter> head;
  private final Map<String, Tensor> frozenHead;

  private GoldenModel(
      Backbone backbone, Map<String, Parameter> head, Map<String, Tensor> frozenHead) {
    this.backbone = backbone;
    this.head = head;
    this.frozenHead = frozenHead;
  }

  /** The base of a golden folder, with the base's own head. */
  public static GoldenModel open(String name, Path temporary) {
    Path folder = Golden.copy("models/" + name, temporary);
    try (Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      return open(FamilyCatalogue.read(folder.resolve("config.json")), weights);
    }
  }

  /**
   * The base of a golden folder kept in fewer bits.
   *
   * @param texts that it reads to find columns of large inputs, as when a base is opened in 8 bits
   */
  public static GoldenModel open(
      String name, BasePrecision precision, TextBatch texts, Path temporary) {
    Path folder = Golden.copy("models/" + name, temporary);
    boolean int8 = precision == BasePrecision.INT8;
    try (Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
      GoldenModel model = open(config, weights, int8 ? BasePrecision.FP32 : precision);
      if (int8) {
        model.backbone().quantise(texts, InputGradients.INT8);
      }
      return model;
    }
  }

  /** A base whose weights come from elsewhere. */
  public static GoldenModel open(ModelConfig config, Weights weights) {
    return open(config, weights, BasePrecision.FP32);
  }

  private static GoldenModel open(ModelConfig config, Weights weights, BasePrecision precision) {
    Map<String, Parameter> head = new LinkedHashMap<>();
    Map<String, Tensor> frozenHead = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      for (String name : weights.names()) {
        if (name.startsWith("classifier.") || name.startsWith("pre_classifier.")) {
          head.put(name, new Parameter(name, weights.load(name)));
        } else if (name.startsWith("head.")) {
          frozenHead.put(name, weights.load(name).retain());
        }
      }
    }
    return new GoldenModel(
        FamilyCatalogue.build(config, weights, precision, Pooling.AUTO), head, frozenHead);
  }

  public Backbone backbone() {
    return backbone;
  }

  /** Trainable parameters of the classifier, none for a masked-LM base. */
  public Map<String, Parameter> head() {
    return head;
  }

  /** The inputs of a golden case. */
  public static TextBatch batch(Weights io) {
    try (Scope scope = Scope.open()) {
      if (io.contains("in.pixel_values")) {
        return pictures(io.load("in.pixel_values"));
      }
      Tensor ids = io.load("in.input_ids");
      int length = (int) ids.size(1);
      int[] lengths = new int[(int) ids.size(0)];
      long[] mask = io.load("in.attention_mask").toLongs();
      for (int i = 0; i < mask.length; i++) {
        lengths[i / length] += (int) mask[i];
      }
      return new TextBatch(ids.toLongs(), new long[mask.length], lengths, length);
    }
  }

  /** Of the golden vision transformer: patches of 4 pixels, and one learnt token before them. */
  private static TextBatch pictures(Tensor pixels) {
    int side = (int) pixels.size(2);
    return TextBatch.of(
        new PictureValues(
            pixels.toFloats(), (int) pixels.size(0), side, side, new PictureShape(side, 4, 1)));
  }

  /** What the reference gives for each padded place, {@code [rows, length, …]}, of the tokens. */
  public static Tensor tokens(TextBatch batch, Tensor padded) {
    List<Tensor> texts = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      texts.add(padded.select(0, row).narrow(0, 0, batch.lengthOf(row)));
    }
    return Tensors.cat(texts, 0);
  }

  /** Logits as the reference shapes them, but for a masked LM {@code [tokens, vocabulary]}. */
  public Variable logits(Tape tape, TextBatch batch, Adaptation adaptation, boolean checkpointing) {
    if (backbone.causalHead() != null) {
      Variable hidden = backbone.hidden(tape, batch, adaptation, checkpointing);
      return backbone.causalHead().logits(tape, hidden);
    }
    if (backbone.languageHead() != null) {
      Variable hidden = backbone.hidden(tape, batch, adaptation, checkpointing);
      return backbone.languageHead().logits(tape, hidden);
    }
    Variable pooled = pooling().apply(tape, backbone, batch, adaptation, checkpointing);
    return Differentiated.apply(
        tape,
        List.of(pooled),
        List.copyOf(head.values()),
        tensors -> {
          Map<String, Tensor> named = new LinkedHashMap<>();
          int at = 1;
          for (String name : head.keySet()) {
            named.put(name, tensors.get(at++));
          }
          Tensor input = beforeClassifier(tensors.get(0).to(DType.F32), named);
          if (named.containsKey("classifier.weight")) {
            return linear(input, named, "classifier");
          }
          Tensor dense = linear(input, named, "classifier.dense").tanh();
          return linear(dense, named, "classifier.out_proj");
        });
  }

  private Pooling pooling() {
    Parameter classifier = head.get("classifier.weight");
    if (classifier != null && classifier.value().size(1) == 2L * backbone.width()) {
      return Pooling.FIRST_AND_PATCHES;
    }
    // The only golden ModernBERT classifier pools by the mean.
    return frozenHead.containsKey("head.dense.weight") ? Pooling.MEAN : Pooling.CLS;
  }

  /** What DistilBERT and ModernBERT put between the pooled vector and the classifier. */
  private Tensor beforeClassifier(Tensor pooled, Map<String, Tensor> named) {
    if (named.containsKey("pre_classifier.weight")) {
      return linear(pooled, named, "pre_classifier").relu();
    }
    if (frozenHead.containsKey("head.dense.weight")) {
      Tensor x = pooled.matmul(frozenHead.get("head.dense.weight").t()).gelu();
      Tensor centred = x.sub(x.mean(1, true));
      Tensor deviation = centred.square().mean(1, true).add(1e-5).sqrt();
      return centred.div(deviation).mul(frozenHead.get("head.norm.weight"));
    }
    return pooled;
  }

  private static Tensor linear(Tensor x, Map<String, Tensor> named, String layer) {
    return x.matmul(named.get(layer + ".weight").t()).add(named.get(layer + ".bias"));
  }

  /** What each logit is to predict: for a decoder the next token's label, none for the last. */
  public long[] labels(TextBatch batch, long[] labels) {
    if (backbone.causalHead() == null) {
      return labels;
    }
    long[] next = new long[labels.length];
    System.arraycopy(labels, 1, next, 0, labels.length - 1);
    for (int row = 0; row < batch.rows(); row++) {
      next[(int) batch.firstOf(row) + batch.lengthOf(row) - 1] = -100;
    }
    return next;
  }

  /** Mean cross entropy over the places whose label is not −100. */
  public static Variable loss(Tape tape, Variable logits, long[] labels) {
    long[] places =
        java.util.stream.IntStream.range(0, labels.length)
            .filter(i -> labels[i] >= 0)
            .mapToLong(i -> i)
            .toArray();
    long[] classes = java.util.Arrays.stream(labels).filter(label -> label >= 0).toArray();
    return Differentiated.apply(
        tape,
        List.of(logits),
        List.of(),
        tensors ->
            tensors
                .get(0)
                .to(DType.F32)
                .indexSelect(0, Tensors.of(places, places.length))
                .logSoftmax()
                .gather(1, Tensors.of(classes, classes.length, 1))
                .mean()
                .mul(-1));
  }

  @Override
  public void close() {
    head.values().forEach(Parameter::close);
    frozenHead.values().forEach(Tensor::close);
    backbone.close();
  }
}
