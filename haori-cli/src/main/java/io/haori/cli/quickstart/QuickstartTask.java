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
 * One small task of the quickstart, fitted in three ways.
 *
 * @param domain name of its folder
 * @param trainRows labelled rows learnt from
 * @param frozen a linear head on the frozen base
 * @param lora a new LoRA without domain modules
 * @param mix the domain modules, mixed
 * @param shares which modules the mix uses
 */
public record QuickstartTask(
    String domain, int trainRows, TaskFit frozen, TaskFit lora, TaskFit mix, ModuleShares shares) {
  /** What the mix gains over the frozen base, in accuracy. */
  Interval overFrozen(long seed) {
    return mix.against(frozen, seed);
  }

  /** What the mix gains over LoRA alone, in accuracy. */
  Interval overLora(long seed) {
    return mix.against(lora, seed);
  }

  /** The gain of one way over another on the test rows of all tasks together. */
  static Interval pooled(
      List<QuickstartTask> tasks,
      Function<QuickstartTask, TaskFit> one,
      Function<QuickstartTask, TaskFit> other,
      long seed) {
    return AnswerDifference.ofAccuracies(
        right(tasks.stream().map(one).toList()), right(tasks.stream().map(other).toList()), seed);
  }

  /** Accuracy over the test rows of all tasks together. */
  static double accuracy(List<QuickstartTask> tasks, Function<QuickstartTask, TaskFit> way) {
    boolean[] right = right(tasks.stream().map(way).toList());
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
    json.put("domain", domain);
    json.put("frozen", accuracy(frozen));
    json.put("lora", accuracy(lora));
    json.put("mix", accuracy(mix));
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
