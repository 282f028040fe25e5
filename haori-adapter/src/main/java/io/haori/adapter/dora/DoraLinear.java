package io.haori.adapter.dora;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.RowScaling;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A frozen linear layer whose weight is taken apart into direction and magnitude, row by row.
 *
 * <pre>{@code
 * y      = g ⊙ (x Wᵀ  + scale · (drop(x) Aᵀ) Bᵀ) + b        g = m / ‖W + scale · B A‖
 * [n,o]   [o]  [n,i][i,o]           [n,i][i,r][r,o]  [o]   [o]  [o]  norm of each row
 * }</pre>
 *
 * {@code m} starts as {@code ‖W‖} and {@code B} at zero, so a new layer computes exactly what the
 * frozen one does. Dropout acts on the low-rank part alone: PEFT drops inputs of {@code (g − 1) ⊙ x
 * Wᵀ} as well, which has the same mean and costs one more product of the frozen weight.
 *
 * <p>The arithmetic of a pass is in {@link DoraPass}.
 */
public final class DoraLinear implements AdaptedLinear {
  static final String A = "lora_A.weight";
  static final String B = "lora_B.weight";
  static final String MAGNITUDE = "lora_magnitude_vector";

  /** Below this a row has no direction. */
  static final double LEAST_NORM = 1e-12;

  private final Slot slot;
  private final Parameter a;
  private final Parameter b;
  private final Parameter magnitude;
  private final double scale;
  private final double dropout;
  private final double learningRateRatio;
  private final NormGradient gradient;
  private final Tensor frozenSquares;
  private final Tensor bias;

  /**
   * Takes factors over.
   *
   * @param frozenSquares {@code ‖W‖²} by row, F32 {@code [out]}
   */
  DoraLinear(
      Slot slot, Tensor a, Tensor b, Tensor magnitude, Tensor frozenSquares, DoraConfig config) {
    this.slot = slot;
    this.a = new Parameter(slot.name() + "." + A, a);
    this.b = new Parameter(slot.name() + "." + B, b);
    this.magnitude = new Parameter(slot.name() + "." + MAGNITUDE, magnitude);
    this.frozenSquares = frozenSquares.retain();
    Weight frozenBias = slot.bias();
    Tensor addend =
        frozenBias == null
            ? Tensors.zeros(DType.F32, slot.outputs())
            : frozenBias.frozen().to(DType.F32);
    this.bias = addend.retain();
    this.scale = config.scaleOf(slot.name());
    this.dropout = config.dropout();
    this.learningRateRatio = config.learningRateRatio();
    this.gradient = config.gradient();
  }

  /** {@code ‖W‖²} of each row of the frozen matrix, F32 {@code [out]}, in the current scope. */
  static Tensor frozenSquares(Slot slot) {
    try (Scope scope = Scope.open()) {
      return scope.keep(squares(slot.weight().frozen().to(DType.F32)));
    }
  }

  static Tensor squares(Tensor matrix) {
    return matrix.square().sum(1, false);
  }

  /** Norms of the rows, from their squares. */
  static Tensor norm(Tensor squares) {
    return squares.atLeast(LEAST_NORM * LEAST_NORM).sqrt();
  }

  /** Width of the direction's update. */
  public int rank() {
    return Math.toIntExact(a.value().size(0));
  }

  /** Factor of the direction's update. */
  public double scale() {
    return scale;
  }

  Slot slot() {
    return slot;
  }

  Parameter a() {
    return a;
  }

  Parameter b() {
    return b;
  }

  Parameter magnitude() {
    return magnitude;
  }

  double dropout() {
    return dropout;
  }

  NormGradient gradient() {
    return gradient;
  }

  Tensor frozenSquares() {
    return frozenSquares;
  }

  /** The frozen bias, F32 {@code [out]}. */
  Tensor bias() {
    return bias;
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    if (tape.differentiatesTwice()) {
      DoraFormula.apply(this, tape, x, y, column, rows);
    } else {
      DoraPass.multiplyAndAdd(this, tape, x, y, column, rows);
    }
    return y;
  }

  @Override
  public @Nullable RowScaling rowScaling(Tape tape) {
    return tape.differentiatesTwice() ? null : new DoraPass(this, tape);
  }

  @Override
  public List<TrainedParameter> parameters() {
    return List.of(
        TrainedParameter.of(a),
        new TrainedParameter(b, learningRateRatio),
        TrainedParameter.of(magnitude));
  }

  @Override
  public Map<String, Tensor> tensors() {
    return Map.of(A, a.value(), B, b.value(), MAGNITUDE, magnitude.value());
  }

  /** {@code m ⊙ (W + scale · B A) / ‖W + scale · B A‖}. */
  @Override
  public Tensor merged(Tensor weight) {
    Tensor direction = weight.add(Kernels.product(b.value(), a.value(), scale));
    Tensor factors = magnitude.value().div(norm(squares(direction)));
    return direction.mulInPlace(factors.view(factors.count(), 1));
  }

  /**
   * What the layer adds to a frozen weight. Unlike LoRA's it depends on that weight, and those of
   * two layers may be added only as whole matrices.
   *
   * @param weight F32 {@code [out, in]}
   * @return F32 {@code [out, in]}, in the current scope
   */
  public Tensor delta(Tensor weight) {
    return merged(weight).sub(weight);
  }

  @Override
  public void close() {
    a.close();
    b.close();
    magnitude.close();
    frozenSquares.close();
    bias.close();
  }
}
