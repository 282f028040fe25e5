package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the objectives make of texts. */
class ObjectivesTest {
  @TempDir Path temporary;

  private static List<String> texts(int count, int words) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int w = 0; w < words + i % 5; w++) {
        text.append(TinyWords.word(6 + (7 * i + w) % 90)).append(' ');
      }
      texts.add(text.toString().strip());
    }
    return texts;
  }

  @Test
  void packedRowsAreFullAndHoldEveryTokenInOrder() {
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      List<String> texts = texts(40, 3);
      texts.set(7, String.join(" ", texts.subList(10, 30)));
      TokenizedRows rows = new Packing(base.tokenizer(), 16).pack(texts);
      int[] lengths = rows.lengths();
      for (int row = 0; row < lengths.length - 1; row++) {
        assertThat(lengths[row]).as("row " + row).isBetween(15, 16);
      }
      Set<Integer> special = base.tokenizer().specialIds();
      List<Long> packed = new ArrayList<>();
      for (int row = 0; row < lengths.length; row++) {
        TokenBatch one = rows.batch(row);
        assertThat(one.ids()[0]).isEqualTo(2);
        assertThat(one.ids()[one.length() - 1]).isEqualTo(3);
        for (long id : one.ids()) {
          if (!special.contains((int) id)) {
            packed.add(id);
          }
        }
      }
      List<Long> plain = new ArrayList<>();
      base.tokenizer().encode(texts, null, 1000).stream()
          .flatMapToInt(one -> IntStream.of(one.ids()))
          .filter(id -> !special.contains(id))
          .forEach(id -> plain.add((long) id));
      assertThat(packed).isEqualTo(plain);
    }
  }

  @Test
  void fifteenInAHundredTokensAreAskedForMostOfThemHidden() {
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      MaskedLanguageHead head = Objects.requireNonNull(base.backbone().languageHead());
      var objective = new MaskedLanguageObjective(base, head, TinyWords.settings(1, 6, 32));
      TokenizedRows rows = objective.rows(texts(2000, 6), base.tokenizer());
      int[] all = IntStream.range(0, rows.size()).toArray();
      TokenBatch plain = rows.batch(all);
      DomainBatch batch = objective.batch(rows, all, 5);
      long words =
          Arrays.stream(plain.ids())
              .filter(id -> !base.tokenizer().specialIds().contains((int) id))
              .count();
      int asked = batch.classes().length;
      assertThat((double) asked / words).isBetween(0.13, 0.17);
      int hidden = 0;
      int kept = 0;
      for (int i = 0; i < asked; i++) {
        int place = batch.placeRows()[i] * plain.length() + batch.placeColumns()[i];
        assertThat(plain.ids()[place]).isEqualTo(batch.classes()[i]);
        assertThat(base.tokenizer().specialIds()).doesNotContain((int) plain.ids()[place]);
        hidden += batch.tokens().ids()[place] == base.tokenizer().maskId() ? 1 : 0;
        kept += batch.tokens().ids()[place] == plain.ids()[place] ? 1 : 0;
      }
      assertThat((double) hidden / asked).isBetween(0.77, 0.83);
      assertThat((double) kept / asked).isBetween(0.08, 0.13);
      assertThat(objective.batch(rows, all, 5).classes()).isEqualTo(batch.classes());
      assertThat(objective.batch(rows, all, 6).tokens().ids()).isNotEqualTo(batch.tokens().ids());
    }
  }

  @Test
  void aRowsMaskDoesNotDependOnTheRowsBesideIt() {
    try (TextBase base = TinyWords.open("bert-mlm", temporary)) {
      MaskedLanguageHead head = Objects.requireNonNull(base.backbone().languageHead());
      var objective = new MaskedLanguageObjective(base, head, TinyWords.settings(1, 6, 16));
      TokenizedRows rows = objective.rows(texts(30, 6), base.tokenizer());
      DomainBatch two = objective.batch(rows, new int[] {4, 1}, 9);
      DomainBatch one = objective.batch(rows, new int[] {1}, 9);
      long[] second = Arrays.copyOfRange(two.tokens().ids(), 16, 32);
      assertThat(second).startsWith(one.tokens().ids());
    }
  }

  @Test
  void pairsAreReadEachByItself() throws IOException {
    try (TextBase base = TinyWords.open("bert-classification", temporary);
        Scope scope = Scope.open()) {
      Path file = temporary.resolve("pairs.jsonl");
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 24; i++) {
        lines.append(
            "{\"text\": \"%s %s\", \"text_pair\": \"%s\"}%n"
                .formatted(TinyWords.word(6 + i), TinyWords.word(40), TinyWords.word(50 + i)));
      }
      Files.writeString(file, lines.toString());
      DomainCorpus corpus = DomainCorpus.read("pairs", List.of(file));
      var objective = new ContrastiveObjective(base, TinyWords.settings(1, 6, 16), Views.PAIRS);
      List<String> joined =
          corpus.files().get(0).rows().stream()
              .map(row -> objective.joined(corpus.files().get(0), row))
              .toList();
      TokenizedRows rows = objective.rows(joined, base.tokenizer());
      DomainBatch batch = objective.batch(rows, new int[] {3, 7}, 5);
      TokenBatch plain =
          TokenizedRows.of(
                  List.of(
                      new Row(TinyWords.word(9) + " " + TinyWords.word(40), null, null, null, 1),
                      new Row(TinyWords.word(13) + " " + TinyWords.word(40), null, null, null, 1),
                      new Row(TinyWords.word(53), null, null, null, 1),
                      new Row(TinyWords.word(57), null, null, null, 1)),
                  base.tokenizer(),
                  16)
              .batch(0, 1, 2, 3);
      assertThat(batch.tokens().ids()).isEqualTo(plain.ids());
      assertThat(batch.tokens().typeIds()).containsOnly(0);
      assertThat(batch.tokens().lengths()).isEqualTo(plain.lengths());
      assertThat(batch.tokens().rowIndex()).containsExactly(3, 7, 3, 7);
      // Both texts are held out or learnt from together.
      DomainCorpus.Parts parts = corpus.parts(0.2, 100, 1, objective::joined);
      assertThat(Views.shown(parts.heldOut().get(0)).split(" ")).hasSize(3);

      Files.writeString(file, lines + "{\"text\": \"alone\"}\n");
      DomainCorpus mixed = DomainCorpus.read("pairs", List.of(file));
      assertThatThrownBy(() -> mixed.parts(0.2, 100, 1, objective::joined))
          .isInstanceOf(UserError.class)
          .hasMessage(file + ":25: must have a text_pair for the objective pairs, got none");
    }
  }

  @Test
  void pairsAreComparedByTheMeansOfTheirTokensAlsoOnABaseWithAPooler() {
    try (TextBase base = TinyWords.open("bert-classification", temporary);
        Scope scope = Scope.open()) {
      assertThat(base.backbone().usualPooling()).isEqualTo(Pooling.CLS);
      var objective = new ContrastiveObjective(base, TinyWords.settings(1, 6, 16), Views.MASKS);
      TokenizedRows rows = objective.rows(texts(3, 4), base.tokenizer());
      DomainBatch batch = objective.batch(rows, new int[] {0, 1, 2}, 5);
      double loss = objective.losses(Tape.inference(DType.F32), List.of(batch), Adaptation.NONE)[0];
      double[][] unit = new double[6][];
      JointBatch joint = new JointBatch(List.of(batch));
      try (TextBatch texts = joint.texts(base.tokenizer().padId())) {
        Tensor vectors =
            Pooling.MEAN
                .apply(
                    Tape.inference(DType.F32),
                    base.backbone(),
                    texts,
                    Adaptation.NONE,
                    false,
                    joint.dropout(32, 0.1, DType.F32))
                .value();
        float[] all = vectors.toFloats();
        for (int i = 0; i < 6; i++) {
          unit[i] = unit(Arrays.copyOfRange(all, 32 * i, 32 * (i + 1)));
        }
      }
      double expected = 0;
      for (int i = 0; i < 3; i++) {
        double others = 0;
        for (int j = 3; j < 6; j++) {
          others += Math.exp(product(unit[i], unit[j]) / 0.05);
        }
        expected += (Math.log(others) - product(unit[i], unit[i + 3]) / 0.05) / 3;
      }
      assertThat(loss).isCloseTo(expected, within(1e-4));
    }
  }

  private static double[] unit(float[] vector) {
    double[] unit = new double[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = vector[i];
    }
    double length = Math.sqrt(product(unit, unit));
    return Arrays.stream(unit).map(x -> x / length).toArray();
  }

  private static double product(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] * other[i]).sum();
  }

  @Test
  void cropsAreSpansAndMasksHideTokens() {
    try (TextBase base = TinyWords.open("bert-classification", temporary);
        Scope scope = Scope.open()) {
      List<String> texts = texts(200, 8);
      Set<Integer> special = base.tokenizer().specialIds();
      var crops = new ContrastiveObjective(base, TinyWords.settings(1, 6, 32), Views.CROPS);
      var masks = new ContrastiveObjective(base, TinyWords.settings(1, 6, 32), Views.MASKS);
      TokenizedRows rows = crops.rows(texts, base.tokenizer());
      int[] all = IntStream.range(0, rows.size()).toArray();
      TokenBatch cropped = crops.batch(rows, all, 5).tokens();
      TokenBatch masked = masks.batch(rows, all, 5).tokens();
      int hidden = 0;
      int words = 0;
      int differ = 0;
      for (int i = 0; i < cropped.rows(); i++) {
        String plain = content(rows.batch(all[i % all.length]), 0, special);
        String span = content(cropped, i, special);
        assertThat(plain).contains(span);
        int whole = plain.split(" ", -1).length;
        assertThat(span.split(" ", -1).length).isBetween((whole + 1) / 2, whole);
        if (i < all.length) {
          differ += span.equals(content(cropped, i + all.length, special)) ? 0 : 1;
        }
        assertThat(masked.lengths()[i]).isEqualTo(rows.lengths()[i % all.length]);
        for (int t = 0; t < masked.lengths()[i]; t++) {
          hidden += masked.ids()[i * masked.length() + t] == base.tokenizer().maskId() ? 1 : 0;
        }
        words += whole;
      }
      assertThat(differ).isGreaterThan(100);
      assertThat((double) hidden / words).isBetween(0.12, 0.18);
      // A row's readings do not depend on the rows beside it.
      assertThat(content(crops.batch(rows, new int[] {9}, 5).tokens(), 0, special))
          .isEqualTo(content(cropped, 9, special));
    }
  }

  private static String content(TokenBatch batch, int row, Set<Integer> special) {
    return Arrays.stream(
            batch.ids(), row * batch.length(), row * batch.length() + batch.lengths()[row])
        .filter(id -> !special.contains((int) id))
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  @Test
  void dropoutBelongsToTheRowAndItsPlaceAndDropsATenth() {
    try (TextBase base = TinyWords.open("bert-classification", temporary);
        Scope scope = Scope.open()) {
      var objective = new ContrastiveObjective(base, TinyWords.settings(1, 6, 16));
      TokenizedRows rows = objective.rows(texts(12, 4), base.tokenizer());
      DomainBatch alone = objective.batch(rows, new int[] {0, 1}, 3);
      DomainBatch longer = objective.batch(rows, new int[] {4, 9}, 8);
      assertThat(alone.tokens().rowIndex()).containsExactly(0, 1, 0, 1);
      assertThat(alone.counted()).isEqualTo(alone.tokens().tokens() / 2);
      int width = 32;
      float[] mine =
          new JointBatch(List.of(alone)).dropout(width, 0.1, DType.F32).factors(3).toFloats();
      float[] beside =
          new JointBatch(List.of(longer, alone))
              .dropout(width, 0.1, DType.F32)
              .factors(3)
              .toFloats();
      int before = (int) longer.tokens().tokens() * width;
      assertThat(mine).hasSize((int) alone.tokens().tokens() * width);
      assertThat(beside).hasSize(before + mine.length);
      Set<Float> values = new TreeSet<>();
      int dropped = 0;
      for (int i = 0; i < mine.length; i++) {
        assertThat(beside[before + i]).isEqualTo(mine[i]);
        values.add(mine[i]);
        dropped += mine[i] == 0 ? 1 : 0;
      }
      assertThat(values).containsExactly(0f, 1.109375f);
      assertThat((double) dropped / mine.length).isBetween(0.07, 0.13);
      float[] other =
          new JointBatch(List.of(alone)).dropout(width, 0.1, DType.F32).factors(4).toFloats();
      assertThat(other).isNotEqualTo(mine);
    }
  }
}
