package io.haori.training.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelNameRowsTest {
  @TempDir Path temporary;

  private Dataset data(String... rows) throws IOException {
    Path file = temporary.resolve("rows.jsonl");
    Files.write(file, List.of(rows));
    return Dataset.read(file);
  }

  private static String row(String text, String label) {
    return "{\"text\": \"%s\", \"label\": \"%s\"}".formatted(text, label);
  }

  private Dataset named(String first, String second) throws IOException {
    String[] rows = new String[40];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row("text " + i, i % 2 == 0 ? first : second);
    }
    return data(rows);
  }

  @Test
  void aCodeIsReadAsItsDescription() throws IOException {
    Dataset codes = named("A01", "B-02");
    assertThat(LabelNameRows.arePossible(codes)).isFalse();
    assertThat(LabelNameRows.firstCode(codes)).contains("A01");
    assertThat(LabelNameRows.firstCode(named("noise", "B-02"))).contains("B-02");
    codes = named("A01", "B-02");

    Files.writeString(temporary.resolve("known.txt"), "B-02\tnoise of the AC-motor\nA01\t油漏れ\n");
    Dataset described = withLabels("known.txt");

    assertThat(LabelNameRows.arePossible(described)).isTrue();
    assertThat(LabelNameRows.firstCode(described)).isEmpty();
    assertThat(LabelNameRows.of(described.labels()))
        .extracting(Row::text, Row::label)
        .containsExactly(
            tuple("油漏れ", new Label.ClassName("A01")),
            tuple("noise of the AC-motor", new Label.ClassName("B-02")));
    assertThat(described.labels().heads().get(0).labels())
        .isEqualTo(codes.labels().heads().get(0).labels());

    Files.writeString(temporary.resolve("other.txt"), "B-02\tnoise\nA01\t油漏れ\n");
    assertThat(LabelNameRows.after(withLabels("other.txt")).train().sha256())
        .isNotEqualTo(LabelNameRows.after(described).train().sha256());
  }

  @Test
  void aDescriptionOfSomeLabelsLeavesTheOthersTheirNames() throws IOException {
    named("oil_leak", "B02");
    Files.writeString(temporary.resolve("some.txt"), "oil_leak\t\nB02\tnoise\n");

    assertThat(LabelNameRows.of(withLabels("some.txt").labels()))
        .extracting(Row::text)
        .containsExactly("noise", "oil leak");
  }

  private Dataset withLabels(String file) {
    return Dataset.read(
        temporary.resolve("rows.jsonl"), DataOptions.USUAL.withLabels(temporary.resolve(file)));
  }

  @ParameterizedTest
  @CsvSource({
    "bill_due, bill due",
    "AGONIST-ACTIVATOR, AGONIST ACTIVATOR",
    "FinalDrive, Final Drive",
    "Hydraulic System, Hydraulic System",
    "油圧_漏れ, 油圧 漏れ",
    "NG, NG"
  })
  void namesAreReadAsWords(String name, String words) {
    assertThat(LabelNameRows.words(name)).isEqualTo(words);
  }

  @Test
  void eachLabelsNameIsOneMoreTrainingRow() throws IOException {
    Dataset data = named("油圧", "engine_start");
    Dataset more = LabelNameRows.after(data);

    int rows = data.train().rows().size();
    assertThat(more.train().rows().subList(0, rows)).isEqualTo(data.train().rows());
    assertThat(more.train().rows().subList(rows, rows + 2))
        .extracting(Row::text, Row::label)
        .containsExactly(
            tuple("engine start", new Label.ClassName("engine_start")),
            tuple("油圧", new Label.ClassName("油圧")));
    assertThat(more.train().rows()).hasSize(rows + 2);
    assertThat(more.test()).isEqualTo(data.test());
    assertThat(more.train().sha256()).isNotEqualTo(data.train().sha256());
    assertThat(LabelNameRows.of(data.labels())).isEqualTo(LabelNameRows.of(more.labels()));
  }

  @Test
  void codesAndNumbersAreNotNames() throws IOException {
    for (String code : List.of("A01", "7", "x-9")) {
      Dataset data = named(code, "engine");
      assertThat(LabelNameRows.arePossible(data)).isFalse();
      assertThatThrownBy(() -> LabelNameRows.after(data))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "training.labelNames must be auto or ignore for data that are not texts of one"
                  + " label each, or whose labels are codes without a description, got learn");
    }
    assertThat(LabelNameRows.arePossible(named("NG", "OK"))).isTrue();
  }

  @Test
  void anUnknownUseListsTheKnownOnes() {
    assertThat(LabelNameUse.parse("training.labelNames", "learn")).isEqualTo(LabelNameUse.LEARN);
    assertThatThrownBy(() -> LabelNameUse.parse("training.labelNames", "yes"))
        .isInstanceOf(UserError.class)
        .hasMessage("training.labelNames must be one of auto, learn, ignore, got yes");
  }

  /** Where nothing is compared the rows alone are learnt, unless the names are asked for. */
  @Test
  void aFitLearnsTheNamesOnlyWhereTheyAreAskedFor() throws IOException {
    Dataset data = named("wordai", "wordaj");
    TuneSettings settings =
        TuneSettings.builder("frozen")
            .pooling(Pooling.MEAN)
            .precision(DType.F32)
            .maxLength(16)
            .build();
    try (TextBase base =
        TextBase.open(
            TinyBase.folder(temporary.resolve("base")).toString(),
            DType.F32,
            FetchListener.SILENT)) {
      double[][] usual = answers(base, settings, data);
      double[][] ignored = answers(base, settings.withLabelNames(LabelNameUse.IGNORE), data);
      double[][] learnt = answers(base, settings.withLabelNames(LabelNameUse.LEARN), data);
      double[][] byHand = answers(base, settings, LabelNameRows.after(data));
      assertThat(ignored).isDeepEqualTo(usual);
      assertThat(learnt).isDeepEqualTo(byHand);
      assertThat(Arrays.deepEquals(learnt, usual)).isFalse();
    }
  }

  private static double[][] answers(TextBase base, TuneSettings settings, Dataset data) {
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      return Predictions.of(tuned.model(), data.test()).rows().answers();
    }
  }
}
