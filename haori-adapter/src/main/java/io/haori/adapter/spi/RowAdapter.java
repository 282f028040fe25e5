package io.haori.adapter.spi;

import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;

/** An adapter that can act on some rows of a matrix alone, so that rows of one batch differ. */
public interface RowAdapter extends SlotAdapter {
  /**
   * Adapts some rows of a linear layer's output; see {@link SlotAdapter#adapt}.
   *
   * @param tape computes in its type
   * @param x the slot's input {@code [n, in]}
   * @param y {@code [n, width]}
   * @param column first of the slot's columns in y
   * @param rows that are adapted; the others stay as they are
   * @return y, or another variable of its shape when the rows are all there are
   */
  Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows);

  @Override
  default Variable adapt(Tape tape, Variable x, Variable y, int column) {
    return adapt(tape, x, y, column, RowRange.all(x.value()));
  }

  /**
   * What an adapter that adds to all rows in place does to some of them: it is given these rows as
   * if there were no others.
   *
   * @param adapter adds what depends on its input alone
   * @param tape computes in its type
   * @param x the slot's input {@code [n, in]}
   * @param y {@code [n, width]}
   * @param column first of the slot's columns in y
   * @param rows that are adapted
   * @return y
   */
  static Variable onPart(
      SlotAdapter adapter, Tape tape, Variable x, Variable y, int column, RowRange rows) {
    Variable part = tape.variable(rows.of(x.value()), x.needsGradient());
    Variable changed = tape.variable(rows.of(y.value()), false);
    if (tape.records()) {
      tape.record(part, () -> rows.of(x.writableGradient()).addInPlace(part.requireGradient()));
      tape.record(changed, () -> {});
    }
    adapter.adapt(tape, part, changed, column);
    if (tape.records() && changed.needsGradient()) {
      y.markNeedsGradient();
      tape.recordChange(y, () -> changed.accumulate(rows.of(y.requireGradient())));
    }
    return y;
  }
}
