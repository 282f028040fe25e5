package io.haori.adapter.modular;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraLinear;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdaptedLinearContract;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A modular layer keeps the contract, and its method knows what its components are worth. */
class ModularMethodTest extends AdaptedLinearContract {
  private static final ModularConfig CONFIG = new ModularConfig("food", 2, 3, Map.of(), 0);
  private static final LoraMethod LORA =
      new LoraMethod(LoraConfig.DEFAULT.withRank(2, 3).withTargets(Targets.all()));

  @Override
  protected AdapterMethod method() {
    return new ModularMethod(LORA, CONFIG);
  }

  @Override
  protected boolean hasBatchedForm() {
    return true;
  }

  private LoraLinear layer() {
    return (LoraLinear) moved(method());
  }

  private ComponentLayer components(AdaptedLinear layer) {
    return new ComponentLayer(slot().name(), layer, LORA.componentDimensions());
  }

  @Test
  void startsWiderThanItStaysWithTheScaleOfItsRank() {
    LoraLinear layer = layer();
    assertThat(layer.rank()).isEqualTo(3);
    assertThat(layer.scale()).as("alpha / rank").isCloseTo(1.5, within(1e-12));
    assertThat(components(layer).cost()).isEqualTo(INPUTS + OUTPUTS);
    assertThat(components(layer).components()).isEqualTo(3);
  }

  @Test
  void theScoreOfAComponentIsTheDerivativeByItsSize() {
    LoraLinear layer = layer();
    ComponentLayer components = components(layer);
    pass(layer, List.of(layer), false, DType.F32, 3);
    components.gatherScores();
    float[] scores = components.scores();
    for (int k = 0; k < layer.rank(); k++) {
      Tensor row = layer.down().select(0, k);
      Tensor before = row.copy();
      float step = 1e-2f;
      row.copyInPlace(before.mul(1 + step));
      double above = loss(layer);
      row.copyInPlace(before.mul(1 - step));
      double below = loss(layer);
      row.copyInPlace(before);
      double derivative = (above - below) / (2 * step);
      assertThat((double) scores[k]).isCloseTo(Math.abs(derivative), within(2e-3));
    }
    pass(layer, List.of(layer), false, DType.F32, 3);
    components.gatherScores();
    assertThat(components.scores()[0])
        .as("adds up over steps")
        .isCloseTo(2 * scores[0], within(1e-5f));
  }

  private double loss(AdaptedLinear layer) {
    Pass pass = pass(layer, List.of(layer), false, DType.F32, 3);
    // Σ y ⊙ c with the contract's direction c.
    Tensor direction = Tensors.normal(new Random(5), 1, pass.y().shape());
    return pass.y().to(DType.F64).mul(direction).sum().item();
  }

  @Test
  void whatIsNotKeptIsZeroAndComesBackOnlyWhileItMay() {
    LoraLinear layer = layer();
    ComponentLayer components = components(layer);
    byte[] down = layer.down().toBytes();
    components.keep(new float[] {1, 0, 1});
    Tensor b = layer.up();
    assertThat(b.select(1, 1).abs().toFloats()).containsOnly(0f);
    assertThat(b.select(1, 0).abs().sum().item()).isPositive();
    assertThat(layer.down().toBytes()).as("it reads on, so that it may learn").isEqualTo(down);
    assertThat(components.scores()).containsOnly(0f);
    assertThat(components.alive()).containsExactly(0, 2);
    b.addInPlace(Tensors.full(1, DType.F32, OUTPUTS, 3));
    assertThat(components.alive()).containsExactly(0, 1, 2);
    components.dropOthers();
    assertThat(components.alive()).containsExactly(0, 2);
  }

  @Test
  void aFinishedModuleComputesTheSameWithFewerNumbers() {
    LoraLinear layer = layer();
    components(layer).keep(new float[] {0, 1, 1});
    AdapterMethod method = method();
    AdapterModule module = new AdapterModule("food", method, Map.of(slot().name(), layer));
    AdapterModule finished = opened(method.finished(module, List.of(slot())));
    LoraLinear compact = (LoraLinear) finished.layers().get(slot().name());
    assertThat(compact.rank()).isEqualTo(2);
    assertThat(compact.scale()).isCloseTo(1.5, within(1e-12));
    assertClose("y", inferred(compact), inferred(layer), 1e-6, 1e-7);
    assertThat(finished.name()).isEqualTo("food");
    assertThat(finished.method().name()).isEqualTo("modular");
    AdaptedLinear again = opened(finished.method().restore(slot(), compact.tensors()));
    assertThat(inferred(again).equalTo(inferred(compact))).isTrue();
    components(layer).keep(new float[3]);
    assertThatThrownBy(() -> method.finished(module, List.of(slot())))
        .isInstanceOf(UserError.class)
        .hasMessage("learning rate must be high enough to change a layer, got a module of zeros");
  }

  private Tensor inferred(AdaptedLinear layer) {
    Tape tape = Tape.inference(DType.F32);
    Variable y = tape.constant(Tensors.zeros(DType.F32, inputs().size(0), OUTPUTS));
    return layer.adapt(tape, tape.constant(inputs()), y, 0).value();
  }

  @Test
  void theRuleDropsUntilTheBudgetIsMetAndGoesOnFromItsState() {
    LoraLinear layer = layer();
    LoraLinear twin =
        opened(LORA.keeping(Map.of(slot().name(), 3)).restore(slot(), layer.tensors()));
    AdapterMethod method = new ModularMethod(LORA, CONFIG.withBudget(INPUTS + OUTPUTS));
    StepRule rule = rule(method, layer);
    StepRule resumed = rule(method, twin);
    int steps = 10;
    for (int step = 1; step <= steps; step++) {
      if (step == 4) {
        resumed.restore(rule.state());
      }
      for (LoraLinear one : List.of(layer, twin)) {
        pass(one, List.of(one), false, DType.F32, step);
      }
      rule.beforeStep(step, steps);
      rule.afterStep(step, steps, 1e-3);
      assertThat(rule.isComplete()).isEqualTo(step >= 6);
      if (step >= 4) {
        resumed.beforeStep(step, steps);
        resumed.afterStep(step, steps, 1e-3);
      } else {
        twin.up().copyInPlace(layer.up());
      }
    }
    assertThat(components(layer).alive()).hasSize(1);
    assertThat(twin.up().equalTo(layer.up())).isTrue();
  }

  private StepRule rule(AdapterMethod method, AdaptedLinear layer) {
    return method.rule(new AdapterModule("m", method, Map.of(slot().name(), layer)), 1);
  }

  @Test
  void nothingIsDroppedWhenAllFitsTheBudget() {
    LoraLinear layer = layer();
    byte[] before = layer.up().toBytes();
    StepRule rule = rule(new ModularMethod(LORA, CONFIG.withBudget(1000)), layer);
    assertThat(rule.isComplete()).isTrue();
    rule.beforeStep(1, 1);
    rule.afterStep(1, 1, 1e-3);
    assertThat(layer.up().toBytes()).isEqualTo(before);
  }
}
