package io.haori.training.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextOptions;
import io.haori.tensor.Engine;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.Selection;
import io.haori.training.optim.Schedule;
import io.haori.training.task.TuneSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RunDigestTest {
  private static final RunDigest RUN =
      new RunDigest("single run, 3", "1.0", "ba5e", List.of("7ra1", "7e57"));

  private static final TuneSettings KNOWN =
      TuneSettings.builder("lora").set("rank", 16).seed(43).precision(DType.F32).build();

  private static String digest(TuneSettings settings) {
    return digest(RUN, settings);
  }

  private static String digest(RunDigest run, TuneSettings settings) {
    return run.of(settings.method(), settings.byName(), method -> TuneSettings.of(method).byName());
  }

  /**
   * Of the text {@code {"kind":"single run, 3","codeVersion":"1.0","base":"ba5e",
   * "data":["7ra1","7e57"],"settings":{"lora.rank":16,"method":"lora","precision":"fp32",
   * "training.seed":43}}} without breaks, by sha256sum.
   */
  @Test
  void isThatOfTheJsonOfWhatWasChosen() {
    assertThat(digest(KNOWN))
        .isEqualTo("21fdb09af765e4fa84c01a3519d4478ca4afe612171dbf9da90982f3bd70dee7");
  }

  @Test
  void staysWhenThereIsANewSettingWithADefault() {
    Map<String, Object> more = new TreeMap<>(KNOWN.byName());
    more.put("training.newer", 0.5);
    more.put("lora.newer", "none");
    Function<AdapterMethod, Map<String, Object>> defaults =
        method -> {
          Map<String, Object> all = new TreeMap<>(TuneSettings.of(method).byName());
          all.put("training.newer", 0.5);
          all.put("lora.newer", "none");
          return all;
        };
    assertThat(RUN.of(KNOWN.method(), more, defaults)).isEqualTo(digest(KNOWN));
    more.put("training.newer", 0.25);
    assertThat(RUN.of(KNOWN.method(), more, defaults)).isNotEqualTo(digest(KNOWN));
  }

  @Test
  void doesNotDependOnThreadsOrCheckpoints() {
    int threads = Engine.threads();
    Set<String> digests = new HashSet<>();
    try {
      for (int count : new int[] {1, 2, 3}) {
        Engine.setThreads(count);
        digests.add(digest(KNOWN));
      }
    } finally {
      Engine.setThreads(threads);
    }
    digests.add(digest(KNOWN.withLoop(KNOWN.loop().withCheckpointEverySteps(7))));
    assertThat(digests).containsExactly(digest(KNOWN));
  }

  @Test
  void isAnotherOneForEachChangedSetting() {
    LoopConfig loop = KNOWN.loop();
    TextOptions text = KNOWN.text();
    Set<String> digests = new HashSet<>();
    List<TuneSettings> changed =
        List.of(
            KNOWN,
            KNOWN.withSeed(44),
            KNOWN.withLearningRate(1e-3),
            KNOWN.withBatchSize(8),
            KNOWN.withGradientCheckpointing(true),
            KNOWN.withHeadLearningRateRatio(3),
            KNOWN.withText(new TextOptions(text.pooling(), 64, DType.F32)),
            KNOWN.withText(new TextOptions(text.pooling(), text.maxLength(), DType.BF16)),
            KNOWN.withLoop(loop.withEpochs(2)),
            KNOWN.withLoop(loop.withAccumulation(2)),
            KNOWN.withLoop(loop.withMaxGradientNorm(2)),
            KNOWN.withLoop(loop.withSelection(new Selection("macroF1", true, 0))),
            KNOWN.withLoop(loop.withSchedule(new Schedule(Schedule.Shape.COSINE, 0.06, 0))),
            TuneSettings.builder("lora").set("rank", 8).seed(43).precision(DType.F32).build(),
            TuneSettings.builder("dora").set("rank", 16).seed(43).precision(DType.F32).build());
    changed.forEach(settings -> digests.add(digest(settings)));
    digests.add(digest(new RunDigest("single run, 4", "1.0", "ba5e", RUN.data()), KNOWN));
    digests.add(digest(new RunDigest(RUN.kind(), "1.1", "ba5e", RUN.data()), KNOWN));
    digests.add(digest(new RunDigest(RUN.kind(), "1.0", "ca5e", RUN.data()), KNOWN));
    digests.add(digest(new RunDigest(RUN.kind(), "1.0", "ba5e", List.of("7e57", "7ra1")), KNOWN));
    assertThat(digests).hasSize(changed.size() + 4);
  }

  /** The default depends on the processor, and a folder of runs may move to another one. */
  @Test
  void thePrecisionIsInItThoughItIsTheDefault() {
    TextOptions usual = TextOptions.usual();
    DType other = usual.precision() == DType.F32 ? DType.BF16 : DType.F32;
    TuneSettings elsewhere =
        KNOWN.withText(new TextOptions(usual.pooling(), usual.maxLength(), other));
    Function<AdapterMethod, Map<String, Object>> there =
        method ->
            TuneSettings.of(method)
                .withText(new TextOptions(usual.pooling(), usual.maxLength(), other))
                .byName();
    assertThat(RUN.of(elsewhere.method(), elsewhere.byName(), there))
        .isEqualTo(digest(elsewhere))
        .isNotEqualTo(digest(KNOWN.withText(usual)));
  }

  /** What a gate mixes is not in its settings: no run of another gate may be taken for its own. */
  @Test
  void aMethodThatItsSettingsDoNotMakeIsNeverFoundAgain() {
    AdapterModule module = new AdapterModule("food", new LoraMethod(LoraConfig.DEFAULT), Map.of());
    TuneSettings gate = TuneSettings.of(new GateMethod(GateConfig.DEFAULT, List.of(module)));
    assertThat(digest(gate)).isNotEqualTo(digest(gate));
  }

  @Test
  void everyMethodOfTheCatalogueIsFoundAgain() {
    for (String name : MethodCatalogue.names()) {
      TuneSettings settings = TuneSettings.of(MethodCatalogue.create(name, Map.of()));
      assertThat(digest(settings)).isEqualTo(digest(settings));
    }
  }
}
