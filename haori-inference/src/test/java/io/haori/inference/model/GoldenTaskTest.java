package io.haori.inference.model;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.FetchListener;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logits and losses of the heads against transformers' own classes, on tiny random models. */
class GoldenTaskTest {
  private static final int CLASSES = 4;

  @TempDir Path temporary;

  private Path folder(String name) throws Exception {
    Path folder = Golden.copy("models/" + name, temporary);
    Files.copy(TinyBase.folder(temporary).resolve("vocab.txt"), folder.resolve("vocab.txt"));
    return folder;
  }

  private static Heads heads(Path folder, Task task) {
    try (Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("classifier.weight", weights.load("classifier.weight"));
      tensors.put("classifier.bias", weights.load("classifier.bias"));
      int width = (int) tensors.get("classifier.weight").size(1);
      DomainLabels labels = DomainLabels.single(task, LabelSet.of(List.of("l0", "l1", "l2", "l3")));
      return Heads.restore(labels, width, tensors);
    }
  }

  private static int[] lengths(Weights io) {
    long[] mask = io.load("in.attention_mask").toLongs();
    int length = (int) io.load("in.attention_mask").size(1);
    int[] lengths = new int[mask.length / length];
    for (int i = 0; i < mask.length; i++) {
      lengths[i / length] += (int) mask[i];
    }
    return lengths;
  }

  private static TextBatch batch(Weights io) {
    long[] ids = io.load("in.input_ids").toLongs();
    int length = (int) io.load("in.input_ids").size(1);
    return new TextBatch(ids, new long[ids.length], lengths(io), length);
  }

  /** The loss, and the gradient of the head's weight against central differences. */
  private static void assertLoss(Heads heads, Tensor states, double[][] targets, Weights io) {
    int[] ofHead = new int[targets.length];
    Parameter weight = heads.parameters().get(0);
    weight.gradient().zeroInPlace();
    try (Tape tape = Tape.recording(DType.F32, 0)) {
      Variable loss = heads.loss(tape, tape.constant(states), ofHead, targets);
      assertClose("loss", loss.value().reshape(1), io.load("out.loss"), 1e-5, 1e-6);
      tape.backward(loss);
    }
    float[] gradient = weight.gradient().toFloats();
    float[] values = weight.value().toFloats();
    for (int at : new int[] {0, 37, values.length - 1}) {
      double up = lossAt(heads, weight, values, at, 1e-2f, states, targets);
      double down = lossAt(heads, weight, values, at, -1e-2f, states, targets);
      assertThat((double) gradient[at]).isCloseTo((up - down) / 2e-2, within(2e-4));
    }
  }

  private static double lossAt(
      Heads heads,
      Parameter weight,
      float[] values,
      int at,
      float change,
      Tensor states,
      double[][] targets) {
    float[] changed = values.clone();
    changed[at] += change;
    weight.value().copyInPlace(Tensors.of(changed, weight.value().shape()));
    try (Tape tape = Tape.inference(DType.F32)) {
      return heads
          .loss(tape, tape.constant(states), new int[targets.length], targets)
          .value()
          .item();
    } finally {
      weight.value().copyInPlace(Tensors.of(values, weight.value().shape()));
    }
  }

  @Test
  void aMultiLabelHeadIsThatOfTransformers() throws Exception {
    Path folder = folder("bert-multilabel");
    Task task = TaskCatalogue.find("multi-label").orElseThrow();
    try (Scope scope = Scope.open();
        TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Heads heads = heads(folder, task);
        TextBatch batch = batch(io)) {
      Tensor pooled =
          Pooling.CLS
              .apply(Tape.inference(DType.F32), base.backbone(), batch, Adaptation.NONE, false)
              .value();
      Tensor logits = Tensors.of(flat(heads.logits(0, pooled)), batch.rows(), CLASSES);
      assertClose("logits", logits, io.load("out.logits"), 1e-5, 1e-6);
      float[] wanted = io.load("in.labels").toFloats();
      double[][] targets = new double[batch.rows()][CLASSES];
      for (int i = 0; i < wanted.length; i++) {
        targets[i / CLASSES][i % CLASSES] = wanted[i];
      }
      assertLoss(heads, pooled, targets, io);
    }
  }

  @Test
  void aTaggingHeadIsThatOfTransformers() throws Exception {
    Path folder = folder("bert-tagging");
    Task task = TaskCatalogue.find("tagging").orElseThrow();
    try (Scope scope = Scope.open();
        TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Heads heads = heads(folder, task);
        TextBatch batch = batch(io)) {
      long[] all = IntStream.range(0, (int) batch.tokens()).asLongStream().toArray();
      Tensor states =
          WordStates.at(Tape.inference(DType.F32), base, batch, all, Adaptation.NONE, false)
              .value();
      long[] tags = io.load("in.labels").toLongs();
      int length = (int) io.load("in.labels").size(1);
      List<double[]> targets = new ArrayList<>();
      List<Tensor> expected = new ArrayList<>();
      for (int row = 0; row < batch.rows(); row++) {
        expected.add(io.load("out.logits").select(0, row).narrow(0, 0, batch.lengthOf(row)));
        for (int at = 0; at < batch.lengthOf(row); at++) {
          targets.add(new double[] {tags[row * length + at]});
        }
      }
      Tensor logits = Tensors.of(flat(heads.logits(0, states)), targets.size(), CLASSES);
      assertClose("logits", logits, Tensors.cat(expected, 0), 1e-5, 1e-6);
      assertLoss(heads, states, targets.toArray(double[][]::new), io);
    }
  }

  @Test
  void placesAreTheFirstTokensOfWordsOfABatchInItsOrder() throws Exception {
    Task task = TaskCatalogue.find("tagging").orElseThrow();
    List<Row> rows =
        List.of(
            Row.ofWords(List.of("wordbb", "wordbc", "wordbd", "wordbe"), null),
            Row.ofWords(List.of("wordbb"), null));
    try (TextBase base =
        TextBase.open(folder("bert-tagging").toString(), DType.F32, FetchListener.SILENT)) {
      Positions positions = new Positions(TokenizedRows.of(rows, base.tokenizer(), 4, task), task);
      assertThat(positions.count(0, 1)).isEqualTo(3);
      assertThat(positions.tokens(0, 1)).containsExactly(1, 2, 5);
      assertThat(positions.tokens(1, 0)).containsExactly(1, 4, 5);
      assertThat(positions.numbers(1, 0)).containsExactly(2, 0, 1);
      assertThat(positions.heads(new int[] {0, 1}, 1, 0)).containsExactly(1, 0, 0);
    }
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * CLASSES];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i / CLASSES][i % CLASSES];
    }
    return flat;
  }
}
