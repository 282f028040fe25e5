package io.haori.training.multidomain;

import io.haori.inference.model.TextBase;
import io.haori.training.work.OrderWorker;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import java.util.List;
import java.util.function.Predicate;

/** Models of sets of domains as orders, each trained by itself. */
public final class DomainSets implements OrderWorker {
  private static final String KIND = "analyze";
  private static final String KEEPS_ADAPTER = "keepsAdapter";

  @Override
  public String kind() {
    return KIND;
  }

  /** The orders of some plans, in their order. */
  static List<WorkOrder> orders(
      List<PlannedDomainSet> plans,
      Domains domains,
      TextBase base,
      Predicate<PlannedDomainSet> keepsAdapter,
      int threads,
      WorkInputs inputs) {
    return SetOrders.of(
        KIND,
        plans,
        domains,
        base,
        threads,
        inputs,
        (plan, json) -> json.put(KEEPS_ADAPTER, keepsAdapter.test(plan)));
  }

  @Override
  public boolean work(WorkOrder order, WorkBench bench) {
    return SetOrders.work(
        order,
        bench,
        (base, domains, settings, json) -> {
          boolean keepsAdapter = json.path(KEEPS_ADAPTER).asBoolean();
          int maxLength = settings.tune().text().maxLength();
          return new DomainSetTrainer(
                  base, new DomainRows(domains, base.reader(), maxLength), bench.folder())
              .keepAdapters(plan -> keepsAdapter)
              .stopWhen(bench::stopRequested);
        });
  }
}
