package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.weights.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a scope frees, what it hands on, and in which order scopes close. */
class ScopeTest {
  @Test
  void closingFreesWhatWasMadeInside() {
    Tensor made;
    Tensor computed;
    try (Scope scope = Scope.open()) {
      made = Tensors.zeros(DType.F32, 3);
      computed = made.add(1);
      assertThat(freed(made)).isFalse();
    }
    assertThat(freed(made)).isTrue();
    assertThat(freed(computed)).isTrue();
  }

  @Test
  void whatIsKeptBelongsToTheScopeAround() {
    Tensor kept;
    try (Scope outer = Scope.open()) {
      Tensor left;
      try (Scope inner = Scope.open()) {
        left = Tensors.full(2, DType.F32, 1);
        kept = inner.keep(left.mul(3));
      }
      assertThat(freed(left)).isTrue();
      assertThat(kept.toFloats()).containsExactly(6);
    }
    assertThat(freed(kept)).isTrue();
  }

  @Test
  void whatIsKeptWithNothingAroundLivesUntilItIsClosed() {
    Tensor kept;
    try (Scope scope = Scope.open()) {
      kept = scope.keep(Tensors.full(2, DType.F32, 1));
    }
    assertThat(kept.item()).isEqualTo(2);
    kept.close();
    assertThat(freed(kept)).isTrue();
  }

  @Test
  void aRetainedTensorOutlivesItsScopeAndAViewItsTensor() {
    Tensor view;
    try (Scope scope = Scope.open()) {
      Tensor whole = Tensors.of(new float[] {1, 2, 3, 4}, 4);
      view = whole.narrow(0, 2, 2).retain();
    }
    assertThat(view.toFloats()).containsExactly(3, 4);
    view.close();
    assertThat(freed(view)).isTrue();
  }

  @Test
  void scopesCloseInReverseOrder() {
    Scope outer = Scope.open();
    Scope inner = Scope.open();
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("scopes must be closed in reverse order, on their thread");
    inner.close();
    outer.close();
    assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void eachThreadHasItsOwn() throws InterruptedException {
    List<Throwable> thrown = new ArrayList<>();
    try (Scope mine = Scope.open()) {
      Tensor here = Tensors.zeros(DType.F32, 1);
      Thread other =
          new Thread(
              () -> {
                Tensor there;
                try (Scope theirs = Scope.open()) {
                  there = here.add(1);
                  assertThat(there.item()).isEqualTo(1);
                  assertThatThrownBy(mine::close).isInstanceOf(IllegalStateException.class);
                }
                assertThat(freed(there)).isTrue();
              });
      other.setUncaughtExceptionHandler((thread, failure) -> thrown.add(failure));
      other.start();
      other.join();
      assertThat(freed(here)).isFalse();
    }
    assertThat(thrown).isEmpty();
  }

  @Test
  void anExceptionFreesToo() {
    List<Tensor> made = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              try (Scope scope = Scope.open()) {
                made.add(Tensors.zeros(DType.F32, 2));
                made.get(0).matmul(Tensors.zeros(DType.F32, 3));
              }
            })
        .isInstanceOf(RuntimeException.class);
    assertThat(freed(made.get(0))).isTrue();
  }

  private static boolean freed(Tensor tensor) {
    return tensor.handle.isNull();
  }
}
