package io.haori.cli.advise;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.PeakMemory;
import io.haori.core.files.AtomicFiles;
import io.haori.training.choice.HeldOutProbe;
import io.haori.training.data.summary.Writing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
    Writing writing = advice.ground().writing();
    json.put("verdict", money == null ? null : money.payback().verdict().word())
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
        .put("first", advice.first())
        .put("rule", advice.rule())
        .put("nearest", advice.nearest())
        .put("writing", writing == null ? List.of() : writing.shares())
        .put("estimates", advice.ground().estimates())
        .put("corpora", advice.ground().corpora());
    if (money != null) {
      json.put("costs", money.costs())
          .put("threshold", money.handOver().threshold())
          .put("toPerson", money.handOver().share())
          .put("payback", money.payback().byName());
    }
  }

  /** Writes it. */
  static void write(Path out, JsonResult json, double seconds) throws IOException {
    Files.createDirectories(out);
    AtomicFiles.writeText(out.resolve(FILE), json.line(seconds, PeakMemory.megabytes()) + "\n");
  }
}
