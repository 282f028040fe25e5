package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.comparison.Answers;
import io.haori.cli.tune.Baseline;
import io.haori.cli.tune.BaselineView;
import io.haori.training.baseline.TaskFit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BaselineViewTest {
  private static final int ROWS = 400;

  private static TaskFit fit(String name, int right) {
    double[] predicted = new double[ROWS];
    Arrays.fill(predicted, right, ROWS, 1);
    Map<String, Double> scores = Map.of("accuracy", (double) right / ROWS);
    return new TaskFit(name, scores, scores, Answers.CLASSES, new double[ROWS], predicted, 10, 1);
  }

  private static BaselineView view(int mix, int lora) {
    Baseline other =
        new Baseline(
            fit("LoRA without domain modules", lora),
            "LoRA (haori tune --data task --method lora)");
    return new BaselineView(fit("mix", mix), List.of(other), 42);
  }

  @Test
  void aMixThatIsWorseThanLoraSaysSoWithItsIntervalAndWhatToUse() {
    BaselineView view = view(240, 300);

    assertThat(view.sentences().get(0))
        .matches(
            "The mix is worse than LoRA without domain modules: −15\\.0 points, 95 % interval"
                + " −\\d\\d\\.\\d to −\\d\\d\\.\\d points\\. Do not use the mix; use LoRA \\(haori"
                + " tune --data task --method lora\\) instead\\.");
    Map<String, Object> json = view.forJson().get(0);
    assertThat(json.get("result")).isEqualTo("worse");
    assertThat(json.get("sentence")).isEqualTo(view.sentences().get(0));
    assertThat((Double) json.get("mixGains")).isCloseTo(-0.15, within(1e-12));
  }

  @Test
  void aMixThatIsBetterSaysByHowMuch() {
    assertThat(view(300, 240).sentences().get(0))
        .matches(
            "The mix is better than LoRA without domain modules: \\+15\\.0 points, 95 % interval"
                + " \\+\\d\\d\\.\\d to \\+\\d\\d\\.\\d points\\.");
  }

  @Test
  void whereNoDifferenceIsShownTheSimplerWayIsNamed() {
    BaselineView view = view(241, 240);

    assertThat(view.sentences().get(0))
        .matches(
            "No difference shown between the mix and LoRA without domain modules: \\+0\\.3 points,"
                + " 95 % interval 0\\.0 to \\+\\d\\.\\d points\\. The simpler choice is LoRA"
                + " \\(haori tune --data task --method lora\\)\\.");
    assertThat(view.forJson().get(0).get("result")).isEqualTo("no difference");
  }

  @Test
  void numbersAreComparedByTheirCorrelation() {
    double[] truth = new double[40];
    double[] other = new double[40];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = i;
      other[i] = i % 2 == 0 ? i : -i;
    }
    TaskFit mix = new TaskFit("mix", Map.of(), Map.of(), Answers.NUMBERS, truth, truth, 10, 1);
    TaskFit lora = new TaskFit("LoRA", Map.of(), Map.of(), Answers.NUMBERS, truth, other, 10, 1);

    assertThat(new BaselineView(mix, List.of(new Baseline(lora, "LoRA")), 1).sentences().get(0))
        .matches(
            "The mix is better than LoRA: \\+[01]\\.\\d{3}, 95 % interval \\+0\\.\\d{3} to"
                + " \\+[01]\\.\\d{3}\\.");
  }
}
