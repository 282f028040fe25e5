package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Targets;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyBase;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.Selection;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TunerTest {
  private static final Provenance NOTHING =
      new Provenance(Map.of(), Map.of(), 42, 1, 1, Map.of(), Map.of());

  @TempDir Path temporary;

  private static TuneSettings settings(String method, Pooling pooling, int epochs) {
    return settings(MethodCatalogue.create(method, Map.of()), pooling, epochs, false);
  }

  private static TuneSettings settings(
      AdapterMethod method, Pooling pooling, int epochs, boolean checkpointing) {
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(epochs)
            .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01));
    return new TuneSettings(
        method, loop, new TextOptions(pooling, 16, DType.F32), 8, checkpointing);
  }

  @ParameterizedTest
  @CsvSource({
    "lora,AUTO",
    "lora,MEAN",
    "modular,AUTO",
    "modular,MEAN",
    "full,AUTO",
    "full,MEAN",
    "bottleneck,AUTO",
    "bottleneck,MEAN",
    "frozen,AUTO",
    "frozen,MEAN"
  })
  void aStoredModelAnswersAsTheOneThatWasTrained(String method, Pooling pooling)
      throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    Path folder = temporary.resolve("adapter");
    float[][] trained;
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(method, pooling, 2)).tune(data)) {
      trained = Predictions.of(tuned.model(), data.test()).answers();
      long bytes = AdapterFolder.save(folder, tuned.model(), NOTHING);
      assertThat(bytes).isPositive();
    }
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
      assertThat(Predictions.of(loaded, data.test()).answers()).isDeepEqualTo(trained);
    }
  }

  @Test
  void aStoredBottleneckComesBackWithItsChoices() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    AdapterMethod method =
        MethodCatalogue.create(
            "bottleneck", Map.of("width", "5", "activation", "relu", "places", "pfeiffer"));
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(method, Pooling.AUTO, 1, false)).tune(data)) {
      AdapterFolder.save(folder, tuned.model(), NOTHING);
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(loaded.module().method()).isEqualTo(method);
        assertThat(Predictions.of(loaded, data.test()).answers())
            .isDeepEqualTo(Predictions.of(tuned.model(), data.test()).answers());
      }
      assertThat(folder.resolve("adapter_config.json")).doesNotExist();
      Path file = folder.resolve("haori.json");
      String whole = Files.readString(file);
      Files.writeString(file, whole.replace("\"methodSettings\"", "\"formerSettings\""));
      assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessage(
              file
                  + ": methodSettings must say activation, which the method bottleneck computes"
                  + " with, got nothing");
      Files.writeString(file, whole);
      Files.delete(folder.resolve("module.safetensors"));
      assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessage(
              folder
                  + " must be a folder with module.safetensors for the method bottleneck, got"
                  + " none");
    }
  }

  @Test
  void loraLearnsWhichWordIsInTheText() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 96, false));
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings("lora", Pooling.MEAN, 12)).tune(data)) {
      double first = tuned.training().history().get(0).loss();
      double last = tuned.training().history().get(11).loss();
      assertThat(last).isLessThan(first / 2);
      assertThat(tuned.validation().get("accuracy")).isGreaterThan(0.9);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "modular", "full"})
  void oneSeedGivesOneResult(String method) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    float[][][] answers = new float[2][][];
    for (int run = 0; run < 2; run++) {
      try (TextBase base =
              TextBase.open(
                  TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
          TunedModel tuned = new Tuner(base, settings(method, Pooling.AUTO, 2)).tune(data)) {
        answers[run] = Predictions.of(tuned.model(), data.test()).answers();
      }
    }
    assertThat(answers[0]).isDeepEqualTo(answers[1]);
  }

  @ParameterizedTest
  @CsvSource({"lora, 5", "modular, 1", "modular, 3", "modular, 5", "modular, 7"})
  void anInterruptedRunGoesOnToTheSameFiles(String method, int stop) throws IOException {
    endsAsIfNeverStopped(
        settings(MethodCatalogue.create(method, Map.of("dropout", "0.1")), Pooling.AUTO, 3, false),
        stop);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 7})
  void aRunWhoseLossChangesHalfWayIsResumedInBothHalves(int stop) throws IOException {
    endsAsIfNeverStopped(
        settings("lora", Pooling.AUTO, 4).withLoss(TuneLoss.CONTRASTIVE_FIRST), stop);
  }

  private void endsAsIfNeverStopped(TuneSettings settings, int stop) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    Path whole = temporary.resolve("whole");
    Path resumed = temporary.resolve("resumed");
    Path checkpoints = temporary.resolve("checkpoint");
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
        AdapterFolder.save(whole, tuned.model(), NOTHING);
      }
      AtomicInteger asked = new AtomicInteger();
      try (TunedModel stopped =
          new Tuner(base, settings)
              .checkpoints(checkpoints, false)
              .stopWhen(() -> asked.incrementAndGet() > stop)
              .tune(data)) {
        assertThat(stopped.training().interrupted()).isTrue();
        assertThat(stopped.training().steps()).isEqualTo(stop);
      }
      try (TunedModel tuned = new Tuner(base, settings).checkpoints(checkpoints, true).tune(data)) {
        AdapterFolder.save(resumed, tuned.model(), NOTHING);
      }
    }
    assertThat(resumed.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("adapter_model.safetensors"));
  }

  @Test
  void aResumedRunRefusesOtherSettings() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    Path checkpoints = temporary.resolve("checkpoint");
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      new Tuner(base, settings("lora", Pooling.AUTO, 2))
          .checkpoints(checkpoints, false)
          .tune(data)
          .close();
      Tuner other =
          new Tuner(base, settings("lora", Pooling.MEAN, 2)).checkpoints(checkpoints, true);
      assertThatThrownBy(() -> other.tune(data))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("pooling");
    }
  }

  @Test
  void aModularModuleEndsWithinItsBudgetAndHasItsOwnName() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 48, false));
    long budget = 900;
    AdapterMethod method =
        MethodCatalogue.create("modular", Map.of("budget", "" + budget, "name", "letters"));
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(method, Pooling.MEAN, 4, false)).tune(data)) {
      long numbers =
          tuned.model().module().parameters().stream().mapToLong(p -> p.parameter().count()).sum();
      assertThat(numbers).isLessThanOrEqualTo(budget).isGreaterThan(budget * 8 / 10);
      assertThat(tuned.trainable()).as("at full width").isGreaterThan(5 * budget);
      assertThat(tuned.training().bestEpoch()).as("of those within the budget").isGreaterThan(2);
      Double score =
          tuned
              .training()
              .history()
              .get(tuned.training().bestEpoch() - 1)
              .metrics()
              .get("accuracy");
      assertThat(tuned.validation().get("accuracy")).isEqualTo(score);
      AdapterFolder.save(folder, tuned.model(), NOTHING);
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(loaded.module().name()).isEqualTo("letters");
        assertThat(loaded.module().layers().keySet())
            .isEqualTo(tuned.model().module().layers().keySet());
      }
    }
  }

  @Test
  void modularLearnsWhichWordIsInTheText() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 96, false));
    AdapterMethod method = MethodCatalogue.create("modular", Map.of("budget", "1500"));
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(method, Pooling.MEAN, 12, false)).tune(data)) {
      assertThat(tuned.validation().get("accuracy")).isGreaterThan(0.9);
    }
  }

  @Test
  void eachDomainHasItsOwnHeadAndLabels() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, true));
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings("lora", Pooling.AUTO, 2)).tune(data)) {
      assertThat(tuned.model().heads().labels().size()).isEqualTo(2);
      AdapterFolder.save(folder, tuned.model(), NOTHING);
      float[][] trained = Predictions.of(tuned.model(), data.test()).answers();
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(Predictions.of(loaded, data.test()).answers()).isDeepEqualTo(trained);
      }
      Targets targets = Targets.of(data.test().rows(), data.labels());
      assertThat(targets.heads()).contains(0, 1);
    }
  }

  @Test
  void domainsWhoseNamesDifferInADotAloneHaveHeadsOfTheirOwn() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("dots"));
    String[] names = {"line.1", "line_1", "LINE_1", "line%2E1", "ライン１"};
    for (String split : new String[] {"train", "validation", "test"}) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 30; i++) {
        String word = "worda" + (char) ('i' + i % 3);
        lines.append(
            "{\"text\":\"%s\",\"label\":\"%s\",\"domain\":\"%s\"}%n"
                .formatted(word, "abc".charAt(i % 3), names[i % names.length]));
      }
      Files.writeString(folder.resolve(split + ".jsonl"), lines.toString());
    }
    Dataset data = Dataset.read(folder);
    Path adapter = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings("lora", Pooling.AUTO, 2)).tune(data)) {
      assertThat(tuned.model().heads().tensors()).hasSize(2 * names.length);
      AdapterFolder.save(adapter, tuned.model(), NOTHING);
      float[][] trained = Predictions.of(tuned.model(), data.test()).answers();
      try (TextModel loaded = AdapterFolder.load(adapter, base, DType.F32)) {
        assertThat(Predictions.of(loaded, data.test()).answers()).isDeepEqualTo(trained);
      }
    }
  }

  @Test
  void headsUnderTheirNamesOfAnEarlierVersionAreRead() {
    DomainLabels labels =
        new DomainLabels(
            TaskCatalogue.CLASSIFICATION,
            List.of(
                new DomainLabels.Head("line.1", LabelSet.of(List.of("a", "b"))),
                new DomainLabels.Head("other", LabelSet.of(List.of("a", "b")))));
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> stored =
          Map.of(
              "classifier.line_1.weight", Tensors.full(3, DType.F32, 2, 4),
              "classifier.line_1.bias", Tensors.zeros(DType.F32, 2),
              "classifier.other.weight", Tensors.full(5, DType.F32, 2, 4),
              "classifier.other.bias", Tensors.zeros(DType.F32, 2));
      try (Heads heads = Heads.restore(labels, 4, stored)) {
        assertThat(heads.tensors().get("classifier.line%2E1.weight").toFloats()).containsOnly(3f);
        assertThat(heads.tensors().get("classifier.other.weight").toFloats()).containsOnly(5f);
      }
    }
  }

  @Test
  void numbersAreFittedByTheirSquaredError() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("numbers"));
    for (String split : new String[] {"train", "validation", "test"}) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 24; i++) {
        String word = "worda" + (char) ('i' + i % 3);
        lines.append("{\"text\":\"%s\",\"label\":%s}%n".formatted(word, i % 3 - 1.0));
      }
      Files.writeString(folder.resolve(split + ".jsonl"), lines.toString());
    }
    LoopConfig loop =
        settings("lora", Pooling.MEAN, 30).loop().withSelection(new Selection("pearson", true, 0));
    TuneSettings settings =
        new TuneSettings(
            MethodCatalogue.create("lora", Map.of()),
            loop,
            new TextOptions(Pooling.MEAN, 16, DType.F32),
            8,
            false);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned =
            new Tuner(base, settings)
                .tune(Dataset.read(folder, DataOptions.USUAL.withTask(TaskCatalogue.REGRESSION)))) {
      assertThat(tuned.validation().get("pearson")).isGreaterThan(0.9);
    }
  }

  @Test
  void checkpointedGradientsLeadToTheSameModel() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    AdapterMethod lora = MethodCatalogue.create("lora", Map.of());
    double[] losses = new double[2];
    for (int run = 0; run < 2; run++) {
      try (TextBase base =
              TextBase.open(
                  TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
          TunedModel tuned =
              new Tuner(base, settings(lora, Pooling.AUTO, 3, run == 1)).tune(data)) {
        losses[run] = tuned.training().history().get(2).loss();
      }
    }
    assertThat(losses[1]).isCloseTo(losses[0], within(1e-5));
  }

  @Test
  void anotherBaseIsRefusedByItsDigest() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings("lora", Pooling.AUTO, 1)).tune(data)) {
      AdapterFolder.save(folder, tuned.model(), NOTHING);
      TextBase other = new TextBase("other", "0000", base.backbone(), base.tokenizer());
      assertThatThrownBy(() -> AdapterFolder.load(folder, other, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "base of %s must be %s with the digest %s, got other with the digest 0000"
                  .formatted(folder, base.name(), base.digest()));
    }
  }
}
