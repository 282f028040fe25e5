package io.haori.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoLinesTest {
  @TempDir static Path out;
  private static final List<DemoDomain> HEARD = new ArrayList<>();
  private static List<DemoDomain> lines;

  @BeforeAll
  static void write() {
    lines = DemoLines.write(out, 400, 42, HEARD::add);
  }

  @Test
  void writesFourLinesAndReportsEach() {
    assertThat(lines).extracting(DemoDomain::name).isEqualTo(DemoLines.LINES);
    assertThat(HEARD).isEqualTo(lines);
  }

  @Test
  void allLinesHaveTheSameLabels() {
    for (DemoDomain line : lines) {
      Dataset data = Dataset.read(out.resolve(line.name()));

      assertThat(data.train().rows()).hasSize(400).hasSize(line.train());
      assertThat(data.validation().rows()).hasSize(100).hasSize(line.validation());
      assertThat(data.test().rows()).hasSize(300).hasSize(line.test());
      assertThat(data.labels().heads().get(0).labels().names())
          .containsExactlyInAnyOrderElementsOf(DemoLines.LABELS);
    }
  }

  /** What a line's module has learnt must not be asked for in another line. */
  @Test
  void noTextIsTwice() {
    List<String> texts = new ArrayList<>();
    for (String line : DemoLines.LINES) {
      Dataset data = Dataset.read(out.resolve(line));
      for (DataFile file : List.of(data.train(), data.validation(), data.test())) {
        file.rows().stream().map(Row::text).forEach(texts::add);
      }
    }
    assertThat(texts).hasSize(4 * 800).doesNotHaveDuplicates();
  }

  /** A change of this digest changes what everybody's demo figures mean. */
  @Test
  void theSameSeedGivesTheSameBytes() {
    assertThat(Dataset.read(out.resolve("line.person")).train().sha256())
        .isEqualTo("058f2259494db625e03376413289957d38b3a07a1c540d8a3b6fd82d3e8d6a09");
  }

  @Test
  void refusesMoreRowsThanTheSmallestLineHas() {
    assertThatThrownBy(() -> DemoLines.write(out.resolve("none"), 5_000, 42, line -> {}))
        .isInstanceOf(UserError.class)
        .hasMessage("--train-rows must be in [40, 761], got 5000");
    assertThat(out.resolve("none")).doesNotExist();
  }
}
