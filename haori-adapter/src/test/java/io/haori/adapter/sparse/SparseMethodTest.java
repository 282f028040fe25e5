package io.haori.adapter.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdaptedLinearContract;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A sparse method keeps the contract with the layers of the method that it decorates. */
class SparseMethodTest extends AdaptedLinearContract {
  private static final LoraMethod LORA = new LoraMethod(LoraConfig.DEFAULT.withRank(2, 3));

  private static SparseConfig enlarged(int enlargement) {
    SparseConfig usual = SparseConfig.DEFAULT;
    return new SparseConfig(
        0.5,
        usual.structure(),
        usual.score(),
        usual.scope(),
        usual.schedule(),
        0,
        enlargement,
        List.of());
  }

  @Override
  protected AdapterMethod method() {
    return SparseMethod.of(LORA, enlarged(1));
  }

  @Override
  protected boolean hasBatchedForm() {
    return true;
  }

  @Test
  void beginsThatManyTimesLargerAndKeepsAsManyNumbers() {
    SparseMethod method = SparseMethod.of(LORA, enlarged(2));
    Map<String, Tensor> tensors = opened(method.attach(slot(), random())).tensors();
    assertThat(tensors.get("lora_A.weight").shape()).containsExactly(4, INPUTS);
    assertThat(method.config().target()).isEqualTo(0.75);
    assertThat(((LoraMethod) method.undecorated()).config().scaleOf(slot().name()))
        .isEqualTo(LORA.config().scaleOf(slot().name()));
  }

  @Test
  void isTrainedInOneRunUnlessStagesAreChosen() {
    SparseConfig usual = SparseConfig.DEFAULT;
    SparseConfig staged =
        new SparseConfig(
            0.5,
            usual.structure(),
            usual.score(),
            usual.scope(),
            usual.schedule(),
            0,
            1,
            SparseConfig.USUAL_STAGES);
    assertThat(SparseMethod.of(LORA, enlarged(1)).strategy())
        .isEqualTo(new TrainingStrategy.Plain());
    assertThat(SparseMethod.of(LORA, staged).strategy())
        .isEqualTo(new TrainingStrategy.Progressive(SparseConfig.USUAL_STAGES));
  }
}
