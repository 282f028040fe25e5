package io.haori.training.multidomain;

import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.tensor.Engine;
import io.haori.tensor.FreeMemory;
import io.haori.training.data.Split;
import io.haori.training.sidebyside.PassPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Trains models side by side on one thread at a time: each takes its steps in the same passes
 * through the base, and the next one of the queue begins when one has ended.
 */
final class DomainSetWorker {
  private static final double NANOS = 1e9;

  private final TextBase base;
  private final DomainRows rows;
  private final DomainSetStore store;
  private final DomainSetQueue queue;
  private final JointPass pass;
  private final int most;
  private final FreeMemory freeMemory;
  private final LongSupplier nanoTime;
  private final DomainSetScores scores;
  private final List<Active> models = new ArrayList<>();

  /** A model in training. */
  private static final class Active {
    private final DomainSetRun run;
    private double seconds;
    private double reported;

    Active(DomainSetRun run) {
      this.run = run;
    }

    double done() {
      return (double) run.plan().work() * run.step() / run.steps();
    }

    double left() {
      return run.plan().work() - done();
    }
  }

  /**
   * Prepares a worker, on the thread that will run it.
   *
   * @param options how texts are read
   * @param most models at once
   */
  DomainSetWorker(
      TextBase base,
      DomainRows rows,
      DomainSetStore store,
      DomainSetQueue queue,
      TextOptions options,
      int most,
      FreeMemory freeMemory,
      LongSupplier nanoTime) {
    this.base = base;
    this.rows = rows;
    this.store = store;
    this.queue = queue;
    int tokens = PassPlan.usualTokens(base.backbone().width(), Engine.threads());
    this.pass = new JointPass(base, rows, options, tokens);
    this.most = most;
    this.freeMemory = freeMemory;
    this.nanoTime = nanoTime;
    this.scores = new DomainSetScores(rows);
  }

  /**
   * Trains until the queue has nothing more for it.
   *
   * @param stop asked before every step; models in progress are given up then
   * @param finished hears of each model as soon as it is kept
   */
  void run(BooleanSupplier stop, Consumer<FinishedDomainSet> finished) {
    try {
      long before = nanoTime.getAsLong();
      while (!stop.getAsBoolean() && fill()) {
        step();
        List<Active> ended = models.stream().filter(model -> model.run.isDone()).toList();
        ended.forEach(model -> model.run.takeBest());
        List<int[]> validation = predict(ended, Split.VALIDATION);
        List<int[]> test = predict(ended, Split.TEST);
        long now = nanoTime.getAsLong();
        for (Active model : models) {
          model.seconds += (now - before) / NANOS / models.size();
        }
        before = now;
        for (int i = 0; i < ended.size(); i++) {
          Active model = ended.get(i);
          finished.accept(store.keep(model.run, validation.get(i), test.get(i), model.seconds));
          queue.add(model.run.plan().work() - model.reported, detail());
          models.remove(model);
          model.run.close();
        }
      }
    } finally {
      models.forEach(model -> model.run.close());
      pass.close();
    }
  }

  /** Takes models from the queue; false when there are none to train. */
  private boolean fill() {
    while (models.size() < most) {
      Optional<PlannedDomainSet> next = queue.next(models.stream().mapToDouble(Active::left).sum());
      if (next.isEmpty()) {
        break;
      }
      models.add(new Active(new DomainSetRun(base, rows, next.get())));
    }
    return !models.isEmpty();
  }

  private void step() {
    pass.step(models.stream().map(model -> model.run).toList());
    freeMemory.releaseNowAndThen(nanoTime.getAsLong());
    List<DomainSetRun> scored =
        models.stream().map(model -> model.run).filter(DomainSetRun::awaitsValidation).toList();
    if (!scored.isEmpty()) {
      List<int[]> said = pass.predict(scored, Split.VALIDATION);
      for (int i = 0; i < scored.size(); i++) {
        DomainSetRun run = scored.get(i);
        run.validated(DomainSetScores.mean(scores.accuracies(run, Split.VALIDATION, said.get(i))));
      }
    }
    double more = 0;
    for (Active model : models) {
      more += model.done() - model.reported;
      model.reported = model.done();
    }
    queue.add(more, detail());
  }

  private List<int[]> predict(List<Active> some, Split split) {
    return some.isEmpty()
        ? List.of()
        : pass.predict(some.stream().map(model -> model.run).toList(), split);
  }

  private String detail() {
    DomainSetRun latest = models.get(models.size() - 1).run;
    return String.format(
        Locale.ROOT,
        "%d side by side, up to %s seed %d, step %d/%d",
        models.size(),
        latest.plan().label(),
        latest.plan().seed(),
        latest.step(),
        latest.steps());
  }
}
