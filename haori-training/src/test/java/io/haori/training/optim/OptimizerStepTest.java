package io.haori.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.spi.StepRule;
import io.haori.core.check.UserError;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OptimizerStepTest {
  private final List<String> heard = new ArrayList<>();
  private Scope scope;
  private Parameter parameter;
  private AdamW optimizer;

  private final StepRule rule =
      new StepRule() {
        @Override
        public void beforeStep(int step, int steps) {
          heard.add("before %d of %d, gradient %s".formatted(step, steps, first(gradient())));
        }

        @Override
        public void afterStep(int step, int steps, double learningRate) {
          heard.add("after %d of %d at %s".formatted(step, steps, learningRate));
        }
      };

  @BeforeEach
  void open() {
    scope = Scope.open();
    parameter = new Parameter("p", Tensors.of(new float[] {1, -2}, 2));
    ParameterGroup group = new ParameterGroup("all", List.of(parameter), 1.0, 1.0);
    optimizer = new AdamW(new AdamWConfig(0.5, 0.9, 0.999, 1e-8, 0.0), List.of(group));
  }

  @AfterEach
  void close() {
    optimizer.close();
    parameter.close();
    scope.close();
  }

  private Tensor gradient() {
    return optimizer.gradients().narrow(0, 0, 2);
  }

  private static float first(Tensor tensor) {
    return tensor.toFloats()[0];
  }

  private OptimizerStep step(double maxNorm) {
    return new OptimizerStep(
        optimizer,
        0.5,
        new Schedule(Schedule.Shape.CONSTANT, 0, 0),
        maxNorm,
        rule,
        (at, what, rate) -> new UserError("step " + at + ": " + what + " at " + rate));
  }

  @Test
  void theRuleSeesTheGradientBeforeItIsClippedAndTheValuesAfterTheyMoved() {
    gradient().copyInPlace(Tensors.of(new float[] {3, 4}, 2));
    OptimizerStep.Taken taken = step(1).take(0, 10);
    assertThat(taken.gradientNorm()).isCloseTo(5, within(1e-6));
    assertThat(taken.learningRate()).isEqualTo(0.5);
    assertThat(heard).containsExactly("before 1 of 10, gradient 3.0", "after 1 of 10 at 0.5");
    // AdamW's first step is as long as the rate, whatever the gradient's length.
    assertThat(first(optimizer.values())).isCloseTo(0.5f, within(1e-5f));
  }

  @Test
  void aGradientThatIsNotFiniteMovesNothing() {
    gradient().copyInPlace(Tensors.of(new float[] {Float.NaN, 4}, 2));
    assertThatThrownBy(() -> step(0).take(6, 10))
        .isInstanceOf(UserError.class)
        .hasMessage("step 7: the norm of the gradient is NaN at 0.5");
    assertThat(first(optimizer.values())).isEqualTo(1f);
  }

  @Test
  void aLossThatIsNotFiniteIsRefused() {
    assertThatThrownBy(() -> step(0).requireFinite("loss", Double.POSITIVE_INFINITY, 2, 10))
        .isInstanceOf(UserError.class)
        .hasMessage("step 3: the loss is Infinity at 0.5");
  }
}
