package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.Excerpt;
import io.haori.cli.tune.Mistakes;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MistakesTest {
  private static final LabelSet NONE = LabelSet.of(List.of());

  private static DataFile file(List<Label> labels) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      rows.add(new Row("text number " + i, null, labels.get(i), null, 2 + i));
    }
    return new DataFile(Path.of("folder", "test.csv"), rows, "");
  }

  @Test
  void theSurestWrongAnswersAreNamedByFileAndLine() {
    DataFile file =
        file(
            List.of(
                new Label.ClassName("tool"),
                new Label.ClassName("fruit"),
                new Label.ClassName("fruit")));
    DomainLabels labels =
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("fruit", "tool")));

    Mistakes mistakes =
        Mistakes.of(
            file,
            labels,
            new double[] {1, 0, 0},
            new double[] {0, 0, 1},
            new double[] {0.75, 0.99, 0.875});

    assertThat(mistakes.title()).isEqualTo("Most confident mistakes");
    assertThat(mistakes.forJson())
        .containsExactly(
            Map.of(
                "row", "test.csv:4",
                "text", "text number 2",
                "label", "fruit",
                "answer", "tool",
                "probability", 0.875),
            Map.of(
                "row", "test.csv:2",
                "text", "text number 0",
                "label", "tool",
                "answer", "fruit",
                "probability", 0.75));
    assertThat(mistakes.grid().rows().get(0))
        .containsExactly("test.csv:4", "text number 2", "fruit", "tool", "0.875");
  }

  @Test
  void numbersAreListedByTheirErrorInTheUnitOfTheData() {
    DataFile file = file(List.of(new Label.Numeric(1_500), new Label.Numeric(0.25)));
    DomainLabels labels =
        new DomainLabels(TaskCatalogue.REGRESSION, List.of(new DomainLabels.Head("", NONE)));

    Mistakes mistakes =
        Mistakes.of(
            file, labels, new double[] {1_500, 0.25}, new double[] {1_380.5, 2}, new double[0]);

    assertThat(mistakes.title()).isEqualTo("Largest errors");
    assertThat(mistakes.grid().rows())
        .containsExactly(
            List.of("test.csv:2", "text number 0", "1500", "1380.5", "119.5"),
            List.of("test.csv:3", "text number 1", "0.25", "2", "1.75"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a short one           | 20 | a short one
          hammers lie on tables | 12 | hammers lie…
          hammers lie on tables | 13 | hammers lie…
          hammers lie on tables | 15 | hammers lie on…
          hammers, lie on tables | 9 | hammers,…
          unbelievable          | 6  | unbel…
          two  spaces here      | 30 | two spaces here
          部品の交換が必要です        | 6  | 部品の交換…
          """)
  void aTextIsCutAtTheEndOfAWord(String text, int most, String cut) {
    assertThat(Excerpt.of(text, most)).isEqualTo(cut);
  }

  @Test
  void noCharacterOfTwoPartsIsCutThrough() {
    assertThat(Excerpt.of("\uD83D\uDE00".repeat(10), 4)).isEqualTo("\uD83D\uDE00".repeat(3) + "…");
  }
}
