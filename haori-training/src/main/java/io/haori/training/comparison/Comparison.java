package io.haori.training.comparison;

import io.haori.core.files.AtomicFiles;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Targets;
import io.haori.tensor.quant.BaseForm;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkListener;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.WorkPlace;
import io.haori.training.work.WorkResults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fits several methods to one dataset, each with several seeds: one run after another, on one base
 * and on rows that are tokenised once. Every finished run is kept in a folder under a digest of all
 * that it depends on, so that an interrupted or widened comparison never repeats one.
 */
public final class Comparison {
  private final Function<BaseForm, TextBase> bases;
  private final Dataset data;
  private final List<ComparedMethod> methods;
  private final List<Long> seeds;
  private final FinishedRuns<FinishedRun> folders;
  private ComparisonListener listener = ComparisonListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private MemoryMeter meter = MemoryMeter.NONE;
  private LongSupplier nanoTime = System::nanoTime;
  private @Nullable WorkPlace place;

  /**
   * Prepares a comparison.
   *
   * @param bases opens the base in a form; what it gives is closed here
   * @param data what all are fitted to
   * @param methods at least one; all read texts in the same way
   * @param seeds of the runs of each method; at least one
   * @param folder where finished runs are kept
   */
  public Comparison(
      Function<BaseForm, TextBase> bases,
      Dataset data,
      List<ComparedMethod> methods,
      List<Long> seeds,
      Path folder) {
    this.bases = bases;
    this.data = data;
    this.methods = List.copyOf(methods);
    this.seeds = List.copyOf(seeds);
    this.folders = new FinishedRuns<>(folder, FinishedRun.class);
    if (methods.stream().map(ComparedMethod::reading).distinct().count() != 1) {
      throw new IllegalArgumentException("the methods must read texts in one way");
    }
  }

  /**
   * Prepares a comparison.
   *
   * @param bases opens the base in a form; what it gives is closed here
   * @param data what all are fitted to
   * @param plan methods and seeds
   * @param folder where finished runs are kept
   */
  public Comparison(
      Function<BaseForm, TextBase> bases, Dataset data, ComparisonPlan plan, Path folder) {
    this(bases, data, plan.methods(), plan.seeds(), folder);
  }

