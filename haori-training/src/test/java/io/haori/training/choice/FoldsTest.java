package io.haori.training.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldsTest {
  private static final List<Row> ROWS =
      List.of(
          Row.of("a carp", "fish"),
          Row.of("a hen", "bird"),
          Row.of("a  carp", "fish"),
          Row.of("a pike", "fish"),
          Row.of("a duck", "bird"),
          Row.of("a trout", "fish"),
          Row.of("a goose", "bird"),
          Row.of("an oak", "tree"),
          Row.of("an eel", "fish"));

  @Test
  void eachRowIsHeldOutOnceButTheOnlyTextOfItsClass() {
    List<int[]> folds = Folds.of(ROWS, 3, 7);
    assertThat(folds).hasSize(3);
    assertThat(folds.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 8);
  }

  @Test
  void rowsOfOneTextAreTogether() {
    for (long seed = 0; seed < 20; seed++) {
      List<int[]> folds = Folds.of(ROWS, 3, seed);
      assertThat(folds)
          .filteredOn(fold -> Arrays.stream(fold).anyMatch(row -> row == 0))
          .singleElement()
          .satisfies(fold -> assertThat(fold).contains(2));
    }
  }

  @Test
  void eachClassIsSpreadEvenly() {
    List<int[]> folds = Folds.of(ROWS, 3, 7);
    assertThat(folds)
        .allSatisfy(
            fold ->
                assertThat(
                        Arrays.stream(fold)
                            .filter(row -> ROWS.get(row).label().names().contains("bird"))
                            .count())
                    .isEqualTo(1));
    assertThat(Folds.of(ROWS, 3, 7).get(0)).isEqualTo(folds.get(0));
    assertThat(Folds.of(ROWS.subList(0, 2), 3, 7)).isEmpty();
    assertThatThrownBy(() -> Folds.of(ROWS, 1, 7))
        .isInstanceOf(UserError.class)
        .hasMessage("folds must be at least 2, got 1");
  }
}
