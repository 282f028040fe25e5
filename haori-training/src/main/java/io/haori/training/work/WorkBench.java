package io.haori.training.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.inference.model.TextBase;
import io.haori.tensor.group.ReduceGroup;
import io.haori.tensor.quant.BaseForm;
import java.nio.file.Path;

/** What a run has to work with where it is done. */
public interface WorkBench {
  /**
   * The base of the order.
   *
   * @param form how it lies in memory
   * @param alone whether nobody else may use it meanwhile
   * @return stays open until the run has ended, whoever else uses it; the bench closes it
   * @throws io.haori.core.check.UserError when its digest is another than the order's
   */
  TextBase base(BaseForm form, boolean alone);

  /**
   * An input of the order.
   *
   * @param name that the order has for it
   */
  ObjectNode input(String name);

  /** An empty folder; what is in it when the run has ended is its result. */
  Path folder();

  /**
   * Says how far the run is.
   *
   * @param share of its work that is done; in [0, 1]
   */
  void progress(double share);

  /** Whether the run is not wanted any more; asked before every step. */
  boolean stopRequested();

  /**
   * Where the run saves what it needs to continue after a stop, or the loss of its machine. What
   * was saved before is in it, the same for all members, which must all ask.
   */
  Path checkpoint();

  /**
   * Keeps what is in {@link #checkpoint} now, in place of what was kept before; of several members
   * the number 0 calls it alone.
   */
  void keepCheckpoint();

  /** Who does the run together; this one alone unless it was asked for as one of several. */
  default ReduceGroup group() {
    return ReduceGroup.ALONE;
  }
}
