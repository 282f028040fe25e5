package io.haori.training.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.choice.Candidate;
import io.haori.training.choice.Candidates;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneLoss;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AugmentationTest {
  private static final String TEXT = "Replaced the leaking hydraulic cylinder of the excavator";

  private static Set<String> some(Alteration one) {
    Set<String> found = new HashSet<>();
    for (int seed = 0; seed < 60; seed++) {
      found.add(one.text(TEXT, new SplittableRandom(seed)));
    }
    return found;
  }

  @ParameterizedTest
  @EnumSource(names = {"TYPOS", "CASE", "ABBREVIATIONS", "DROP", "SYNONYMS"})
  void everyAlterationChangesSomeTextsAndLeavesNoneBlank(Alteration one) {
    assertThat(some(one)).hasSizeGreaterThan(1).noneMatch(String::isBlank);
    assertThat(one.text("油圧ポンプから油が漏れる", new SplittableRandom(1))).isNotBlank();
    assertThat(one.text("a", new SplittableRandom(1))).isIn("a", "A", "angstrom");
  }

  @Test
  void textsAreAlteredAsTheirNamesSay() {
    assertThat(some(Alteration.CASE))
        .containsExactlyInAnyOrder(TEXT.toUpperCase(Locale.ROOT), TEXT.toLowerCase(Locale.ROOT));
    assertThat(some(Alteration.ABBREVIATIONS))
        .anyMatch(text -> text.contains("Rep. "))
        .anyMatch(text -> text.contains("hydrlc"));
    assertThat(some(Alteration.DROP))
        .allMatch(text -> text.split(" ").length <= TEXT.split(" ").length);
    assertThat(some(Alteration.TYPOS))
        .allMatch(text -> text.split(" ").length == TEXT.split(" ").length)
        .allMatch(text -> Math.abs(text.length() - TEXT.length()) <= 5);
    assertThat(WordNetSynonyms.of("excavator")).contains("power shovel", "digger");
    assertThat(WordNetSynonyms.of("qqzz")).isEmpty();
  }

  @Test
  void trainingRowsAloneGetCopiesAndTheSameSeedGivesTheSame(@TempDir Path place)
      throws IOException {
    Dataset data = Dataset.read(TinyBase.data(place, 24, false));
    Augmentation all = new Augmentation(EnumSet.of(Alteration.CASE));
    Dataset more = all.apply(data, 3);
    int rows = data.train().rows().size();
    assertThat(more.train().rows().subList(0, rows)).isEqualTo(data.train().rows());
    assertThat(more.train().rows()).hasSizeGreaterThan(rows).hasSizeLessThanOrEqualTo(2 * rows);
    List<Row> copies = more.train().rows().subList(rows, more.train().rows().size());
    assertThat(copies).allMatch(copy -> copy.label() != null && copy.line() > 0);
    assertThat(more.validation()).isSameAs(data.validation());
    assertThat(more.test()).isSameAs(data.test());
    assertThat(all.apply(data, 3)).isEqualTo(more);
    assertThat(Augmentation.NONE.apply(data, 3)).isSameAs(data);
  }

  @Test
  void settingsHaveItByItsWords() {
    TuneSettings settings =
        TuneSettings.builder("lora")
            .build()
            .withAugmentation(Augmentation.parse("training.augment", "drop,typos"));
    assertThat(settings.byName()).containsEntry("training.augment", "typos,drop");
    assertThat(TuneSettings.fromJson(settings.toJson())).isEqualTo(settings);
    assertThatThrownBy(() -> Augmentation.parse("training.augment", "typos,noise"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training.augment must be none, or some of typos,case,abbreviations,drop,synonyms,flip,"
                + "crop,rotate,brightness,contrast,randaugment,mixup,"
                + " got typos,noise");
    assertThat(Candidates.of(settings))
        .extracting(Candidate::name)
        .contains("lora", "lora with typos,drop", "lora contrastive with typos,drop");
    assertThat(Candidates.of(settings))
        .filteredOn(way -> way.name().contains("with"))
        .noneMatch(Candidate::usual);
  }

  @Test
  void rowsAreMixedWithOthersOfTheirHeadAndLabelledByTheirShares() {
    int[] heads = {0, 1, 0, 1, 0, 2};
    int own = 0;
    double shares = 0;
    int draws = 400;
    for (int seed = 0; seed < draws; seed++) {
      Mixup mixup = Mixup.of(heads, new SplittableRandom(seed));
      for (int row = 0; row < heads.length; row++) {
        double sum = 0;
        for (int of = 0; of < heads.length; of++) {
          float share = mixup.shares()[row * heads.length + of];
          sum += share;
          assertThat(share == 0 || heads[of] == heads[row]).isTrue();
        }
        assertThat(sum).isCloseTo(1, within(1e-6));
        assertThat(mixup.shares()[row * heads.length + mixup.labelled()[row]]).isPositive();
      }
      shares += mixup.shares()[0];
      own += mixup.labelled()[0] == 0 ? 1 : 0;
      // Alone with its head, a row stays what it is.
      assertThat(mixup.shares()[35]).isEqualTo(1);
    }
    assertThat(shares / draws).isCloseTo(0.5, within(0.05));
    assertThat((double) own / draws).isCloseTo(shares / draws, within(0.08));
  }

  @Test
  void mixedVectorsAreLearntFromWithoutMoreRows(@TempDir Path place) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(place.resolve("data"), 24, false));
    Augmentation mixup = Augmentation.parse("training.augment", "mixup");
    assertThat(mixup.apply(data, 3)).isSameAs(data);
    try (TextBase base =
        TextBase.open(TinyBase.folder(place).toString(), DType.F32, FetchListener.SILENT)) {
      for (String method : List.of("lora", "frozen")) {
        TuneSettings plain =
            TuneSettings.builder(method)
                .pooling(Pooling.MEAN)
                .precision(DType.F32)
                .maxLength(16)
                .batchSize(8)
                .epochs(2)
                .build();
        TuneSettings mixed = plain.withAugmentation(mixup);
        try (TunedModel once = new Tuner(base, mixed).tune(data);
            TunedModel again = new Tuner(base, mixed).tune(data);
            TunedModel without = new Tuner(base, plain).tune(data)) {
          double[][] answers = Predictions.of(once.model(), data.test()).rows().answers();
          assertThat(once.training().steps()).isEqualTo(6);
          assertThat(Predictions.of(again.model(), data.test()).rows().answers())
              .isDeepEqualTo(answers);
          assertThat(Predictions.of(without.model(), data.test()).rows().answers()[0])
              .isNotEqualTo(answers[0]);
        }
      }
      TuneSettings lora =
          TuneSettings.builder("lora").maxLength(16).build().withAugmentation(mixup);
      assertThatThrownBy(() -> new Tuner(base, lora.withLoss(TuneLoss.CONTRASTIVE)).tune(data))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "training.augment must be without mixup where classes are contrasted, got mixup");
      TuneSettings levels =
          TuneSettings.builder("bidora").maxLength(16).build().withAugmentation(mixup);
      assertThatThrownBy(() -> new Tuner(base, levels).tune(data))
          .hasMessage(
              "training.augment must be without mixup for a method that learns at two levels, got"
                  + " mixup");
      assertThat(Candidates.of(lora))
          .extracting(Candidate::name)
          .contains("lora with mixup")
          .doesNotContain("lora contrastive with mixup");
    }
  }

  @Test
  void copiesAreLearntFrom(@TempDir Path place) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(place.resolve("data"), 24, false));
    TuneSettings settings =
        TuneSettings.builder("lora")
            .pooling(Pooling.MEAN)
            .precision(DType.F32)
            .maxLength(16)
            .batchSize(1)
            .epochs(1)
            .build();
    Augmentation drop = Augmentation.parse("training.augment", "drop");
    try (TextBase base =
            TextBase.open(TinyBase.folder(place).toString(), DType.F32, FetchListener.SILENT);
        TunedModel plain = new Tuner(base, settings).tune(data);
        TunedModel more = new Tuner(base, settings.withAugmentation(drop)).tune(data)) {
      assertThat(plain.training().steps()).isEqualTo(data.train().rows().size());
      assertThat(more.training().steps()).isGreaterThan(plain.training().steps());
    }
  }
}
