package io.haori.training.comparison;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.data.json.DataJson;
import io.haori.training.loop.LoopListener;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.task.TuneSettings;
import io.haori.training.work.OrderWorker;
import io.haori.training.work.WorkBench;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import java.util.List;
import java.util.Map;

/** Runs of a {@link Comparison} as orders: one method with one seed on one dataset. */
public final class ComparedRuns implements OrderWorker {
  private static final String KIND = "compare";
  private static final String METHOD = "method";
  private static final String SETTINGS = "settings";
  private static final String DIGEST = "digest";
  private static final String DATA = "data";

  @Override
  public String kind() {
    return KIND;
  }

  /** The orders of some runs, in their order. */
  static List<WorkOrder> orders(
      List<PlannedRun> runs, Dataset data, TextBase base, int threads, WorkInputs inputs) {
    Map<String, String> named = Map.of(DATA, inputs.add(DataJson.write(data)));
    return runs.stream()
        .map(
            run ->
                new WorkOrder(
                    KIND,
                    run.folder(),
                    base.name(),
                    base.digest(),
                    threads,
                    settings(run),
                    named,
                    run.work()))
        .toList();
  }

  private static ObjectNode settings(PlannedRun run) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(METHOD, run.method()).put(DIGEST, run.digest());
    json.set(SETTINGS, run.settings().toJson());
    return json;
  }

  @Override
  public boolean work(WorkOrder order, WorkBench bench) {
    TuneSettings settings = TuneSettings.fromJson(order.settings().path(SETTINGS));
    Dataset data = DataJson.readDataset(bench.input(DATA));
    // A method at two levels puts its gates into the base while it learns.
    boolean alone =
        settings.method().trainsBase()
            || settings.method().strategy() instanceof TrainingStrategy.BiLevel;
    TextBase base = bench.base(settings.baseForm(), alone);
    TokenizedDataset rows = TokenizedDataset.of(data, base.reader(), settings.text().maxLength());
    ComparedMethod method = new ComparedMethod(order.settings().path(METHOD).asText(), settings);
    PlannedRun run =
        new Planner(rows, base).plan(List.of(method), List.of(settings.loop().seed())).get(0);
    String wanted = order.settings().path(DIGEST).asText();
    if (!run.digest().equals(wanted)) {
      throw new UserError(
          "run " + order.name() + " must have the digest " + wanted + ", got " + run.digest());
    }
    FinishedRuns<FinishedRun> folders = new FinishedRuns<>(bench.folder(), FinishedRun.class);
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onStep(Step step) {
            bench.progress((double) step.step() / step.steps());
          }
        };
    return new SingleRun(rows, folders, bench::stopRequested, MemoryMeter.NONE, System::nanoTime)
        .fit(run, base, listener)
        .isPresent();
  }
}
