package io.haori.training.multidomain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.analysis.transfer.DomainAnswers;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Targets;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.testkit.TinyBase;
import io.haori.training.comparison.ComparisonListener;
import io.haori.training.data.Split;
import io.haori.training.multidomain.study.TransferStudy;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.answer.Predictions;
import io.haori.training.work.PlaceHere;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Models of sets of domains, side by side. */
class DomainSetTrainerTest {
  @TempDir Path temporary;
  private TextBase base;
  private DomainRows rows;
  private final List<String> reported = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    rows = new DomainRows(DomainFolders.three(temporary), base.reader(), 16);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private DomainSetTrainer trainer(String folder) {
    return new DomainSetTrainer(base, rows, temporary.resolve(folder))
        .clock(() -> 0)
        .listener(
            new ComparisonListener() {
              @Override
              public void onPlan(int runs, int finished, long workDone, long work) {
                reported.add(finished + " of " + runs);
              }
            });
  }

  private static List<PlannedDomainSet> plans(
      DomainSetTrainer trainer, DomainSetSettings settings) {
    return List.of(
        trainer.plan(List.of(0), settings),
        trainer.plan(List.of(1), settings),
        trainer.plan(List.of(2), settings),
        trainer.plan(List.of(0, 1), settings),
        trainer.plan(List.of(2, 1), settings),
        trainer.plan(List.of(0, 1, 2), settings),
        trainer.plan(List.of(0), settings.withSeed(43)));
  }

