package io.haori.tensor.grad;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class WeightTest {
  @Test
  void aCopyInAFurtherTypeIsWhatConvertingWouldGiveAndIsMadeOnce() {
    try (Scope scope = Scope.open();
        Tape half = Tape.inference(DType.BF16);
        Tape full = Tape.inference(DType.F32);
        Weight weight = Weight.of("w", stored())) {
      Tensor converted = weight.value(full);

      weight.keepCopy(DType.F32);

      assertThat(weight.value(full)).isSameAs(weight.value(full)).isNotSameAs(converted);
      assertThat(weight.value(full).equalTo(converted)).isTrue();
      assertThat(weight.value(half)).isSameAs(weight.frozen());
      weight.dropCopy();
      assertThat(weight.value(full)).isNotSameAs(weight.value(full));
    }
  }

  @Test
  void whatTrainingMovedIsReadInPlaceOfTheCopy() {
    try (Scope scope = Scope.open();
        Tape full = Tape.inference(DType.F32);
        Weight weight = Weight.of("w", stored())) {
      weight.keepCopy(DType.F32);
      weight.makeTrainable().get(0).value().addInPlace(Tensors.full(1, DType.F32, 3, 2));

      assertThat(weight.value(full).equalTo(weight.frozen().to(DType.F32).add(1))).isTrue();
    }
  }

  private static Tensor stored() {
    return Tensors.normal(new SplittableRandom(1), 1, 3, 2).to(DType.BF16);
  }
}
