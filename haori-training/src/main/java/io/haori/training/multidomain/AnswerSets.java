package io.haori.training.multidomain;

import io.haori.inference.model.TextBase;
import io.haori.training.work.OrderWorker;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import java.util.List;

/** Models that write, of sets of domains, as orders, each trained by itself. */
public final class AnswerSets implements OrderWorker {
  private static final String KIND = "analyze-answers";
  private static final String WRITES = "writes";

  @Override
  public String kind() {
    return KIND;
  }

  /** The orders of some plans, in their order. */
  static List<WorkOrder> orders(
      List<PlannedDomainSet> plans,
      Domains domains,
      TextBase base,
      boolean writes,
      int threads,
      WorkInputs inputs) {
    return SetOrders.of(
        KIND, plans, domains, base, threads, inputs, (plan, json) -> json.put(WRITES, writes));
  }

  @Override
  public boolean work(WorkOrder order, WorkBench bench) {
    return SetOrders.work(
        order,
        bench,
        (base, domains, settings, json) ->
            new AnswerSetTrainer(
                base,
                domains,
                bench.folder(),
                json.path(WRITES).asBoolean(),
                bench::stopRequested));
  }
}
