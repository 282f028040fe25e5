package io.haori.training.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.analysis.comparison.AnswerDifference;
import io.haori.analysis.comparison.Answers;
import io.haori.analysis.statistics.Interval;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.multilabel.LabelNames;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.tagging.WordTags;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One task in several ways on a tiny base. */
class TaskFitterTest {
  @TempDir Path temporary;
  private TextBase base;
  private Dataset data;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
  }

  @AfterEach
  void close() {
    base.close();
  }

  private static TuneSettings settings(AdapterMethod method) {
    return new TuneSettings(
        method,
        LoopConfig.DEFAULT
            .withEpochs(3)
            .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01)),
        new TextOptions(Pooling.AUTO, 16, DType.F32),
        8,
        false);
  }

  private TaskFitter fitter() {
    return new TaskFitter(base, data, TaskFitterTest::settings);
  }

  @Test
  void everyWayIsHeardOfAndTheRowsAreReadOnce() {
    List<String> heard = new ArrayList<>();
    FitListener listener =
        new FitListener() {
          @Override
          public void onRead(TokenizedDataset rows) {
            heard.add("read");
          }

          @Override
          public LoopListener onBegin(String name) {
            heard.add("begin " + name);
            return LoopListener.SILENT;
          }

          @Override
          public void onEnd(String name) {
            heard.add("end " + name);
          }
        };
    AtomicLong clock = new AtomicLong();
    TaskFitter fitter = fitter().listener(listener).clock(() -> clock.getAndAdd(2_500_000_000L));

    TaskFit frozen = fitter.fit("head", Baselines.frozen());
    TaskFit lora = fitter.fit("lora", Baselines.lora());

    assertThat(heard).containsExactly("begin head", "read", "end head", "begin lora", "end lora");
    assertThat(lora.name()).isEqualTo("lora");
    assertThat(lora.answers()).isEqualTo(Answers.CLASSES);
    assertThat(lora.seconds()).isEqualTo(2.5);
    assertThat(lora.trainable()).isGreaterThan(frozen.trainable());
    int right = 0;
    for (boolean one : lora.right()) {
      right += one ? 1 : 0;
    }
    assertThat(lora.testScore())
        .isEqualTo(lora.test().get("accuracy"))
        .isCloseTo((double) right / data.test().rows().size(), within(1e-12));
    assertThat(lora.against(frozen, 7).estimate())
        .isCloseTo(lora.testScore() - frozen.testScore(), within(1e-12));
  }

  private static Dataset ofParts(String kind) {
    SplittableRandom random = new SplittableRandom(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      List<String> words = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      List<String> tags = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        boolean has = random.nextInt(5) < 2;
        words.add(has ? "worda" + "ijk".charAt(k) : "wordb" + (char) ('a' + random.nextInt(20)));
        tags.add(has ? "B-" + "ABC".charAt(k) : "O");
        if (has) {
          labels.add("abc".substring(k, k + 1));
        }
      }
      rows.add(
          kind.equals("labels")
              ? Row.of(String.join(" ", words), new LabelNames(labels))
              : Row.ofWords(words, new WordTags(tags)));
    }
    return Dataset.of(rows).split(42);
  }

  private static double rightRows(TaskFit fit) {
    int right = 0;
    for (boolean one : fit.right()) {
      right += one ? 1 : 0;
    }
    return (double) right / fit.right().length;
  }

  @ParameterizedTest
  @CsvSource({"labels, microF1", "tags, f1"})
  void answersOfSeveralPartsAreComparedByTheMainScore(String kind, String score) {
    data = ofParts(kind);
    List<double[][]> shares = new ArrayList<>();
    List<TaskFit> fits = new ArrayList<>();
    for (AdapterMethod method : List.of(Baselines.frozen(), Baselines.lora())) {
      fits.add(
          fitter()
              .fit(
                  "one",
                  method,
                  null,
                  false,
                  (tuned, predictions, fit) -> shares.add(predictions.shares().orElseThrow())));
    }
    TaskFit frozen = fits.get(0);
    TaskFit lora = fits.get(1);

    Interval gain = lora.against(frozen, 7);

    assertThat(lora.answers()).isEqualTo(Answers.SHARES);
    assertThat(gain.estimate())
        .isCloseTo(lora.test().get(score) - frozen.test().get(score), within(1e-12));
    // Not by the rows that are right in all parts.
    assertThat(Math.abs(gain.estimate() - (rightRows(lora) - rightRows(frozen))))
        .isGreaterThan(0.02);
    assertThat(gain).isEqualTo(AnswerDifference.ofShares(shares.get(1), shares.get(0), 7));
    assertThat(gain.low()).isLessThan(gain.estimate());
    assertThat(gain.high()).isGreaterThan(gain.estimate());
    Interval loss = frozen.against(lora, 7);
    assertThat(loss.estimate()).isCloseTo(-gain.estimate(), within(1e-12));
    assertThat(loss.low()).isCloseTo(-gain.high(), within(1e-9));
  }

  @Test
  void aStoppedFitHasNoResult() {
    List<String> ended = new ArrayList<>();
    TaskFitter fitter =
        fitter()
            .listener(
                new FitListener() {
                  @Override
                  public void onEnd(String name) {
                    ended.add(name);
                  }
                })
            .stopWhen(() -> true);

    assertThat(fitter.fit("lora", Baselines.lora())).isNull();
    assertThat(Baselines.bestOnValidation(fitter, Map.of("lora", Baselines.lora()))).isNull();
    assertThat(ended).containsExactly("lora", "lora");
  }

  @Test
  void theBestOnValidationIsKeptAndOfEqualOnesTheFirst() {
    Map<String, AdapterMethod> ways = new LinkedHashMap<>();
    ways.put("one", Baselines.frozen());
    ways.put("same", Baselines.frozen());
    ways.put("lora", MethodCatalogue.create("lora", Map.of("rank", "8")));
    TaskFit one = fitter().fit("one", Baselines.frozen());
    TaskFit lora = fitter().fit("lora", ways.get("lora"));

    TaskFit best = Baselines.bestOnValidation(fitter(), ways);

    assertThat(best.name())
        .isEqualTo(lora.validationScore() > one.validationScore() ? "lora" : "one");
    assertThat(best.validationScore())
        .isEqualTo(Math.max(one.validationScore(), lora.validationScore()));
  }

  @Test
  void otherMethodsLearnAtTheirOwnRates() {
    AdapterMethod lora = Baselines.lora();
    TuneSettings other = settings(lora).withLearningRate(0.5).withHeadLearningRateRatio(9);

    TuneSettings own = Baselines.atOwnRates(other);

    assertThat(own.loop().optimizer().learningRate()).isEqualTo(lora.usualLearningRate());
    assertThat(own.headLearningRateRatio()).isEqualTo(lora.usualHeadLearningRateRatio());
    assertThat(own.loop().epochs()).isEqualTo(3);
  }

  @Test
  void aSparseModuleIsMeasuredBesideTheDenseOneAndTheBaseAlone() {
    AdapterMethod sparse =
        MethodCatalogue.create("sparse", Map.of("sparsity", "0.5", "structure", "rank"));
    TuneSettings dense = settings(sparse.undecorated());
    List<List<DenseComparison.Cost>> measured = new ArrayList<>();
    AtomicLong clock = new AtomicLong();

    fitter()
        .fit(
            "sparse",
            sparse,
            null,
            false,
            (tuned, predictions, fit) ->
                measured.add(
                    new DenseComparison("sparse", tuned.model())
                        .clock(() -> clock.getAndAdd(3_000_000))
                        .peakOf(
                            work -> {
                              work.run();
                              return OptionalLong.of(77);
                            })
                        .run(new TaskFitter(base, data, method -> dense), dense, data, 1_234)));

    List<DenseComparison.Cost> costs = measured.get(0);
    assertThat(costs)
        .extracting(DenseComparison.Cost::name)
        .containsExactly("base alone", dense.method().name() + ", dense", "sparse");
    assertThat(costs.get(0).score()).isNull();
    assertThat(costs.get(0).storedBytes()).isNull();
    assertThat(costs.get(0).moduleBytes()).isZero();
    assertThat(costs.get(1).storedBytes()).isPositive();
    assertThat(costs.get(2).storedBytes()).isEqualTo(1_234);
    assertThat(costs.get(2).moduleBytes()).isPositive();
    assertThat(costs).allSatisfy(cost -> assertThat(cost.one().p50()).isEqualTo(3));
    assertThat(costs)
        .allSatisfy(cost -> assertThat(cost.peakMegabytes()).isEqualTo(OptionalLong.of(77)));
  }

  @Test
  void aStoppedDenseRunMeasuresNothing() {
    AdapterMethod lora = Baselines.lora();
    fitter()
        .fit(
            "lora",
            lora,
            null,
            false,
            (tuned, predictions, fit) ->
                assertThat(
                        new DenseComparison("lora", tuned.model())
                            .run(fitter().stopWhen(() -> true), settings(lora), data, 1))
                    .isEmpty());
  }
}
