package io.haori.training.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.BaseForm;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final List<Long> SEEDS = List.of(42L, 43L);

  @TempDir Path temporary;
  private Path runs;
  private Dataset data;
  private final List<BasePrecision> opened = new ArrayList<>();
  private final List<String> reported = new ArrayList<>();

  @BeforeEach
  void makeData() throws IOException {
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    runs = temporary.resolve("runs");
  }

  private static ComparedMethod method(String name, DType precision) {
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(2)
            .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01));
    return new ComparedMethod(
        name,
        new TuneSettings(
            MethodCatalogue.create(name, Map.of()),
            loop,
            new TextOptions(Pooling.MEAN, 16, precision),
            8,
            false));
  }

  private static List<ComparedMethod> methods(String... names) {
    return Arrays.stream(names).map(name -> method(name, DType.F32)).toList();
  }

  private TextBase open(BaseForm form) {
    opened.add(form.precision());
    return TextBase.open(TinyBase.folder(temporary).toString(), form, FetchListener.SILENT);
  }

  private Comparison comparison(List<ComparedMethod> methods, List<Long> seeds) {
    return new Comparison(this::open, data, methods, seeds, runs)
        .listener(
            new ComparisonListener() {
              @Override
              public void onPlan(int all, int finished, long workDone, long work) {
                reported.add(finished + " of " + all);
                assertThat(workDone).isBetween(0L, work);
              }

              @Override
              public void onProgress(long workDone, String detail) {
                if (detail.endsWith("done")) {
                  reported.add(detail);
                }
              }
            });
  }

  @Test
  void oneMethodOnBasesInDifferentFormsIsCompared() {
    TuneSettings dense = method("lora", DType.F32).settings();
    BaseOptions int8 = new BaseOptions(Optional.of(BasePrecision.INT8), InputGradients.INT8);
    BaseOptions float8 = new BaseOptions(Optional.of(BasePrecision.INT8), InputGradients.FLOAT);
    List<ComparedMethod> methods =
        List.of(
            new ComparedMethod("int8", dense.withText(dense.text().withBase(int8))),
            new ComparedMethod("dense", dense),
            new ComparedMethod("float", dense.withText(dense.text().withBase(float8))));

    ComparisonResult result = comparison(methods, List.of(42L)).run();

    assertThat(opened).containsExactly(BasePrecision.FP32, BasePrecision.INT8, BasePrecision.INT8);
    assertThat(result.methods().stream().map(one -> one.runs().get(0).digest()).distinct())
        .hasSize(3);
    assertThat(
            result.methods().stream()
                .map(one -> Arrays.toString(one.runs().get(0).confidence()))
                .distinct())
        .hasSize(3);
  }

  @Test
  void everyRunGivesWhatATuneOfItsOwnGives() {
    ComparisonResult result =
        comparison(methods("full", "lora", "frozen", "bottleneck"), SEEDS).run();

    assertThat(result.interrupted()).isFalse();
    assertThat(result.methods())
        .extracting(ComparisonResult.Method::name)
        .containsExactly("full", "lora", "frozen", "bottleneck");
    assertThat(opened).containsExactly(BasePrecision.FP32);
    for (ComparisonResult.Method method : result.methods()) {
      assertThat(method.runs()).extracting(FinishedRun::seed).containsExactly(42L, 43L);
      for (FinishedRun run : method.runs()) {
        TuneSettings settings = method(method.name(), DType.F32).settings().withSeed(run.seed());
        try (TextBase base =
                TextBase.open(
                    TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
            TunedModel alone = new Tuner(base, settings).tune(data)) {
          Predictions test = Predictions.of(alone.model(), data.test());
          assertThat(run.predicted()).containsExactly(test.predicted());
          assertThat(run.test()).isEqualTo(test.scores().byName());
          assertThat(run.validation()).isEqualTo(alone.validation());
          assertThat(run.trainable()).isEqualTo(alone.trainable());
          // A head alone is a probe, which takes no epoch.
          assertThat(run.curve()).hasSize(method.name().equals("frozen") ? 0 : 2);
        }
      }
    }
    double[] truth = result.truth();
    long right = 0;
    FinishedRun one = result.methods().get(0).runs().get(0);
    for (int row = 0; row < truth.length; row++) {
      right += truth[row] == one.predicted()[row] ? 1 : 0;
    }
    assertThat((double) right / truth.length).isEqualTo(one.test().get("accuracy"));
  }

  @Test
  void fullFineTuningLeavesTheBaseAsItWasToTheBit() {
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      List<byte[]> before = bytes(base);
      TuneSettings full = method("full", DType.F32).settings();
      try (TunedModel tuned = new Tuner(base, full).tune(data)) {
        assertThat(same(bytes(base), before)).isFalse();
        assertThat(tuned.trainable()).isGreaterThan(1_000);
      }
      assertThat(same(bytes(base), before)).isTrue();
      assertThat(base.backbone().weights()).noneMatch(Weight::trainable);
    }
  }

  private static List<byte[]> bytes(TextBase base) {
    return base.backbone().weights().stream()
        .flatMap(weight -> weight.parts().stream())
        .map(part -> part.current().toBytes())
        .toList();
  }

  private static boolean same(List<byte[]> one, List<byte[]> other) {
    for (int i = 0; i < one.size(); i++) {
      if (!Arrays.equals(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aBaseThatIsTrainedIsLoadedInAllItsBitsAfterTheOthersAreDone() {
    List<ComparedMethod> methods = List.of(method("full", DType.BF16), method("lora", DType.BF16));

    comparison(methods, SEEDS).run();

    assertThat(opened).containsExactly(BasePrecision.BF16, BasePrecision.FP32);
    assertThat(reported)
        .containsExactly(
            "0 of 4",
            "lora seed 42 done",
            "lora seed 43 done",
            "full seed 42 done",
            "full seed 43 done");
  }

  @Test
  void whatWasDoneIsNotRepeatedWhenMethodsAndSeedsAreAdded() {
    ComparisonResult first = comparison(methods("lora"), SEEDS).run();
    reported.clear();

    ComparisonResult second = comparison(methods("frozen", "lora"), List.of(41L, 42L, 43L)).run();

    assertThat(reported)
        .containsExactly(
            "2 of 6",
            "frozen seed 41 done",
            "frozen seed 42 done",
            "frozen seed 43 done",
            "lora seed 41 done");
    assertThat(second.methods().get(1).runs().subList(1, 3))
        .usingRecursiveComparison()
        .isEqualTo(first.methods().get(0).runs());
  }

  /** They change results by rounding alone. */
  @Test
  void whatWasDoneIsNotRepeatedWithAnotherNumberOfThreads() {
    int threads = Engine.threads();
    comparison(methods("lora"), SEEDS).run();
    reported.clear();
    try {
      Engine.setThreads(threads + 1);
      comparison(methods("lora"), SEEDS).run();
    } finally {
      Engine.setThreads(threads);
    }
    assertThat(reported).containsExactly("2 of 2");
  }

  @Test
  void anotherSettingIsAnotherRun() {
    comparison(methods("lora"), SEEDS).run();
    reported.clear();
    TuneSettings settings = method("lora", DType.F32).settings();
    ComparedMethod longer =
        new ComparedMethod(
            "lora",
            new TuneSettings(
                settings.method(), settings.loop().withEpochs(3), settings.text(), 8, false));

    comparison(List.of(longer), SEEDS).run();

    assertThat(reported).startsWith("0 of 2");
  }

  @Test
  void anInterruptedComparisonLosesTheRunInProgressAlone() {
    int[] asked = {0};
    // 3 steps an epoch, 2 epochs, and one question before each step and each run.
    BooleanSupplier stopInTheSecondRun = () -> ++asked[0] > 10;

    ComparisonResult stopped =
        comparison(methods("lora"), SEEDS).stopWhen(stopInTheSecondRun).run();

    assertThat(stopped.interrupted()).isTrue();
    assertThat(stopped.finished()).isEqualTo(1);
    assertThat(stopped.wanted()).isEqualTo(2);
    reported.clear();
    ComparisonResult whole = comparison(methods("lora"), SEEDS).run();
    assertThat(reported).containsExactly("1 of 2", "lora seed 43 done");
    assertThat(whole.interrupted()).isFalse();
  }

  @Test
  void aDamagedRecordCountsAsNotDone() throws IOException {
    comparison(methods("frozen"), SEEDS).run();
    try (Stream<Path> folders = Files.list(runs)) {
      Path record = folders.sorted().findFirst().orElseThrow().resolve("run.json");
      String text = Files.readString(record);
      Files.writeString(record, text.substring(0, text.length() / 2));
    }
    reported.clear();

    comparison(methods("frozen"), SEEDS).run();

    assertThat(reported).containsExactly("1 of 2", "frozen seed 42 done");
  }

  @Test
  void theAdapterThatIsBestOnValidationIsKeptAndAnswersAsItsRun() throws IOException {
    ComparisonResult result = comparison(methods("lora"), List.of(42L, 43L, 44L)).run();

    ComparisonResult.Method lora = result.methods().get(0);
    double best =
        lora.runs().stream().mapToDouble(r -> r.validation().get("accuracy")).max().orElseThrow();
    FinishedRun kept =
        lora.runs().stream()
            .filter(run -> run.validation().get("accuracy") == best)
            .findFirst()
            .orElseThrow();
    assertThat(lora.adapter().getParent().getFileName())
        .hasToString("lora-seed" + kept.seed() + "-" + kept.digest().substring(0, 12));
    try (Stream<Path> folders = Files.list(runs)) {
      assertThat(folders.filter(folder -> Files.exists(folder.resolve("adapter"))))
          .containsExactly(lora.adapter().getParent());
    }
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TextModel model = AdapterFolder.load(lora.adapter(), base, DType.F32)) {
      double[] predicted = Predictions.of(model, data.test()).predicted();
      assertThat(kept.predicted()).containsExactly(predicted);
    }
  }

  @Test
  void whatAMeterAndAClockTellIsKept() {
    MemoryMeter meter =
        new MemoryMeter() {
          private long highest;

          @Override
          public void restart() {
            highest += 100;
          }

          @Override
          public long megabytes() {
            return highest;
          }
        };
    long[] now = {0};

    ComparisonResult result =
        comparison(methods("frozen"), SEEDS)
            .meter(meter)
            .clock(() -> now[0] += 2_500_000_000L)
            .run();

    assertThat(result.methods().get(0).runs())
        .extracting(FinishedRun::peakMegabytes)
        .containsExactly(100L, 200L);
    assertThat(result.methods().get(0).runs())
        .extracting(FinishedRun::seconds)
        .containsExactly(2.5, 2.5);
  }

  @Test
  void aRunThatDivergesIsNamed() {
    TuneSettings settings = method("lora", DType.F32).settings();
    ComparedMethod wild =
        new ComparedMethod(
            "lora",
            new TuneSettings(
                settings.method(),
                settings.loop().withOptimizer(new AdamWConfig(1e6, 0.9, 0.999, 1e-8, 0.01)),
                settings.text(),
                8,
                false));

    assertThatThrownBy(() -> comparison(List.of(wild), SEEDS).run())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("lora with seed 42: training stopped at step ");
  }

  @Test
  void numbersAreComparedToo() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("numbers"));
    for (String split : new String[] {"train", "validation", "test"}) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 24; i++) {
        String word = "worda" + (char) ('i' + i % 3);
        lines.append("{\"text\":\"%s\",\"label\":%s}%n".formatted(word, i % 3 - 1.25));
      }
      Files.writeString(folder.resolve(split + ".jsonl"), lines.toString());
    }
    data = Dataset.read(folder);
    ComparedMethod lora = method("lora", DType.F32);
    TuneSettings settings = lora.settings();
    ComparedMethod regression =
        new ComparedMethod(
            "lora",
            new TuneSettings(
                settings.method(),
                settings
                    .loop()
                    .withSelection(new io.haori.training.loop.Selection("pearson", true, 0)),
                settings.text(),
                8,
                false));

    ComparisonResult result = comparison(List.of(regression), SEEDS).run();

    assertThat(result.truth()[0]).isEqualTo(-1.25);
    assertThat(result.methods().get(0).runs().get(0).predicted()).hasSize(24);
    assertThat(result.methods().get(0).runs().get(0).test()).containsKey("pearson");
  }
}
