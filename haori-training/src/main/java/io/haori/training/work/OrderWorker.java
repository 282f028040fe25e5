package io.haori.training.work;

/** Does runs of one kind, wherever it is; has no state, so that any number may be done at once. */
public interface OrderWorker {
  /** The {@link WorkOrder#kind} that it does. */
  String kind();

  /**
   * Does a run.
   *
   * @param order of this kind
   * @param bench what it has to work with
   * @return whether it was done to its end; false when the bench asked it to stop
   * @throws io.haori.core.check.UserError when it cannot be done
   */
  boolean work(WorkOrder order, WorkBench bench);
}
