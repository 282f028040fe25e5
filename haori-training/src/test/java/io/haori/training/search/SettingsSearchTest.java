package io.haori.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.SearchedSetting;
import io.haori.adapter.spi.TrainingStrategy.BiLevel;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsSearchTest {
  private static final List<SearchedSetting> SPACE =
      List.of(
          SearchedSetting.between(SearchedSetting.LEARNING_RATE, 1e-4, 1e-1),
          SearchedSetting.oneOf("rank", "2", "4"));

  @TempDir Path temporary;
  private TextBase base;
  private TokenizedDataset rows;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    rows = TokenizedDataset.of(data, base.reader(), 16);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private static TuneSettings settings(Map<String, String> drawn) {
    Map<String, String> ofMethod = new HashMap<>(drawn);
    double rate = Double.parseDouble(ofMethod.remove(SearchedSetting.LEARNING_RATE));
    return new TuneSettings(
            MethodCatalogue.create("lora", ofMethod),
            LoopConfig.DEFAULT.withEpochs(9),
            new TextOptions(Pooling.AUTO, 16, DType.F32),
            8,
            false)
        .withLearningRate(rate);
  }

  private SettingsSearch search(Function<Map<String, String>, TuneSettings> settings) {
    return new SettingsSearch(base, rows, SPACE, settings);
  }

  @Test
  void theBestThirdGoesOnForThreeTimesAsLong() {
    List<String> heard = new ArrayList<>();
    SettingsSearch.Found found =
        search(SettingsSearchTest::settings)
            .listener((done, all, trial) -> heard.add(done + "/" + all + " " + trial.number()))
            .run(5, 7);
    assertThat(found.trials()).extracting(Trial::number).containsExactly(1, 2, 3, 4, 5);
    assertThat(found.trials()).allMatch(trial -> trial.rounds().get(0).epochs() == 1);
    List<Trial> second =
        found.trials().stream().filter(trial -> trial.rounds().size() == 2).toList();
    assertThat(second).hasSize(2).allMatch(trial -> trial.rounds().get(1).epochs() == 3);
    double worstKept =
        second.stream().mapToDouble(trial -> trial.rounds().get(0).score()).min().orElseThrow();
    assertThat(found.trials())
        .filteredOn(trial -> trial.rounds().size() == 1)
        .allMatch(trial -> trial.score() <= worstKept);
    assertThat(found.best())
        .isEqualTo(second.stream().max(Comparator.comparingDouble(Trial::score)).orElseThrow());
    assertThat(heard.subList(0, 5)).containsExactly("1/7 1", "2/7 2", "3/7 3", "4/7 4", "5/7 5");
    // The best of the first round goes first, whatever its number.
    int first = second.get(0).number();
    int last = second.get(1).number();
    assertThat(heard.subList(5, heard.size()))
        .isIn(List.of("6/7 " + first, "7/7 " + last), List.of("6/7 " + last, "7/7 " + first));
    for (Trial trial : found.trials()) {
      assertThat(Double.parseDouble(trial.settings().get("learningRate"))).isBetween(9e-5, 0.11);
      assertThat(trial.settings().get("rank")).isIn("2", "4");
    }
  }

  @Test
  void theSeedDecidesEverything() {
    List<Trial> first = search(SettingsSearchTest::settings).run(3, 7).trials();
    assertThat(search(SettingsSearchTest::settings).run(3, 7).trials()).isEqualTo(first);
    assertThat(search(SettingsSearchTest::settings).run(3, 8).trials()).isNotEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 1", "4, 2", "9, 2", "10, 3", "27, 3", "28, 4"})
  void trialsAreThinnedUntilOneIsLeft(int trials, int rounds) {
    assertThat(SettingsSearch.rounds(trials)).isEqualTo(rounds);
  }

  @Test
  void anInterruptedSearchGoesOnWithoutRepeatingAnything() {
    Path file = temporary.resolve("out/search.json");
    SettingsSearch.Found straight = search(SettingsSearchTest::settings).run(3, 7);
    AtomicInteger asked = new AtomicInteger();
    SettingsSearch.Found stopped =
        search(SettingsSearchTest::settings)
            .journal(file, false)
            .stopWhen(() -> asked.getAndIncrement() == 12)
            .run(3, 7);
    assertThat(stopped.best()).isNull();
    assertThat(file).exists();
    int before = asked.get();
    SettingsSearch.Found resumed =
        search(SettingsSearchTest::settings)
            .journal(file, true)
            .stopWhen(() -> asked.getAndIncrement() < 0)
            .run(3, 7);
    assertThat(resumed).isEqualTo(straight);
    // Each trial has nine steps; those of the first one were done before.
    assertThat(asked.get() - before).isEqualTo(2 * 9);
    SettingsSearch.Found again =
        search(SettingsSearchTest::settings)
            .journal(file, true)
            .stopWhen(
                () -> {
                  throw new AssertionError("trained once more");
                })
            .run(3, 7);
    assertThat(again).isEqualTo(straight);
  }

  @Test
  void aTrialThatFailsIsListedAndLosesAgainstAnyOther() {
    SettingsSearch.Found found =
        search(
                drawn -> {
                  TuneSettings usual = settings(drawn);
                  // Diverges at once.
                  return drawn.get("rank").equals("2") ? usual.withLearningRate(1e6) : usual;
                })
            .run(6, 3);
    assertThat(found.trials())
        .filteredOn(trial -> trial.settings().get("rank").equals("2"))
        .isNotEmpty();
    assertThat(found.best().settings().get("rank")).isEqualTo("4");
  }

  @Test
  void whenAllFailTheFirstOnesSentenceIsReported() throws IOException {
    Path folder = temporary.resolve("data");
    Files.writeString(
        folder.resolve("train.jsonl"),
        Files.readString(folder.resolve("train.jsonl"))
            + "{\"text\":\"wordbc\",\"label\":\"rare\"}\n");
    TokenizedDataset more = TokenizedDataset.of(Dataset.read(folder), base.reader(), 16);
    SettingsSearch search =
        new SettingsSearch(
            base,
            more,
            List.of(SearchedSetting.oneOf("rank", "2", "4")),
            drawn ->
                new TuneSettings(
                    MethodCatalogue.create("bidora", drawn),
                    LoopConfig.DEFAULT,
                    new TextOptions(Pooling.AUTO, 16, DType.F32),
                    8,
                    false));
    assertThatThrownBy(() -> search.run(2, 1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("train.jsonl")
                + ": label \"rare\" must have at least 2 rows for training at two levels, got 1");
  }

  @Test
  void oneTrialIsNoSearch() {
    assertThatThrownBy(() -> search(SettingsSearchTest::settings).run(1, 1))
        .isInstanceOf(UserError.class)
        .hasMessage("tune-hyper must be at least 2, got 1");
  }

  @Test
  void everyMethodSaysWhatMayVaryAndUnderstandsIt() {
    for (String name : MethodCatalogue.names()) {
      List<SearchedSetting> space = MethodCatalogue.create(name, Map.of()).searched();
      assertThat(space).extracting(SearchedSetting::name).contains("learningRate");
      for (SearchedSetting setting : space) {
        if (!setting.name().equals(SearchedSetting.LEARNING_RATE)) {
          String value = setting.draw(new java.util.Random(1));
          assertThat(MethodCatalogue.create(name, Map.of(setting.name(), value)).name())
              .isEqualTo(name);
        }
      }
    }
    assertThat(MethodCatalogue.create("bidora", Map.of()).searched())
        .extracting(SearchedSetting::name)
        .contains("outerShare", "upperRate", "lastRate", "learningRate");
  }

  @Test
  void aShorterRunAtTwoLevelsHasAShorterLastPhase() {
    BiLevel levels =
        (BiLevel)
            MethodCatalogue.create("bidora", Map.of("lastEpochs", "9"))
                .shortened(1 / 3.0)
                .strategy();
    assertThat(levels.lastEpochs()).isEqualTo(3);
  }
}
