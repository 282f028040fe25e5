package io.haori.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StratifiedRowsTest {
  private static final Path FILE = Path.of("train.jsonl");

  private static Row row(@Nullable String domain, Label label, int line) {
    return new Row("text " + line, null, label, domain, line);
  }

  private static List<Row> rows(String classes) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < classes.length(); i++) {
      rows.add(row(null, new Label.ClassName(classes.substring(i, i + 1)), i + 1));
    }
    return rows;
  }

  private static StratifiedRows of(List<Row> rows) {
    return new StratifiedRows(
        new DataFile(FILE, rows, ""), DomainLabels.of(TaskCatalogue.of(rows.get(0).label()), rows));
  }

  private static String classes(List<Row> rows, int[] chosen) {
    StringBuilder classes = new StringBuilder();
    Arrays.stream(chosen)
        .mapToObj(i -> ((Label.ClassName) rows.get(i).label()).name())
        .sorted()
        .forEach(classes::append);
    return classes.toString();
  }

  @Test
  void everyClassIsInBothPartsWithItsShare() {
    List<Row> rows = rows("a".repeat(20) + "b".repeat(10) + "cc" + "d".repeat(5));
    StratifiedRows.Parts parts = of(rows).split(0.2, 7);
    assertThat(classes(rows, parts.outer())).isEqualTo("aaaabbcd");
    int[] all =
        IntStream.concat(Arrays.stream(parts.inner()), Arrays.stream(parts.outer()))
            .sorted()
            .toArray();
    assertThat(all).containsExactly(IntStream.range(0, rows.size()).toArray());
    assertThat(parts.inner()).isSorted();
    assertThat(parts.outer()).isSorted();
  }

  @Test
  void theSeedDecidesTheParts() {
    StratifiedRows rows = of(rows("ab".repeat(50)));
    assertThat(rows.split(0.3, 7).outer()).containsExactly(rows.split(0.3, 7).outer());
    assertThat(rows.split(0.3, 7).outer()).isNotEqualTo(rows.split(0.3, 8).outer());
  }

  @Test
  void aLargeShareLeavesARowOfEachClass() {
    List<Row> rows = rows("aaabb");
    assertThat(classes(rows, of(rows).split(0.99, 1).inner())).isEqualTo("ab");
  }

  @Test
  void aClassOfOneRowIsNamed() {
    assertThatThrownBy(() -> of(rows("aabccc")).split(0.2, 1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "train.jsonl: label \"b\" must have at least 2 rows for training at two levels, got 1");
  }

  @Test
  void aClassOfOneRowIsNamedWithItsDomain() {
    List<Row> rows = new ArrayList<>();
    for (String place : List.of("x:a", "x:a", "y:a", "y:a", "y:b")) {
      String[] parts = place.split(":", -1);
      rows.add(row(parts[0], new Label.ClassName(parts[1]), rows.size() + 1));
    }
    assertThatThrownBy(() -> of(rows).split(0.2, 1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "train.jsonl: label \"b\" of domain \"y\" must have at least 2 rows for training at two"
                + " levels, got 1");
  }

  @Test
  void numbersAreOfOneKind() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(row(null, new Label.Numeric(i), i + 1));
    }
    assertThat(of(rows).split(0.2, 1).outer()).hasSize(2);
    assertThatThrownBy(() -> of(rows.subList(0, 1)).split(0.2, 1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "train.jsonl: the file must have at least 2 rows for training at two levels, got 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 10, 36, 37, 100})
  void aPartOfAGivenSizeHasEveryClass(int count) {
    List<Row> rows = rows("a".repeat(20) + "b".repeat(12) + "c".repeat(5));
    int[] taken = of(rows).take(count, 3);
    assertThat(taken).hasSize(Math.min(count, 37)).isSorted().doesNotHaveDuplicates();
    assertThat(classes(rows, taken)).contains("a").contains("b").contains("c");
  }

  @Test
  void sharesOfAPartAreThoseOfTheWhole() {
    List<Row> rows = rows("a".repeat(200) + "b".repeat(100));
    assertThat(classes(rows, of(rows).take(30, 3))).isEqualTo("a".repeat(20) + "b".repeat(10));
    assertThat(of(rows).take(30, 3)).containsExactly(of(rows).take(30, 3));
    assertThat(of(rows).take(30, 3)).isNotEqualTo(of(rows).take(30, 4));
  }

  @Test
  void fewerRowsThanClassesAreRefused() {
    assertThatThrownBy(() -> of(rows("aabbcc")).take(2, 1))
        .isInstanceOf(UserError.class)
        .hasMessage("trainRows must be at least 3, one a class, got 2");
  }
}
