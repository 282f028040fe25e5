package io.haori.training.work;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Where independent runs are done that this process does not do itself. What comes back is what the
 * same run would have left here with the same number of threads, to the bit where the processors
 * are of one kind.
 *
 * <pre>{@code
 * try (WorkPlace place = WorkPlaces.open("local[2]", "", 1)) {
 *   boolean all = place.work(orders, inputs, listener, () -> false);
 * }
 * }</pre>
 */
public interface WorkPlace extends AutoCloseable {
  /** Threads of the operations of each run. */
  int threads();

  /**
   * Does runs, several at a time.
   *
   * @param orders none twice
   * @param inputs all that the orders name
   * @param listener gets each result as soon as it is there
   * @param stopRequested asked several times a second; when it is true, runs that are not done are
   *     given up, and what was handed to the listener stays
   * @return whether all were done
   * @throws io.haori.core.check.UserError when a run cannot be done: what the worker says of it
   */
  boolean work(
      List<WorkOrder> orders,
      WorkInputs inputs,
      WorkListener listener,
      BooleanSupplier stopRequested);

  /**
   * Does one run by several members at once.
   *
   * @param joint what is to be done
   * @param inputs all that the order names
   * @param listener gets the result, which the member 0 has left, or where it is not done what was
   *     saved
   * @param stopRequested asked several times a second; when it is true, the run saves what it has
   *     and is given up
   * @return whether it was done
   * @throws io.haori.core.check.UserError when it cannot be done, or a member is lost or too slow
   */
  boolean together(
      JointOrder joint, WorkInputs inputs, WorkListener listener, BooleanSupplier stopRequested);

  @Override
  void close();
}
