package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.TargetScale;
import io.haori.inference.task.spi.Targets;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.model.weights.SafetensorsFile;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.testkit.TinyBase;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.Selection;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers are learnt in units of their deviation and answered in their own. */
class RegressionTest {
  private static final Provenance NOTHING =
      new Provenance(Map.of(), Map.of(), 42, 1, 1, Map.of(), Map.of());

  @TempDir Path temporary;

  private static TuneSettings settings(int epochs, Pooling pooling) {
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(epochs)
            .withSelection(new Selection("pearson", true, 0))
            .withOptimizer(AdamWConfig.DEFAULT.withLearningRate(1e-2));
    return new TuneSettings(
        MethodCatalogue.create("lora", Map.of()),
        loop,
        new TextOptions(pooling, 16, DType.F32),
        8,
        false);
  }

  /**
   * Rows whose word says which of three numbers is right; those of a second domain are negative.
   */
  private Dataset numbers(double mean, double spread, boolean domains) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("numbers"));
    for (String split : new String[] {"train", "validation", "test"}) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 24; i++) {
        boolean second = domains && i % 2 == 1;
        double label = (second ? -1 : 1) * (mean + spread * (i % 3 - 1));
        lines.append(
            "{\"text\":\"worda%c\",\"label\":%s%s}%n"
                .formatted(
                    (char) ('i' + i % 3),
                    label,
                    domains ? ",\"domain\":\"" + (second ? "b.1" : "a") + "\"" : ""));
      }
      Files.writeString(folder.resolve(split + ".jsonl"), lines.toString());
    }
    return Dataset.read(folder, DataOptions.USUAL.withTask(TaskCatalogue.REGRESSION));
  }

  @ParameterizedTest
  @CsvSource({"29475, 3879", "0, 1e-6", "1e9, 1e8", "1e9, 1", "-273.15, 40", "0, 1e14", "0.5, 0.1"})
  void numbersOfAnyUnitAreLearntAndAnsweredInTheirOwn(double mean, double spread)
      throws IOException {
    Dataset data = numbers(mean, spread, false);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(20, Pooling.MEAN)).tune(data)) {
      Map<String, Double> test = Predictions.of(tuned.model(), data.test()).scores().byName();
      assertThat(test.get("pearson")).isGreaterThan(0.95);
      assertThat(test.get("rmse") / spread).isLessThan(0.3);
      assertThat(test.get("mae")).isLessThanOrEqualTo(test.get("rmse"));
      assertThat(tuned.training().history().get(0).loss()).isBetween(0.0, 10.0);
      double answer = tuned.model().predict("wordak").value();
      assertThat((answer - mean) / spread).isCloseTo(1, within(0.5));
    }
  }

  @ParameterizedTest
  @CsvSource({"7", "-1e9", "1e-6", "0"})
  void whereAllNumbersAreOneItIsTheAnswer(double constant) {
    TargetScale scale = TargetScale.of(constant, constant, constant);
    assertThat(scale).isEqualTo(new TargetScale(constant, 0));
    assertThat(scale.standard(constant)).isZero();
    assertThat(scale.inUnit(-0.7)).isEqualTo(constant);
  }

  @Test
  void eachDomainHasItsOwnUnitAndAllAreStored() throws IOException {
    Dataset data = numbers(1000, 100, true);
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(2, Pooling.AUTO)).tune(data)) {
      assertThat(tuned.model().heads().scales())
          .hasSize(2)
          .satisfiesExactly(
              first -> assertThat(first.mean()).isCloseTo(1000, within(1e-9)),
              second -> assertThat(second.mean()).isCloseTo(-1000, within(1e-9)));
      double[] trained = Predictions.of(tuned.model(), data.test()).numbers();
      AdapterFolder.save(folder, tuned.model(), NOTHING);
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(loaded.heads().scales()).isEqualTo(tuned.model().heads().scales());
        assertThat(Predictions.of(loaded, data.test()).numbers()).isEqualTo(trained);
      }
    }
  }

  @Test
  void theHeadInTheFileOfPeftAnswersInTheUnitOfTheLabels() throws IOException {
    Dataset data = numbers(29475, 3879, false);
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(2, Pooling.CLS)).tune(data);
        Scope scope = Scope.open()) {
      AdapterFolder.save(folder, tuned.model(), NOTHING);
      double[] wanted = Predictions.of(tuned.model(), data.test()).numbers();
      Tensor vectors = tuned.model().vectors(tuned.model().tokenize(data.test().rows()));
      try (SafetensorsFile file =
          SafetensorsFile.open(folder.resolve("adapter_model.safetensors"))) {
        Tensor weight = file.load("base_model.model.classifier.weight");
        Tensor bias = file.load("base_model.model.classifier.bias");
        float[] answers = vectors.matmul(weight.t()).add(bias).toFloats();
        for (int row = 0; row < wanted.length; row++) {
          assertThat((double) answers[row]).isCloseTo(wanted[row], within(0.05));
        }
      }
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(Predictions.of(loaded, data.test()).numbers()).isEqualTo(wanted);
      }
    }
  }

  @Test
  void headsFromTensorsInTheUnitOfTheLabelsAnswerTheSame() throws IOException {
    Dataset data = numbers(29475, 3879, true);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(1, Pooling.AUTO)).tune(data);
        Scope scope = Scope.open()) {
      TextModel model = tuned.model();
      int width = base.backbone().width();
      try (Heads same = Heads.restore(model.heads().labels(), width, model.heads().tensors())) {
        Tensor vectors = model.vectors(model.tokenize(data.test().rows()));
        for (int head = 0; head < 2; head++) {
          double[][] wanted = model.heads().answers(head, vectors);
          double[][] answers = same.answers(head, vectors);
          for (int row = 0; row < wanted.length; row++) {
            assertThat(answers[row]).containsExactly(wanted[row], within(0.05));
          }
        }
      }
    }
  }

  @Test
  void aFolderOfAnEarlierVersionAnswersWhatItsHeadSays() throws IOException {
    Dataset data = numbers(5, 2, false);
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(1, Pooling.AUTO)).tune(data)) {
      AdapterFolder.save(folder, tuned.model(), NOTHING);
      Path json = folder.resolve("haori.json");
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode content = (ObjectNode) mapper.readTree(json.toFile());
      for (JsonNode head : content.path("heads")) {
        assertThat(((ObjectNode) head).remove("mean").doubleValue()).isCloseTo(5, within(1e-9));
        assertThat(((ObjectNode) head).remove("deviation").doubleValue()).isPositive();
      }
      mapper.writeValue(json.toFile(), content);
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32);
          Scope scope = Scope.open()) {
        Tensor vectors = loaded.vectors(loaded.tokenize(data.test().rows()));
        Map<String, Tensor> head = tuned.model().heads().learnt();
        float[] said =
            vectors
                .matmul(head.get("classifier.weight").t())
                .add(head.get("classifier.bias"))
                .toFloats();
        double[] numbers = Predictions.of(loaded, data.test()).numbers();
        for (int row = 0; row < said.length; row++) {
          assertThat(numbers[row]).isCloseTo(said[row], within(1e-5));
        }
      }
      ((ObjectNode) content.path("heads").get(0)).put("mean", "five").put("deviation", 1);
      mapper.writeValue(json.toFile(), content);
      assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessage(json + ": mean must be a finite number, got \"five\"");
    }
  }

  @Test
  void anInterruptedRunGoesOnInTheSameUnit() throws IOException {
    Dataset data = numbers(29475, 3879, false);
    Path checkpoints = temporary.resolve("checkpoint");
    TuneSettings settings = settings(2, Pooling.AUTO);
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      double[] whole;
      try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
        whole = Predictions.of(tuned.model(), data.test()).numbers();
      }
      AtomicInteger asked = new AtomicInteger();
      new Tuner(base, settings)
          .checkpoints(checkpoints, false)
          .stopWhen(() -> asked.incrementAndGet() > 2)
          .tune(data)
          .close();
      try (TunedModel tuned = new Tuner(base, settings).checkpoints(checkpoints, true).tune(data)) {
        assertThat(Predictions.of(tuned.model(), data.test()).numbers()).isEqualTo(whole);
      }
    }
  }

  @Test
  void numbersThatAreNotFiniteAreNotStored() throws IOException {
    Dataset data = numbers(5, 2, false);
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(1, Pooling.AUTO)).tune(data)) {
      AdapterFolder.save(folder, tuned.model(), NOTHING);
      byte[] before = Files.readAllBytes(folder.resolve("haori.json"));
      tuned.model().heads().parameters().get(1).value().mulInPlace(Double.NaN);
      assertThatThrownBy(() -> AdapterFolder.save(folder, tuned.model(), NOTHING))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "classifier.bias must hold finite numbers alone, got NaN or infinity; nothing was"
                  + " written to "
                  + folder);
      assertThat(folder.resolve("haori.json")).hasBinaryContent(before);
    }
  }

  @Test
  void scalesAreThoseOfTheTrainingRows() throws IOException {
    Dataset data = numbers(10, 3, false);
    Targets targets = Targets.of(data.split(Split.TRAIN).rows(), data.labels());
    TargetScale scale = TargetScale.of(targets, data.labels()).get(0);
    double mean = Arrays.stream(targets.values()).average().orElseThrow();
    double squares =
        Arrays.stream(targets.values()).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertThat(scale.mean()).isCloseTo(mean, within(1e-12));
    assertThat(scale.deviation()).isCloseTo(Math.sqrt(squares), within(1e-12));
    assertThat(TargetScale.of(1e-300, 3e-300).deviation()).isCloseTo(1e-300, within(1e-312));
    assertThatThrownBy(() -> TargetScale.of(1, 2e30))
        .isInstanceOf(UserError.class)
        .hasMessage("number to learn must be in [-1e30, 1e30], got 2.0E30");
  }
}
