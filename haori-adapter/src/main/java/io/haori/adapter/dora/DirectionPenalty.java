package io.haori.adapter.dora;

import io.haori.adapter.spi.StepRule;
import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.List;

/**
 * Draws the directions of each layer apart: adds the gradient of {@code λ R} to that of the loss.
 *
 * <pre>{@code
 * R  = mean over layers of ‖G − I‖_F     G = D Dᵀ or Dᵀ D, whichever is smaller
 * D  = U / ‖U‖ by row                    U = W + s B A           [o, i]
 * dD = 2 (G − I) D / ‖G − I‖_F           dU = (dD − D rowsum(dD ⊙ D)) / ‖U‖
 * dB = s dU Aᵀ                           dA = s Bᵀ dU
 * }</pre>
 *
 * On a square layer both forms of G give the same R.
 */
final class DirectionPenalty implements StepRule {
  /** Below this there is nothing to draw apart, and no slope. */
  private static final double LEAST = 1e-12;

  private final List<DoraLinear> layers;
  private final double weight;

  DirectionPenalty(List<DoraLinear> layers, double weight) {
    this.layers = List.copyOf(layers);
    this.weight = weight;
  }

  @Override
  public void beforeStep(int step, int steps) {
    for (DoraLinear layer : layers) {
      try (Scope scope = Scope.open()) {
        addGradient(layer);
      }
    }
  }

  /** {@code R} of the layers as they are. */
  double value() {
    double sum = 0;
    for (DoraLinear layer : layers) {
      try (Scope scope = Scope.open()) {
        sum += Direction.of(layer).distance();
      }
    }
    return sum / layers.size();
  }

  private void addGradient(DoraLinear layer) {
    Direction at = Direction.of(layer);
    double distance = at.distance();
    if (!(distance > LEAST)) {
      return;
    }
    Tensor d = at.unit();
    Tensor dD =
        at.byRows() ? Kernels.product(at.excess(), d, 1.0) : Kernels.product(d, at.excess(), 1.0);
    dD.mulInPlace(2 * weight / (distance * layers.size()));
    Tensor along = dD.mul(d).sum(1, true);
    Tensor dU = dD.sub(d.mul(along)).divInPlace(at.norm());
    double scale = layer.scale();
    layer.b().accumulate(Kernels.product(dU, layer.a().value().t(), 1.0), scale);
    layer.a().accumulate(Kernels.product(layer.b().value().t(), dU, 1.0), scale);
  }

  /**
   * A layer's directions.
   *
   * @param unit D, {@code [o, i]}
   * @param norm ‖U‖, {@code [o, 1]}
   * @param excess G − I, square
   * @param byRows whether G is D Dᵀ
   */
  private record Direction(Tensor unit, Tensor norm, Tensor excess, boolean byRows) {
    static Direction of(DoraLinear layer) {
      Tensor update = Kernels.product(layer.b().value(), layer.a().value(), layer.scale());
      Tensor u = layer.slot().weight().frozen().to(DType.F32).add(update);
      Tensor norm = DoraLinear.norm(DoraLinear.squares(u)).view(u.size(0), 1);
      Tensor unit = u.divInPlace(norm);
      boolean byRows = unit.size(0) <= unit.size(1);
      Tensor gram =
          byRows ? Kernels.product(unit, unit.t(), 1.0) : Kernels.product(unit.t(), unit, 1.0);
      return new Direction(unit, norm, gram.addToDiagonalInPlace(-1), byRows);
    }

    double distance() {
      return Math.sqrt(excess.square().sum().item());
    }
  }
}
