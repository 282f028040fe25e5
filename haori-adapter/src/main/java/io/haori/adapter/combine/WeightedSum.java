package io.haori.adapter.combine;

import io.haori.adapter.spi.RowAdapter;
import io.haori.adapter.spi.RowRange;
import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;

/**
 * Adapters on one slot, added up.
 *
 * <pre>{@code
 * y    += Σₖ wₖ Δₖ(x)          dΔₖ = wₖ dy
 * [n,o]      [n,o]
 * }</pre>
 *
 * A term of weight 1 adds itself in place; any other is computed apart first.
 *
 * @param outputs width {@code o} of the slot
 * @param terms each adds what depends on the input alone
 */
public record WeightedSum(int outputs, List<Term> terms) implements RowAdapter {
  /**
   * One term.
   *
   * @param adapter adds {@code Δ(x)} in place
   * @param weight finite
   */
  public record Term(RowAdapter adapter, double weight) {}

  /** Copies the terms. */
  public WeightedSum {
    terms = List.copyOf(terms);
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    return rows.isAllOf(x.value())
        ? adapt(tape, x, y, column)
        : RowAdapter.onPart(this, tape, x, y, column, rows);
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column) {
    for (Term term : terms) {
      if (term.weight() == 1) {
        term.adapter().adapt(tape, x, y, column);
      } else {
        addScaled(tape, x, y, column, term);
      }
    }
    return y;
  }

  private void addScaled(Tape tape, Variable x, Variable y, int column, Term term) {
    Variable delta = apart(tape, x, outputs, term.adapter());
    columns(y.value(), column, outputs).addScaledInPlace(delta.value(), term.weight());
    if (tape.records() && delta.needsGradient()) {
      y.markNeedsGradient();
      tape.recordChange(
          y,
          () -> delta.accumulate(columns(y.requireGradient(), column, outputs).mul(term.weight())));
    }
  }

  /**
   * What an adapter adds, on its own.
   *
   * @return {@code [n, outputs]}
   */
  static Variable apart(Tape tape, Variable x, long outputs, SlotAdapter adapter) {
    Tensor zeros = Tensors.zeros(tape.dtype(), x.value().size(0), outputs);
    Variable delta = tape.variable(zeros, false);
    if (tape.records()) {
      // The first to make the value and so the last to be asked backwards: frees its gradient.
      tape.record(delta, () -> {});
    }
    return adapter.adapt(tape, x, delta, 0);
  }

  static Tensor columns(Tensor matrix, int column, long outputs) {
    return outputs == matrix.size(1) ? matrix : matrix.narrow(1, column, outputs);
  }
}
