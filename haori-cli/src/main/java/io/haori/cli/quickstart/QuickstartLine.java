package io.haori.cli.quickstart;

import io.haori.analysis.comparison.AnswerDifference;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.mix.SharesView;
import io.haori.training.baseline.TaskFit;
import io.haori.training.mix.ModuleShares;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One line of the quickstart, in its turn the new one: few of its labelled rows, fitted in four
 * ways.
 *
 * @param name of the line and its folder
 * @param rows labelled rows learnt from
 * @param own test accuracy of its own module, of many labelled rows
 * @param frozen a linear head on the frozen base
 * @param lora a new LoRA alone
 * @param mix the modules of the other lines, mixed (DoMIX)
 * @param started from the mean of the other lines' modules and heads
 * @param shares which of the others the mix uses
 */
public record QuickstartLine(
    String name,
    int rows,
    double own,
    TaskFit frozen,
    TaskFit lora,
    TaskFit mix,
    TaskFit started,
    ModuleShares shares) {
  /** What the start from the others gains over LoRA alone, in accuracy. */
  Interval overLora(long seed) {
    return started.against(lora, seed);
  }

  /** What it gains over the frozen base, in accuracy. */
  Interval overFrozen(long seed) {
    return started.against(frozen, seed);
  }

  /** The gain of one way over another on the test rows of all lines together. */
  static Interval pooled(
      List<QuickstartLine> lines,
      Function<QuickstartLine, TaskFit> one,
      Function<QuickstartLine, TaskFit> other,
      long seed) {
    return AnswerDifference.ofAccuracies(
        right(lines.stream().map(one).toList()), right(lines.stream().map(other).toList()), seed);
  }

  /** Accuracy over the test rows of all lines together. */
  static double accuracy(List<QuickstartLine> lines, Function<QuickstartLine, TaskFit> way) {
    boolean[] right = right(lines.stream().map(way).toList());
    int count = 0;
    for (boolean one : right) {
      count += one ? 1 : 0;
    }
    return (double) count / right.length;
  }

  private static boolean[] right(List<TaskFit> fits) {
    List<Boolean> all = new ArrayList<>();
    for (TaskFit fit : fits) {
      for (boolean one : fit.right()) {
        all.add(one);
      }
    }
    boolean[] right = new boolean[all.size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = all.get(i);
    }
    return right;
  }

  /** As the command's JSON shows it. */
  Map<String, Object> forJson(long seed) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("line", name);
    json.put("own", own);
    json.put("frozen", accuracy(frozen));
    json.put("lora", accuracy(lora));
    json.put("mix", accuracy(mix));
    json.put("started", accuracy(started));
    Interval gain = overLora(seed);
    json.put("gain", gain.estimate());
    json.put("gainInterval", new double[] {gain.low(), gain.high()});
    json.put("contributions", SharesView.forJson(shares));
    return json;
  }

  /** The test accuracy of one way. */
  static double accuracy(TaskFit fit) {
    return fit.test().getOrDefault("accuracy", Double.NaN);
  }
}
