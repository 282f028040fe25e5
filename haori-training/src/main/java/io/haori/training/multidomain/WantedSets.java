package io.haori.training.multidomain;

import io.haori.training.comparison.ComparisonListener;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkListener;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.WorkPlace;
import io.haori.training.work.WorkResults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Models of sets of domains that are wanted: those that are there, and those that are missing. */
final class WantedSets {
  private final Map<String, PlannedDomainSet> plans = new LinkedHashMap<>();
  private final Map<String, FinishedDomainSet> finished = new HashMap<>();
  private final List<PlannedDomainSet> missing = new ArrayList<>();
  private final Function<PlannedDomainSet, Optional<FinishedDomainSet>> find;
  private final long doneBefore;

  /**
   * Looks what is there.
   *
   * @param wanted the same one may be wanted several times
   * @param find what was kept of a plan
   * @param listener hears of it
   */
  WantedSets(
      List<PlannedDomainSet> wanted,
      Function<PlannedDomainSet, Optional<FinishedDomainSet>> find,
      ComparisonListener listener) {
    this.find = find;
    wanted.forEach(plan -> plans.putIfAbsent(plan.digest(), plan));
    for (PlannedDomainSet plan : plans.values()) {
      find.apply(plan).ifPresentOrElse(this::add, () -> missing.add(plan));
    }
    long all = plans.values().stream().mapToLong(PlannedDomainSet::work).sum();
    doneBefore = all - workLeft();
    listener.onPlan(plans.size(), finished.size(), doneBefore, all);
  }

  /** What was missing at first, in the order wanted. */
  List<PlannedDomainSet> missing() {
    return missing;
  }

  /** Work of what was missing at first. */
  long workLeft() {
    return missing.stream().mapToLong(PlannedDomainSet::work).sum();
  }

  /** Work of what was there at first. */
  long doneBefore() {
    return doneBefore;
  }

  /** Adds a model that is done. */
  synchronized void add(FinishedDomainSet one) {
    finished.put(one.digest(), one);
  }

  /** What is done by now, by digest in the order wanted. */
  synchronized Map<String, FinishedDomainSet> finished() {
    Map<String, FinishedDomainSet> inOrder = new LinkedHashMap<>();
    for (String digest : plans.keySet()) {
      FinishedDomainSet one = finished.get(digest);
      if (one != null) {
        inOrder.put(digest, one);
      }
    }
    return inOrder;
  }

  /**
   * Has what is missing trained on machines of an engine, each model by itself.
   *
   * @param at stays open
   * @param orders one a missing model
   * @param inputs of the orders
   * @param folder where finished models are kept
   * @param listener hears how it goes
   * @param stopRequested asked now and then
   */
  void learnAt(
      WorkPlace at,
      List<WorkOrder> orders,
      WorkInputs inputs,
      Path folder,
      ComparisonListener listener,
      BooleanSupplier stopRequested) {
    Map<String, PlannedDomainSet> byFolder = new HashMap<>();
    missing.forEach(plan -> byFolder.put(plan.folder(), plan));
    WorkListener hears =
        new WorkListener() {
          @Override
          public void onProgress(double work, int done, int busy) {
            listener.onProgress(doneBefore + Math.round(work), busy + " side by side");
          }

          @Override
          public void onFinished(WorkOrder order, Path result) {
            PlannedDomainSet plan = Objects.requireNonNull(byFolder.get(order.name()));
            WorkResults.place(result.resolve(plan.folder()), folder.resolve(plan.folder()));
            find.apply(plan).ifPresent(WantedSets.this::add);
          }
        };
    at.work(orders, inputs, hears, stopRequested);
  }
}
