package io.haori.cli.tune;

import io.haori.cli.session.Session;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.training.baseline.DenseComparison;
import io.haori.training.baseline.DenseComparison.Cost;
import io.haori.training.task.answer.AnswerTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a sparse module costs beside the dense one, in a table and as JSON.
 *
 * @param costs one a model
 * @param metric name of their score
 */
record DenseTable(List<Cost> costs, String metric) {
  /** Prints the table. */
  void show(Session session) {
    Table table =
        new Table(
            "",
            metric,
            "1 text p50/p95 ms",
            DenseComparison.BATCH + " texts p50/p95 ms",
            "module",
            "peak RSS",
            "stored");
    for (Cost cost : costs) {
      table.row(
          cost.name(),
          cost.score() == null ? "–" : String.format(Locale.ROOT, "%.4f", cost.score()),
          text(cost.one()),
          text(cost.batch()),
          ScoreText.bytes(cost.moduleBytes()),
          cost.peakMegabytes().isPresent() ? cost.peakMegabytes().getAsLong() + " MB" : "–",
          cost.storedBytes() == null ? "–" : ScoreText.bytes(cost.storedBytes()));
    }
    session.console().out().println();
    table.print(session.console());
    session
        .console()
        .out()
        .println(
            "Dense is a run of its own; all answered in turns in this process, whose memory they"
                + " share.");
  }

  private static String text(AnswerTimes.Times times) {
    return String.format(Locale.ROOT, "%.1f / %.1f", times.p50(), times.p95());
  }

  /** As the command's JSON shows it. */
  List<Map<String, Object>> forJson() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Cost cost : costs) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", cost.name());
      if (cost.score() != null) {
        row.put(metric, cost.score());
      }
      row.put("oneTextP50Ms", cost.one().p50());
      row.put("oneTextP95Ms", cost.one().p95());
      row.put("batchTexts", DenseComparison.BATCH);
      row.put("batchP50Ms", cost.batch().p50());
      row.put("batchP95Ms", cost.batch().p95());
      row.put("moduleBytes", cost.moduleBytes());
      cost.peakMegabytes().ifPresent(peak -> row.put("peakRssMb", peak));
      if (cost.storedBytes() != null) {
        row.put("storedBytes", cost.storedBytes());
      }
      rows.add(row);
    }
    return rows;
  }
}
