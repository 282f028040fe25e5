package io.haori.cli.mix;

import io.haori.analysis.statistics.Interval;
import io.haori.cli.terminal.Table;
import io.haori.training.mix.ModuleShares;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which modules a mix uses, in a table and as JSON. */
public final class SharesView {
  private SharesView() {}

  /** One row a module. */
  static Table table(ModuleShares shares) {
    Table table = new Table("module", "share", shares.score() + " without it", "95 % interval");
    boolean percent = !shares.score().equals("pearson");
    for (int k = 0; k < shares.modules().size(); k++) {
      Interval change = shares.leaveOneOut().get(k);
      table.row(
          shares.modules().get(k),
          String.format(Locale.ROOT, "%.1f %%", 100 * shares.shares().get(k)),
          difference(change.estimate(), percent),
          difference(change.low(), percent) + " to " + difference(change.high(), percent));
    }
    return table;
  }

  /** Shares in points of percent, a correlation as it is. */
  private static String difference(double value, boolean percent) {
    return percent
        ? String.format(Locale.ROOT, "%+.1f", 100 * value)
        : String.format(Locale.ROOT, "%+.3f", value);
  }

  /** As a command's JSON shows it. */
  public static List<Map<String, Object>> forJson(ModuleShares shares) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int k = 0; k < shares.modules().size(); k++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("module", shares.modules().get(k));
      one.put("share", shares.shares().get(k));
      Interval change = shares.leaveOneOut().get(k);
      one.put("score", shares.score());
      one.put("leaveOneOut", change.estimate());
      one.put("leaveOneOutInterval", new double[] {change.low(), change.high()});
      Map<String, Double> layers = new LinkedHashMap<>();
      int module = k;
      shares.byLayer().forEach((layer, values) -> layers.put(layer, values[module]));
      one.put("layers", layers);
      list.add(one);
    }
    return list;
  }
}
