package io.haori.adapter.sparse;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.spi.Stage;
import io.haori.core.check.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparseConfigTest {
  private static SparseConfig config(double sparsity, double l1, int enlargement) {
    return new SparseConfig(
        sparsity,
        Structure.RANK,
        Score.SNIP,
        PruningScope.GLOBAL,
        SparseConfig.DEFAULT.schedule(),
        l1,
        enlargement,
        List.of());
  }

  private static SparseConfig staged(String... names) {
    List<Stage> stages = new ArrayList<>();
    for (String name : names) {
      SparseConfig.USUAL_STAGES.stream()
          .filter(stage -> stage.name().equals(name))
          .forEach(stages::add);
    }
    SparseConfig usual = SparseConfig.DEFAULT;
    return new SparseConfig(
        0.5, usual.structure(), usual.score(), usual.scope(), usual.schedule(), 0, 1, stages);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1    | 0   | 1  | sparse.sparsity must be at least 0 and below 1, got 1.0
          -0.1 | 0   | 1  | sparse.sparsity must be at least 0 and below 1, got -0.1
          NaN  | 0   | 1  | sparse.sparsity must be at least 0 and below 1, got NaN
          0    | 0   | 1  | sparse.sparsity must be above 0 unless sparse.l1 is above 0 or sparse.enlargement above 1, got 0.0
          0.5  | 2   | 1  | sparse.l1 must be in [0, 1], got 2.0
          0.5  | NaN | 1  | sparse.l1 must be in [0, 1], got NaN
          0.5  | 0   | 0  | sparse.enlargement must be in [1, 64], got 0
          0.5  | 0   | 65 | sparse.enlargement must be in [1, 64], got 65
          """)
  void rejectsABadValueByName(double sparsity, double l1, int enlargement, String message) {
    assertThatThrownBy(() -> config(sparsity, l1, enlargement))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void wholeLayersCannotEachKeepAShare() {
    assertThatThrownBy(
            () -> SmallModule.config(0.5, Structure.LAYER, Score.SNIP, PruningScope.LAYER))
        .isInstanceOf(UserError.class)
        .hasMessage("sparse.scope must be global with the structure layer, got layer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          head,all          | sparse.stages must be with prune once, got 0 times
          prune,prune       | sparse.stages must be with prune once, got 2 times
          final,prune       | sparse.stages must be in the order head, top, all, prune, final, got final
          head,prune,all    | sparse.stages must be in the order head, top, all, prune, final, got all
          """)
  void stagesPruneOnceAndFixWhatIsLeft(String names, String message) {
    assertThatThrownBy(() -> staged(Arrays.stream(names.split(",")).toArray(String[]::new)))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CUBIC   | -0.1 | 0.5 | sparse.pruneFrom must be in [0, 1], got -0.1
          CUBIC   | NaN  | 0.5 | sparse.pruneFrom must be in [0, 1], got NaN
          CUBIC   | 0.1  | 1.5 | sparse.pruneTo must be at most 1, got 1.5
          CUBIC   | 0.5  | 0.5 | sparse.pruneTo must be above sparse.pruneFrom, 0.5, got 0.5
          ONESHOT | 2    | 0.5 | sparse.pruneFrom must be in [0, 1], got 2.0
          """)
  void rejectsABadScheduleByName(
      PruningSchedule.Shape shape, double from, double to, String message) {
    assertThatThrownBy(() -> new PruningSchedule(shape, from, to))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }
}
