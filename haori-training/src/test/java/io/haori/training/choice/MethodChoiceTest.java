package io.haori.training.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.testkit.TinyBase;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.task.HeadStart;
import io.haori.training.task.RowProducts;
import io.haori.training.task.TuneLoss;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MethodChoiceTest {
  @TempDir Path temporary;
  private TextBase base;

  @BeforeEach
  void open() {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private static TuneSettings lora(int epochs) {
    return TuneSettings.builder("lora")
        .pooling(Pooling.MEAN)
        .precision(DType.F32)
        .maxLength(16)
        .batchSize(8)
        .learningRate(1e-2)
        .epochs(epochs)
        .build();
  }

  private Dataset data(int rows) throws IOException {
    return Dataset.read(TinyBase.data(temporary.resolve("data"), rows, false));
  }

  @Test
  void theUsualWaysStartFromOneBasis() {
    List<Candidate> ways = Candidates.of(lora(3));
    assertThat(ways)
        .extracting(Candidate::name)
        .containsExactly("probe", "lora from the probe", "lora", "lora contrastive");
    assertThat(ways.get(0).settings().method().name()).isEqualTo("frozen");
    assertThat(ways.get(1).settings().headStart()).isEqualTo(HeadStart.PROBE);
    assertThat(ways.get(2).settings().headStart()).isEqualTo(HeadStart.RANDOM);
    assertThat(ways.get(3).settings().loss()).isEqualTo(TuneLoss.CONTRASTIVE_FIRST);
    assertThat(ways.get(3).settings().loop().epochs())
        .isEqualTo(2 * ways.get(2).settings().loop().epochs());
    assertThat(ways).extracting(Candidate::usual).containsExactly(false, true, false, true);
    // Half of the way from the probe; from nothing there is no half.
    assertThat(ways)
        .extracting(way -> way.settings().fit().startShare())
        .containsExactly(0.0, 0.5, 0.0, 0.0);
    assertThat(Candidates.of(lora(3).withStartShare(0.25)))
        .extracting(way -> way.settings().fit().startShare())
        .containsExactly(0.0, 0.25, 0.0, 0.0);
    assertThat(ways)
        .extracting(Candidate::suits)
        .containsExactly(
            Suits.EVERYTHING,
            Suits.KNOWN_SUBJECTS,
            Suits.NEW_SUBJECTS_OF_ENOUGH_ROWS,
            Suits.NEW_SUBJECTS);
    // The rate was chosen, so it stays; the usual one is not for a contrastive loss.
    assertThat(ways.get(3).settings().loop().optimizer().learningRate()).isEqualTo(1e-2);
    TuneSettings usual = TuneSettings.builder("lora").build();
    assertThat(Candidates.of(usual).get(3).settings().loop().optimizer().learningRate())
        .isLessThan(usual.loop().optimizer().learningRate());
  }

  @Test
  void theWayThatAnswersHeldOutRowsIsTaken() throws IOException {
    Dataset data = data(60);
    // One epoch at a rate of nearly nothing answers by chance.
    List<Candidate> ways =
        List.of(
            new Candidate(
                "nothing learnt", lora(1).withLearningRate(1e-9).withHeadStart(HeadStart.RANDOM)),
            new Candidate("less", lora(1).withHeadStart(HeadStart.PROBE)),
            new Candidate("lora", lora(8).withHeadStart(HeadStart.PROBE)));
    List<String> heard = new ArrayList<>();
    Choice choice =
        new MethodChoice(base, data)
            .listener((done, all, score) -> heard.add(done + " of " + all))
            .run(ways)
            .orElseThrow();
    assertThat(choice.best().candidate().name()).isEqualTo("lora");
    // The worst of the three is left behind after the first fold.
    CrossScore left =
        choice.scores().stream().filter(way -> way.fits() == 1).findFirst().orElseThrow();
    assertThat(left.accuracy()).isLessThan(choice.best().accuracy());
    // 60 rows in three folds; below 100 the two that are left once more in three others.
    assertThat(choice.best().fits()).isEqualTo(6);
    assertThat(choice.best().rows()).isEqualTo(120);
    assertThat(choice.heldOut()).isEqualTo(60);
    // Every row was answered twice, once in each cut.
    assertThat(
            choice.best().answers().stream()
                .collect(Collectors.groupingBy(CrossScore.Answer::row, Collectors.counting())))
        .hasSize(60)
        .allSatisfy((row, times) -> assertThat(times).isEqualTo(2));
    assertThat(choice.best().interval(60).low()).isLessThan(choice.best().accuracy());
    assertThat(heard).hasSize(13).startsWith("1 of 13").endsWith("13 of 13");
  }

  @Test
  void theProbeSaysWhichWaysAreWorthTheirTime() throws IOException {
    // One epoch at a rate of nearly nothing leaves what a way starts from.
    TuneSettings little = lora(1).withLearningRate(1e-9);
    Choice known = new MethodChoice(base, data(60)).run(Candidates.of(little)).orElseThrow();
    assertThat(known.scores()).extracting(CrossScore::fits).containsExactly(6, 6, 0, 0);
    assertThat(known.best().candidate().name()).isEqualTo("lora from the probe");
    Dataset unknown = ofNewSubject(60);
    Choice without = new MethodChoice(base, unknown).run(Candidates.of(little)).orElseThrow();
    // A random head would be ahead by chance; the probe and contrasts answer three other folds,
    // too.
    assertThat(without.scores()).extracting(CrossScore::fits).containsExactly(6, 0, 0, 6);
  }

  @Test
  void withRowsEnoughAStartFromTheProbeIsTriedOnNewSubjects() throws IOException {
    TuneSettings little = lora(1).withLearningRate(1e-9);
    MethodChoice comparison = new MethodChoice(base, ofNewSubject(100));
    List<Candidate> ways = Candidates.of(little);
    // Three ways in the first fold, the better two in the other two.
    assertThat(comparison.plan(ways)).contains("4 ways").contains("on 100 rows, at most 7 fits");
    Choice choice = comparison.run(ways).orElseThrow();
    assertThat(choice.scores())
        .extracting(CrossScore::fits)
        .allSatisfy(fits -> assertThat(fits).isPositive());
    assertThat(choice.scores().stream().skip(1).mapToInt(CrossScore::fits).sum()).isEqualTo(7);
  }

  /** Texts whose labels are those of other texts, so that nothing can be read in their vectors. */
  private Dataset ofNewSubject(int rows) throws IOException {
    Dataset data = data(rows);
    List<Row> mixed = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Row labelled = data.train().rows().get((row * 7 + row / 3) % rows);
      Row text = data.train().rows().get(row);
      mixed.add(new Row(text.text(), null, labelled.label(), null, text.line()));
    }
    return new Dataset(
        data.folder(),
        data.labels(),
        new DataFile(data.train().path(), mixed, "mixed"),
        data.validation(),
        data.test());
  }

  @Test
  void whereThePoolingIsOpenTheOneThatAProbeReadsBetterIsEveryWays() throws IOException {
    TuneSettings little = lora(1).withLearningRate(1e-9);
    TuneSettings open = little.withText(little.text().withPooling(Pooling.AUTO));
    List<String> heard = new ArrayList<>();
    MethodChoice comparison =
        new MethodChoice(base, data(60))
            .listener((done, all, score) -> heard.add(done + " of " + all));
    Choice choice = comparison.run(Candidates.of(open)).orElseThrow();

    PoolingChoice pooling = Objects.requireNonNull(choice.pooling());
    assertThat(pooling.usual().fits()).isEqualTo(3);
    assertThat(pooling.compared().fits()).isEqualTo(3);
    // The label is one of the words, of which a random pooler leaves little.
    assertThat(pooling.compared().accuracy()).isGreaterThan(pooling.usual().accuracy());
    assertThat(pooling.takesCompared()).isTrue();
    assertThat(choice.scores())
        .extracting(score -> score.candidate().settings().text().pooling())
        .containsOnly(Pooling.MEAN);
    // Two probes in three folds, a probe in six, at most two modules in six and one more in one.
    assertThat(heard).startsWith("1 of 25");
    Choice chosen = new MethodChoice(base, data(60)).run(Candidates.of(little)).orElseThrow();
    assertThat(chosen.pooling()).isNull();
    assertThat(chosen.scores())
        .extracting(CrossScore::accuracy)
        .isEqualTo(choice.scores().stream().map(CrossScore::accuracy).toList());

    // Where the pooler is better, nothing is changed.
    PoolingChoice other = new PoolingChoice(pooling.compared(), pooling.usual());
    assertThat(other.takesCompared()).isFalse();
    assertThat(other.taken(Candidates.of(open), base)).isEqualTo(Candidates.of(open));
  }

  @Test
  void namesOfLabelsAreLearntUnlessTheyMislead() throws IOException {
    TuneSettings little = lora(1).withLearningRate(1e-9);
    // The word that a row's label depends on, and another label's word.
    Choice right = choose(little, Map.of("a", "wordai", "b", "wordaj", "c", "wordak"));
    LabelNameChoice names = Objects.requireNonNull(right.labelNames());
    assertThat(names.standardErrors()).isGreaterThan(1);
    assertThat(names.rows().fits()).isEqualTo(3);
    assertThat(names.names().fits()).isEqualTo(3);
    assertThat(names.names().logLoss()).isLessThan(names.rows().logLoss());
    assertThat(names.learns()).isTrue();
    // Near or not, names that a probe loses by are not learnt from.
    LabelNameChoice losing = new LabelNameChoice(9, names.names(), names.rows());
    assertThat(losing.misleads()).isFalse();
    assertThat(losing.learns()).isFalse();
    // A little nearer to other names is chance.
    assertThat(new LabelNameChoice(-0.9, names.rows(), names.names()).learns()).isTrue();
    assertThat(new LabelNameChoice(-1, names.rows(), names.names()).learns()).isFalse();
    assertThat(right.scores())
        .extracting(score -> score.candidate().settings().labelNames())
        .containsOnly(LabelNameUse.LEARN);
    Choice wrong = choose(little, Map.of("a", "wordak", "b", "wordai", "c", "wordaj"));
    LabelNameChoice misleading = Objects.requireNonNull(wrong.labelNames());
    assertThat(misleading.standardErrors()).isLessThan(-1);
    assertThat(misleading.misleads()).isTrue();
    assertThat(misleading.names().fits()).isZero();
    assertThat(misleading.learns()).isFalse();
    assertThat(wrong.scores())
        .extracting(score -> score.candidate().settings().labelNames())
        .containsOnly(LabelNameUse.AUTO);
    // Nothing is compared where something was chosen, or where labels are codes.
    TuneSettings without = little.withLabelNames(LabelNameUse.IGNORE);
    assertThat(choose(without, Map.of("a", "wordai", "b", "wordaj", "c", "wordak")).labelNames())
        .isNull();
    assertThat(new MethodChoice(base, data(24)).run(Candidates.of(little)).orElseThrow())
        .extracting(Choice::labelNames)
        .isNull();
  }

  private Choice choose(TuneSettings settings, Map<String, String> names) throws IOException {
    Path folder = TinyBase.data(temporary.resolve("named"), 24, false);
    for (String split : List.of("train", "validation", "test")) {
      Path file = folder.resolve(split + ".jsonl");
      String rows = Files.readString(file);
      for (Map.Entry<String, String> name : names.entrySet()) {
        String label = "\"label\":\"%s\"";
        rows = rows.replace(label.formatted(name.getKey()), label.formatted(name.getValue()));
      }
      Files.writeString(file, rows);
    }
    return new MethodChoice(base, Dataset.read(folder)).run(Candidates.of(settings)).orElseThrow();
  }

  @Test
  void whatAProbeAnswersFromKnownVectorsIsWhatItsFitAnswers() throws IOException {
    Dataset data = data(24);
    Candidate probe = Candidates.of(lora(1)).get(0);
    Choice choice = new MethodChoice(base, data).run(List.of(probe)).orElseThrow();
    List<int[]> folds = Folds.of(data.train().rows(), 3, Seeds.of(42, Purpose.PARTS, 1));
    // Where its search for the optimum ends depends on the vectors to their last bits.
    double apart = RowProducts.areApart(base, data) ? 1e-6 : 1e-3;
    for (int[] fold : folds) {
      List<Row> in = new ArrayList<>(data.train().rows());
      List<Row> out = IntStream.of(fold).mapToObj(in::get).toList();
      in.removeAll(out);
      Dataset part =
          new Dataset(
              data.folder(),
              data.labels(),
              new DataFile(data.train().path(), in, "in"),
              new DataFile(data.train().path(), List.of(), "none"),
              new DataFile(data.train().path(), out, "out"));
      try (TunedModel tuned = new Tuner(base, probe.settings()).tune(part)) {
        double[][] wanted = Predictions.of(tuned.model(), part.test()).rows().answers();
        for (int i = 0; i < fold.length; i++) {
          assertThat(answer(choice.best(), fold[i])).containsExactly(wanted[i], within(apart));
        }
      }
    }
  }

  /** What was answered to a row the last time that it was held out. */
  private static double[] answer(CrossScore score, int row) {
    return score.answers().stream()
        .filter(one -> one.row() == row)
        .reduce((first, second) -> second)
        .orElseThrow()
        .probabilities();
  }

  @Test
  void aWayThatIsNotUsualMustBeClearlyBetter() throws IOException {
    Dataset data = data(60);
    TuneSettings good = lora(8).withHeadStart(HeadStart.PROBE);
    TuneSettings bad = lora(1).withLearningRate(1e-9).withHeadStart(HeadStart.RANDOM);
    Choice same =
        new MethodChoice(base, data)
            .run(List.of(new Candidate("other", good), new Candidate("usual", good).asUsual()))
            .orElseThrow();
    assertThat(same.best().candidate().name()).isEqualTo("usual");
    Choice worse =
        new MethodChoice(base, data)
            .run(List.of(new Candidate("other", good), new Candidate("usual", bad).asUsual()))
            .orElseThrow();
    assertThat(worse.best().candidate().name()).isEqualTo("other");
  }

  @Test
  void aStopGivesNothing() throws IOException {
    Optional<Choice> choice =
        new MethodChoice(base, data(24)).stopWhen(() -> true).run(Candidates.of(lora(1)));
    assertThat(choice).isEmpty();
  }

  @Test
  void anInterruptedComparisonContinuesToTheSameScores() throws IOException {
    Dataset data = data(24);
    List<Candidate> ways = Candidates.of(lora(1)).subList(0, 2);
    Choice whole = new MethodChoice(base, data).run(ways).orElseThrow();
    Path journal = temporary.resolve("journal");
    AtomicInteger fits = new AtomicInteger();
    Optional<Choice> stopped =
        new MethodChoice(base, data)
            .journal(journal, false)
            .listener((done, all, score) -> fits.set(done))
            .stopWhen(() -> fits.get() >= 5)
            .run(ways);
    assertThat(stopped).isEmpty();
    List<Candidate> others = Candidates.of(lora(2)).subList(0, 2);
    assertThatThrownBy(() -> new MethodChoice(base, data).journal(journal, true).run(others))
        .isInstanceOf(UserError.class)
        .hasMessage(
            journal
                + ": cannot be resumed with other rows, another base, seed or other settings than"
                + " it was begun with");
    List<Integer> seen = new ArrayList<>();
    AtomicInteger asked = new AtomicInteger();
    Choice resumed =
        new MethodChoice(base, data)
            .journal(journal, true)
            .listener((done, all, score) -> seen.add(asked.get()))
            .stopWhen(() -> asked.incrementAndGet() < 0)
            .run(ways)
            .orElseThrow();
    assertThat(seen.get(4)).as("steps of the first five fits").isZero();
    assertThat(resumed.best().candidate()).isEqualTo(whole.best().candidate());
    for (int way = 0; way < 2; way++) {
      assertThat(resumed.scores().get(way).accuracy())
          .isEqualTo(whole.scores().get(way).accuracy());
      assertThat(resumed.scores().get(way).logLoss()).isEqualTo(whole.scores().get(way).logLoss());
    }
  }

  @Test
  void classesOfOneTextEachAreRefused() throws IOException {
    Dataset data = data(24);
    List<Row> three = data.train().rows().subList(0, 3);
    Dataset few =
        new Dataset(
            data.folder(),
            data.labels(),
            new DataFile(data.train().path(), three, "three"),
            data.validation(),
            data.test());
    assertThatThrownBy(() -> new MethodChoice(base, few).run(Candidates.of(lora(1))))
        .isInstanceOf(UserError.class)
        .hasMessage(
            data.train().path()
                + ": must have a class with two different texts, for a method to be chosen by"
                + " cross-validation; the setting method chooses one");
  }
}
