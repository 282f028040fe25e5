package io.haori.training.work;

import java.nio.file.Path;

/** Hears how runs go that are done elsewhere, one call at a time. */
public interface WorkListener {
  /**
   * Now and then.
   *
   * @param work done so far, finished runs included, in the unit of {@link WorkOrder#work}
   * @param finished runs so far
   * @param busy runs that are being done at this moment
   */
  default void onProgress(double work, int finished, int busy) {}

  /**
   * As soon as a run is done.
   *
   * @param order what was done
   * @param folder what it left behind; temporary, so what is wanted of it is copied
   */
  void onFinished(WorkOrder order, Path folder);

  /**
   * When a run of several members ends before it is done: what it had saved to continue from. Not
   * called where nothing was.
   *
   * @param order what is not done
   * @param folder what was saved; temporary, so it is copied
   */
  default void onSaved(WorkOrder order, Path folder) {}
}
