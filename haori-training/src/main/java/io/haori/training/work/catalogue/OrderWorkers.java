package io.haori.training.work.catalogue;

import io.haori.core.check.UserError;
import io.haori.inference.folder.HaoriJson;
import io.haori.training.comparison.ComparedRuns;
import io.haori.training.multidomain.AnswerSets;
import io.haori.training.multidomain.DomainSets;
import io.haori.training.parallel.ParallelFit;
import io.haori.training.pretrain.DomainModules;
import io.haori.training.work.OrderWorker;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkOrder;
import java.util.List;

/** All workers by kind. A new kind of run is one more line here. */
public final class OrderWorkers {
  private static final List<OrderWorker> ALL =
      List.of(
          new ComparedRuns(),
          new DomainModules(),
          new DomainSets(),
          new AnswerSets(),
          new ParallelFit.Worker());

  private OrderWorkers() {}

  /**
   * Does a run of any kind.
   *
   * @param order what is wanted
   * @param bench what there is to work with
   * @return whether it was done to its end
   * @throws UserError when it cannot be done here: another version of the program asked for it
   */
  public static boolean work(WorkOrder order, WorkBench bench) {
    String version = HaoriJson.codeVersion();
    if (!order.codeVersion().equals(version)) {
      throw new UserError(
          "the worker must have Haori "
              + order.codeVersion()
              + " as the program that asks, got "
              + version);
    }
    return ALL.stream()
        .filter(worker -> worker.kind().equals(order.kind()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no worker for " + order.kind()))
        .work(order, bench);
  }
}
