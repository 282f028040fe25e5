package io.haori.cli.advise;

import io.haori.analysis.payback.Payback;
import io.haori.analysis.payback.Payback.Spread;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.PeakMemory;
import io.haori.core.files.AtomicFiles;
import io.haori.training.choice.HeldOutProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An advice for programs and for later.
 *
 * @param advice what was found out
 */
record AdviceJson(Advice advice) {
  /** Name of the file in the folder of {@code --out}. */
  static final String FILE = "plan.json";

  /** Share of right answers, with its 95 % interval. */
  static Interval accuracy(HeldOutProbe probe) {
    int rows = probe.answers().rows();
    return WilsonInterval.of((int) Math.round(probe.answers().accuracy() * rows), rows);
  }

  void into(JsonResult json) {
    HeldOutProbe probe = advice.probe();
    Advice.Money money = advice.money();
    json.put("verdict", money == null ? null : word(money.payback().verdict()))
        .put("splits", advice.summary().splits())
        .put("warnings", advice.summary().warnings())
        .put("rows", probe.rows())
        .put("heldOut", probe.answers().rows())
        .put("accuracy", accuracy(probe))
        .put(
            "curve",
            probe.shares().stream()
                .map(one -> Map.of("rows", one.learnt(), "accuracy", one.accuracy()))
                .toList())
        .put("forecasts", advice.forecasts())
        .put("first", advice.first());
    if (money != null) {
      json.put("costs", money.costs())
          .put("threshold", money.handOver().threshold())
          .put("toPerson", money.handOver().share())
          .put("payback", map(money.payback()));
    }
  }

  private static Map<String, @Nullable Object> map(Payback payback) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("within", payback.within());
    map.put("months", map(payback.months()));
    map.put("monthly", map(payback.monthly()));
    map.put("once", map(payback.once()));
    map.put("todayMonthly", map(payback.todayMonthly()));
    map.put("outsourcedMonthly", map(payback.outsourcedMonthly()));
    map.put("sensitivities", payback.sensitivities());
    return map;
  }

  /** Never is null: JSON has no infinite numbers. */
  private static Map<String, @Nullable Object> map(Spread spread) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("low", finite(spread.low()));
    map.put("median", finite(spread.median()));
    map.put("high", finite(spread.high()));
    return map;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static String word(Payback.Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Writes it. */
  static void write(Path out, JsonResult json, double seconds) throws IOException {
    Files.createDirectories(out);
    AtomicFiles.writeText(out.resolve(FILE), json.line(seconds, PeakMemory.megabytes()) + "\n");
  }
}