  /** Reports progress to this listener. */
  public Comparison listener(ComparisonListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop; the run in progress is given up then. */
  public Comparison stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /** Measures memory with this. */
  public Comparison meter(MemoryMeter newMeter) {
    meter = newMeter;
    return this;
  }

  /** Measures time with this clock, which is as {@link System#nanoTime}. */
  public Comparison clock(LongSupplier newNanoTime) {
    nanoTime = newNanoTime;
    return this;
  }

  /** Has the runs done there, several at a time; stays open. */
  public Comparison on(WorkPlace newPlace) {
    place = newPlace;
    return this;
  }

  /** Does what was not done before. */
  public ComparisonResult run() {
    try (SharedBase shared = new SharedBase(bases)) {
      TextBase first = shared.in(Planner.order(methods).get(0).settings().baseForm());
      TokenizedDataset rows =
          TokenizedDataset.of(data, first.reader(), methods.get(0).settings().text().maxLength());
      listener.onTexts(first.name(), rows.coverage(Split.TRAIN));
      List<PlannedRun> plan = new Planner(rows, first).plan(methods, seeds);
      Map<String, FinishedRun> finished = new HashMap<>();
      int testRows = data.test().rows().size();
      for (PlannedRun run : plan) {
        folders
            .find(
                run.folder(),
                found ->
                    found.digest().equals(run.digest())
                        && found.fits(data.labels().task(), testRows))
            .ifPresent(found -> finished.put(run.digest(), found));
      }
      long done = work(plan.stream().filter(run -> finished.containsKey(run.digest())).toList());
      listener.onPlan(plan.size(), finished.size(), done, work(plan));
      WorkPlace elsewhere = place;
      if (elsewhere != null) {
        List<PlannedRun> missing =
            plan.stream().filter(run -> !finished.containsKey(run.digest())).toList();
        // The machines of the engine have bases of their own.
        shared.close();
        runElsewhere(elsewhere, missing, first, done, finished);
        return result(plan, finished);
      }
      for (PlannedRun run : plan) {
        if (finished.containsKey(run.digest())) {
          continue;
        }
        if (stopRequested.getAsBoolean() || !run(run, shared, rows, done, finished)) {
          break;
        }
        done += run.work();
        listener.onProgress(done, run.method() + " seed " + run.seed() + " done");
      }
      return result(plan, finished);
    }
  }

  /** One run; false when it was stopped. */
  private boolean run(
      PlannedRun run,
      SharedBase shared,
      TokenizedDataset rows,
      long workBefore,
      Map<String, FinishedRun> finished) {
    LoopListener steps =
        new LoopListener() {
          @Override
          public void onStep(Step step) {
            listener.onProgress(
                workBefore + run.work() * step.step() / step.steps(), detail(run, step));
          }
        };
    Optional<FinishedRun> done =
        new SingleRun(rows, folders, stopRequested, meter, nanoTime)
            .fit(run, shared.in(run.settings().baseForm()), steps);
    done.ifPresent(one -> finished.put(run.digest(), one));
    return done.isPresent();
  }

  /** What is missing, on machines of an engine; runs that were stopped are given up. */
  private void runElsewhere(
      WorkPlace at,
      List<PlannedRun> missing,
      TextBase base,
      long before,
      Map<String, FinishedRun> finished) {
    WorkInputs inputs = new WorkInputs();
    List<WorkOrder> orders = ComparedRuns.orders(missing, data, base, at.threads(), inputs);
    Map<String, PlannedRun> byFolder = new HashMap<>();
    missing.forEach(run -> byFolder.put(run.folder(), run));
    WorkListener hears =
        new WorkListener() {
          @Override
          public void onProgress(double work, int done, int busy) {
            listener.onProgress(before + Math.round(work), busy + " side by side");
          }

          @Override
          public void onFinished(WorkOrder order, Path folder) {
            PlannedRun run = Objects.requireNonNull(byFolder.get(order.name()));
            WorkResults.place(folder.resolve(run.folder()), folders.folder().resolve(run.folder()));
            folders
                .find(run.folder(), found -> found.digest().equals(run.digest()))
                .ifPresent(found -> finished.put(run.digest(), found));
          }
        };
    at.work(orders, inputs, hears, stopRequested);
  }

  private static long work(List<PlannedRun> runs) {
    return runs.stream().mapToLong(PlannedRun::work).sum();
  }

  private static String detail(PlannedRun run, LoopListener.Step step) {
    return String.format(
        Locale.ROOT,
        "%s seed %d, epoch %d/%d, loss %.3f",
        run.method(),
        run.seed(),
        step.epoch(),
        step.epochs(),
        step.loss());
  }

  private double[] truth() {
    Targets targets = Targets.of(data.test().rows(), data.labels());
    double[][] unanswered = new double[targets.size()][];
    return data.labels().task().truth(new AnsweredRows(data.labels(), targets, unanswered));
  }

  private record Done(PlannedRun plan, FinishedRun result) {
    double validation(String metric) {
      return Objects.requireNonNull(result.validation().get(metric));
    }
  }

  private ComparisonResult result(List<PlannedRun> plan, Map<String, FinishedRun> finished) {
    List<ComparisonResult.Method> results = new ArrayList<>();
    for (ComparedMethod method : methods) {
      List<PlannedRun> ours =
          plan.stream().filter(run -> run.method().equals(method.name())).toList();
      List<Done> done =
          ours.stream()
              .flatMap(
                  run ->
                      Optional.ofNullable(finished.get(run.digest())).stream()
                          .map(result -> new Done(run, result)))
              .toList();
      String metric = method.settings().loop().selection().metric();
      PlannedRun best =
          done.stream()
              .max(Comparator.comparingDouble(one -> one.validation(metric)))
              .map(Done::plan)
              .orElse(ours.get(0));
      done.stream()
          .map(Done::plan)
          .filter(run -> !run.equals(best))
          .forEach(run -> AtomicFiles.delete(folders.adapter(run.folder())));
      results.add(
          new ComparisonResult.Method(
              method.name(),
              done.stream().map(Done::result).toList(),
              folders.adapter(best.folder()),
              Math.max(0, done.stream().map(Done::plan).toList().indexOf(best))));
    }
    return new ComparisonResult(
        data.labels().task(), truth(), results, plan.size(), finished.size() < plan.size());
  }
}
