package io.haori.cli.compare;

import io.haori.analysis.comparison.MethodCost;
import io.haori.analysis.comparison.MethodResult;
import io.haori.analysis.comparison.Versus;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.McNemar;
import io.haori.cli.tune.Mistakes;
import io.haori.training.comparison.ComparisonResult;
import io.haori.training.comparison.FinishedRun;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One method of a comparison.
 *
 * @param result its scores, and the test against the first method
 * @param method its runs
 * @param settings of each of its runs, but for the seed
 * @param mistakes the worst ones of the run whose adapter is kept
 */
public record CompareRow(
    MethodResult result, ComparisonResult.Method method, TuneSettings settings, Mistakes mistakes) {
  String name() {
    return result.method();
  }

  /** Numbers that one run trains. */
  long trainable() {
    return runs().get(0).trainable();
  }

  /** Bytes of one run's adapter, the mean over seeds. */
  long storedBytes() {
    return Math.round(runs().stream().mapToLong(FinishedRun::storedBytes).average().orElseThrow());
  }

  /** Seconds of one run, the mean over seeds. */
  double seconds() {
    return runs().stream().mapToDouble(FinishedRun::seconds).average().orElseThrow();
  }

  /** The most memory over the seeds, in MB; −1 where unknown. */
  long peakMegabytes() {
    return runs().stream().mapToLong(FinishedRun::peakMegabytes).max().orElseThrow();
  }

  MethodCost cost() {
    return new MethodCost(name(), storedBytes(), seconds());
  }

  private List<FinishedRun> runs() {
    return method.runs();
  }

  /** As the command's JSON shows it. */
  public Map<String, @Nullable Object> forJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("method", name());
    Map<String, Object> chosen = settings.byName();
    chosen.remove("training.seed");
    json.put("settings", chosen);
    json.put("mean", result.score().mean());
    json.put("std", result.score().count() > 1 ? result.score().standardDeviation() : null);
    json.put("scores", meanScores());
    json.put("trainable", trainable());
    json.put("storedBytes", storedBytes());
    json.put("seconds", Math.round(1000 * seconds()) / 1000.0);
    json.put("peakRssMb", peakMegabytes() < 0 ? null : peakMegabytes());
    Versus versus = result.versus();
    json.put("pValue", versus == null ? null : versus.corrected());
    if (versus != null) {
      Interval difference = versus.difference();
      json.put("difference", difference.estimate());
      json.put("interval", List.of(difference.low(), difference.high()));
      json.put("uncorrectedPValue", versus.pValue());
      json.put("mcNemar", versus.tests().stream().map(CompareRow::counts).toList());
    }
    json.put("adapter", method.adapter().toString());
    json.put("mistakes", mistakes.forJson());
    json.put("runs", runs().stream().map(CompareRow::run).toList());
    return json;
  }

  private static Map<String, Object> counts(McNemar test) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("onlyThisRight", test.onlyFirst());
    json.put("onlyFirstMethodRight", test.onlySecond());
    json.put("pValue", test.pValue());
    return json;
  }

  private static Map<String, Object> run(FinishedRun run) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", run.seed());
    json.put("validation", run.validation());
    json.put("test", run.test());
    json.put("bestEpoch", run.bestEpoch());
    json.put("seconds", Math.round(1000 * run.seconds()) / 1000.0);
    json.put("digest", run.digest());
    return json;
  }

  /** The scores of the test rows by name, each the mean over seeds. */
  Map<String, Double> meanScores() {
    Map<String, Double> means = new LinkedHashMap<>();
    for (String score : new ArrayList<>(runs().get(0).test().keySet())) {
      means.put(
          score, runs().stream().mapToDouble(run -> run.test().get(score)).average().orElseThrow());
    }
    return means;
  }
}
