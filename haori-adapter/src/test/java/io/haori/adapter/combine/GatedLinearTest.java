package io.haori.adapter.combine;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdaptedLinearContract;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A gate for the task keeps the contract, but for its start; so does one that sees the input. */
class GatedLinearTest extends AdaptedLinearContract {
  private @Nullable List<AdapterModule> modules;

  protected GateConfig config() {
    return GateConfig.DEFAULT;
  }

  @Override
  protected AdapterMethod method() {
    if (modules == null) {
      modules = List.of(module("food", 3, 0), module("plants", 2, 0.5));
    }
    return new GateMethod(config(), modules);
  }

  private AdapterModule module(String name, int rank, double dropout) {
    LoraMethod lora = new LoraMethod(LoraConfig.DEFAULT.withRank(rank, 4).withDropout(dropout));
    return new AdapterModule(name, lora, Map.of(slot().name(), moved(lora)));
  }

  @Override
  protected boolean hasBatchedForm() {
    return false;
  }

  @Override
  protected boolean startsUnchanged() {
    return false;
  }

  private AdaptedLinear member(int index) {
    return Objects.requireNonNull(
        Objects.requireNonNull(modules).get(index).layers().get(slot().name()));
  }

  private Tensor inferred(SlotAdapter adapter) {
    Tape tape = Tape.inference(DType.F32);
    Variable y = tape.constant(Tensors.zeros(DType.F32, inputs().size(0), OUTPUTS));
    return adapter.adapt(tape, tape.constant(inputs()), y, 0).value();
  }

  @Test
  void aNewGateGivesEqualShares() {
    AdaptedLinear gate = opened(method().attach(slot(), random()));
    Tensor expected = inferred(member(0)).add(inferred(member(1))).mul(0.5);
    assertClose("y", inferred(gate), expected, 1e-6, 1e-7);
  }

  @Test
  void onlyTheGateLearns() {
    AdaptedLinear gate = moved(method());
    assertThat(gate.parameters())
        .allSatisfy(p -> assertThat(p.parameter().name()).contains(".gate."));
    for (int index = 0; index < 2; index++) {
      for (TrainedParameter part : member(index).parameters()) {
        assertThat(part.parameter().trainable()).isFalse();
      }
    }
  }

  @Test
  void theSharesOfAModuleThatIsAwayFallToTheOthers() {
    GatedLinear gate = (GatedLinear) moved(method());
    SlotAdapter one = Objects.requireNonNull(gate.over(Map.of("plants", member(1))));
    assertClose("y", inferred(one), inferred(member(1)), 1e-6, 1e-7);
    SlotAdapter both =
        Objects.requireNonNull(gate.over(Map.of("plants", member(1), "food", member(0))));
    assertThat(inferred(both).equalTo(inferred(gate))).isTrue();
    assertThat(gate.over(Map.of("toys", member(0)))).isNull();
  }

  @Test
  void theSharesAreASoftmaxOfTheGate() {
    GatedLinear gate = (GatedLinear) moved(method());
    if (config().kind() == GateConfig.Kind.INPUT) {
      return;
    }
    float[] c = gate.tensors().get("gate.bias").toFloats();
    double food = Math.exp(c[0]) / (Math.exp(c[0]) + Math.exp(c[1]));
    assertThat(gate.shares().get("food")).isCloseTo(food, within(1e-6));
    assertThat(gate.shares().get("plants")).isCloseTo(1 - food, within(1e-6));
    Tensor expected = inferred(member(0)).mul(food).add(inferred(member(1)).mul(1 - food));
    assertClose("y", inferred(gate), expected, 1e-6, 1e-7);
  }
}
