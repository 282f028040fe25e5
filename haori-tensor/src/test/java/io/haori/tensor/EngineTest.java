package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EngineTest {
  /** MKL_NUM_THREADS, where it is set, would otherwise decide for MKL alone. */
  @ParameterizedTest
  @ValueSource(ints = {2, 1})
  void libtorchAndMklUseAsManyThreadsAsWereChosen(int count) {
    int before = Engine.threads();
    try {
      Engine.setThreads(count);

      assertThat(Engine.threads()).isEqualTo(count);
      assertThat(torch.get_num_threads()).isEqualTo(count);
      assertThat(openblas.blas_get_num_threads()).isEqualTo(count);
    } finally {
      Engine.setThreads(before);
    }
  }
}