  @ParameterizedTest
  @EnumSource(Weighting.class)
  void aModelIsTheSameAloneAndBesideOthers(Weighting weighting) {
    DomainSetSettings settings = DomainFolders.settings(weighting, HeadChoice.OWN);
    DomainSetTrainer together = trainer("together").keepAdapters(plan -> true);
    DomainSetTrainer apart = trainer("apart").sideBySide(1).keepAdapters(plan -> true);

    Map<String, FinishedDomainSet> one = together.run(plans(together, settings));
    Map<String, FinishedDomainSet> other = apart.run(plans(apart, settings));

    assertThat(one).hasSize(7);
    assertThat(one.keySet()).isEqualTo(other.keySet());
    for (PlannedDomainSet plan : plans(together, settings)) {
      FinishedDomainSet mine = one.get(plan.digest());
      FinishedDomainSet lone = other.get(plan.digest());
      assertThat(mine.answers()).as(plan.label()).isEqualTo(lone.answers());
      assertThat(mine.curve()).isEqualTo(lone.curve());
      assertThat(mine.tokens()).isEqualTo(lone.tokens());
      assertThat(mine.steps()).isEqualTo(lone.steps()).isEqualTo(mine.weights().length);
      float[] values = values(together.adapter(plan));
      float[] loneValues = values(apart.adapter(plan));
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isCloseTo(loneValues[i], within(2e-4f));
      }
    }
  }

  @Test
  void modelsThatAreTrainedElsewhereLeaveTheFilesOfThoseThatAreTrainedHereAlone()
      throws IOException {
    int threads = Engine.threads();
    DomainSetSettings settings = DomainFolders.settings(Weighting.SIZE, HeadChoice.OWN);
    PlaceHere place = new PlaceHere(temporary);
    DomainSetTrainer there =
        trainer("there").keepAdapters(plan -> plan.domains().size() == 1).on(place);
    DomainSetTrainer here =
        trainer("here").sideBySide(1).keepAdapters(plan -> plan.domains().size() == 1);
    try {
      Engine.setThreads(1);
      here.run(plans(here, settings));
    } finally {
      Engine.setThreads(threads);
    }

    assertThat(there.run(plans(there, settings))).hasSize(7);

    assertThat(place.done()).hasSize(7);
    assertThat(files("there")).hasSizeGreaterThan(7).isEqualTo(files("here"));
    there.run(plans(there, settings));
    assertThat(place.done()).hasSize(7);
  }

  private Map<String, String> files(String name) throws IOException {
    Path folder = temporary.resolve(name);
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String text = Arrays.toString(Files.readAllBytes(file));
        if (file.endsWith("run.json")) {
          text = Files.readString(file).replaceAll("\"seconds\":[^,]*", "");
        }
        files.put(folder.relativize(file).toString(), text);
      }
    }
    return files;
  }

  @Test
  void severalWorkersGiveWhatOneGives() {
    int threads = Engine.threads();
    DomainSetSettings settings = DomainFolders.settings(Weighting.UNIFORM, HeadChoice.OWN);
    DomainSetTrainer several = trainer("several").workers(3);
    Map<String, FinishedDomainSet> many = several.run(plans(several, settings));
    assertThat(Engine.threads()).isEqualTo(threads);

    Engine.setThreads(1);
    try {
      DomainSetTrainer single = trainer("single");
      Map<String, FinishedDomainSet> one = single.run(plans(single, settings));
      assertThat(many).hasSize(7);
      assertThat(many.keySet()).isEqualTo(one.keySet());
      one.forEach(
          (digest, alone) -> {
            FinishedDomainSet ours = Objects.requireNonNull(many.get(digest));
            assertThat(ours.answers()).isEqualTo(alone.answers());
            assertThat(ours.curve()).isEqualTo(alone.curve());
          });
      assertThat(trainer("several").run(plans(single, settings))).hasSize(7);
      assertThat(reported).last().isEqualTo("7 of 7");
    } finally {
      Engine.setThreads(threads);
    }
  }

  @Test
  void aFailureInOneWorkerEndsAllAndIsReported() {
    DomainSetTrainer trainer =
        trainer("runs")
            .workers(2)
            .sideBySide(1)
            .stopWhen(
                () -> {
                  throw new UserError("no more");
                });
    DomainSetSettings settings = DomainFolders.settings(Weighting.UNIFORM, HeadChoice.OWN);
    assertThatThrownBy(() -> trainer.run(plans(trainer, settings)))
        .isInstanceOf(UserError.class)
        .hasMessage("no more");
  }

  private float[] values(Path adapter) {
    try (TextModel model = AdapterFolder.load(adapter, base, DType.F32)) {
      List<float[]> parts = new ArrayList<>();
      model.module().parameters().forEach(one -> parts.add(one.parameter().value().toFloats()));
      model.heads().parameters().forEach(one -> parts.add(one.value().toFloats()));
      int size = parts.stream().mapToInt(part -> part.length).sum();
      float[] all = new float[size];
      int at = 0;
      for (float[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return all;
    }
  }

  @Test
  void theStoredModelAnswersAsTheRunSays() {
    DomainSetTrainer trainer = trainer("runs").keepAdapters(plan -> true);
    DomainSetSettings settings = DomainFolders.settings(Weighting.UNIFORM, HeadChoice.OWN);
    PlannedDomainSet plan = trainer.plan(List.of(0, 1, 2), settings);

    FinishedDomainSet finished = trainer.run(List.of(plan)).get(plan.digest());

    try (TextModel model = AdapterFolder.load(trainer.adapter(plan), base, DType.F32)) {
      Targets targets = rows.targets(Split.TEST, plan.domains(), model.heads().labels());
      int[] domains = rows.of(Split.TEST, 0);
      float[][] answers = model.answers(rows.tokens(Split.TEST), targets.heads());
      List<String> predicted = finished.of("cars").predicted();
      for (int i = 0; i < domains.length; i++) {
        int head = targets.heads()[domains[i]];
        int said = Predictions.greatest(answers[domains[i]]);
        assertThat(model.heads().labels().heads().get(head).labels().name(said))
            .isEqualTo(predicted.get(i));
      }
    }
    assertThat(finished.trainable()).isPositive();
    assertThat(plan.names()).containsExactly("boats", "cars", "planes");
    assertThat(plan.label()).isEqualTo("boats + cars + planes");
  }

  @ParameterizedTest
  @CsvSource({"sparse, 0.45, 0.55", "modular, 0.9, 1.0"})
  void aMethodThatShapesItsModuleDoesSoInASet(String method, double least, double most) {
    AdapterMethod chosen = MethodCatalogue.create(method, Map.of("rank", "4"));
    DomainSetSettings settings = DomainFolders.settings(chosen, Weighting.UNIFORM, HeadChoice.OWN);
    DomainSetTrainer trainer = trainer(method).keepAdapters(plan -> true);
    PlannedDomainSet alone = trainer.plan(List.of(0), settings);
    PlannedDomainSet all = trainer.plan(List.of(0, 1, 2), settings);

    trainer.run(List.of(alone, all));

    long dense =
        chosen.slots(base.backbone().slots()).stream()
            .mapToLong(slot -> 4L * (slot.inputs() + slot.outputs()))
            .sum();
    for (PlannedDomainSet plan : List.of(alone, all)) {
      try (TextModel model = AdapterFolder.load(trainer.adapter(plan), base, DType.F32)) {
        long kept =
            model.module().parameters().stream().mapToLong(part -> part.parameter().count()).sum();
        assertThat((double) kept / dense).as(plan.label()).isBetween(least, most);
      }
    }
  }

  @Test
  void whatWasDoneIsNotRepeatedWhenTheStudyIsWidened() {
    DomainSetSettings settings = DomainFolders.settings(Weighting.UNIFORM, HeadChoice.OWN);
    TransferStudy narrow = new TransferStudy(trainer("runs"), settings, List.of(42L, 43L));
    narrow.want(narrow.alone());
    assertThat(narrow.run()).isTrue();

    TransferStudy wide = new TransferStudy(trainer("runs"), settings, List.of(42L, 43L));
    wide.want(wide.alone());
    wide.want(wide.pairs());
    wide.want(List.of(wide.all()));
    wide.want(wide.allButOne());
    assertThat(wide.run()).isTrue();
    // With three domains all but one are the pairs.
    TransferStudy weighted =
        new TransferStudy(trainer("runs"), settings.with(Weighting.DWA), List.of(42L, 43L));
    weighted.want(weighted.alone());
    weighted.want(List.of(weighted.all()));
    assertThat(weighted.run()).isTrue();

    assertThat(reported).containsExactly("0 of 6", "6 of 14", "6 of 8");
    assertThat(wide.of(List.of(1))).usingRecursiveComparison().isEqualTo(narrow.of(List.of(1)));
    DomainAnswers answers = wide.compare(1, List.of(1), wide.all());
    assertThat(answers.seeds()).isEqualTo(2);
    assertThat(answers.rows()).isEqualTo(12);
  }

  @Test
  void anInterruptedStudyKeepsTheModelsThatWereDone() {
    int[] asked = {0};
    DomainSetSettings settings = DomainFolders.settings(Weighting.UNIFORM, HeadChoice.OWN);
    DomainSetTrainer trainer = trainer("runs").sideBySide(2).stopWhen(() -> ++asked[0] > 20);
    List<PlannedDomainSet> plans = plans(trainer, settings);

    Map<String, FinishedDomainSet> stopped = trainer.run(plans);
    int kept = stopped.size();
    Map<String, FinishedDomainSet> whole = trainer("runs").run(plans);

    assertThat(kept).isBetween(1, 6);
    assertThat(reported).containsExactly("0 of 7", kept + " of 7");
    assertThat(whole).hasSize(7);
  }

  @Test
  void aDamagedRecordIsTrainedAgain() throws IOException {
    DomainSetTrainer trainer = trainer("runs");
    PlannedDomainSet plan =
        trainer.plan(List.of(0), DomainFolders.settings(Weighting.UNIFORM, HeadChoice.OWN));
    trainer.run(List.of(plan));
    try (Stream<Path> files = Files.walk(temporary.resolve("runs"))) {
      for (Path file : files.filter(f -> f.endsWith("run.json")).toList()) {
        Files.writeString(file, "{\"digest\":");
      }
    }

    assertThat(trainer.run(List.of(plan))).hasSize(1);

    assertThat(reported).containsExactly("0 of 1", "0 of 1");
  }

  @Test
  void jointModelsLearnEveryDomain() {
    DomainSetTrainer trainer = trainer("runs");
    DomainSetSettings settings = DomainFolders.settings(Weighting.UNIFORM, HeadChoice.OWN);
    DomainSetSettings longer =
        new DomainSetSettings(
            new TuneSettings(
                settings.tune().method(),
                settings.tune().loop().withEpochs(30),
                settings.tune().text(),
                8,
                false),
            Weighting.UNIFORM,
            2,
            HeadChoice.OWN);
    PlannedDomainSet plan = trainer.plan(List.of(0, 1, 2), longer);

    FinishedDomainSet finished = trainer.run(List.of(plan)).get(plan.digest());

    assertThat(finished.curve().get(finished.bestEpoch() - 1)).isGreaterThan(0.8);
    assertThat(finished.answers()).allMatch(answers -> answers.validation() > 0.6);
  }
}
