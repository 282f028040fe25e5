package io.haori.cli.mix;

import io.haori.analysis.statistics.Interval;
import io.haori.training.mix.AnswerShares;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which modules a decoder's mix uses, as lines and as JSON. */
final class AnswerSharesView {
  private AnswerSharesView() {}

  /**
   * A line a module.
   *
   * @param measured what was found
   * @param routed whether shares are those of tokens, by a rule
   */
  static List<String> words(AnswerShares measured, boolean routed) {
    List<String> words = new ArrayList<>();
    boolean known = measured.shares().stream().anyMatch(share -> share > 0);
    words.add(
        !known
            ? "The answers without each module:"
            : routed
                ? "Mean shares of the modules, over the tokens of these rows:"
                : "Shares of the modules in the update:");
    for (int k = 0; k < measured.modules().size(); k++) {
      String share =
          known ? String.format(Locale.ROOT, "%.1f %%", 100 * measured.shares().get(k)) : "";
      words.add("  " + measured.modules().get(k) + ": " + share + without(measured, k, known));
    }
    return words;
  }

  private static String without(AnswerShares measured, int module, boolean after) {
    if (module >= measured.without().size()) {
      return "";
    }
    Interval loss = measured.without().get(module).loss();
    Interval exact = measured.without().get(module).exactMatch();
    return String.format(
        Locale.ROOT,
        "%swithout it loss %+.4f (%+.4f to %+.4f), exactly right %+.1f points (%+.1f to %+.1f)",
        after ? "; " : "",
        loss.estimate(),
        loss.low(),
        loss.high(),
        100 * exact.estimate(),
        100 * exact.low(),
        100 * exact.high());
  }

  /** As the command's JSON shows it. */
  static List<Map<String, Object>> forJson(AnswerShares measured) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int k = 0; k < measured.modules().size(); k++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("module", measured.modules().get(k));
      if (!measured.byLayer().isEmpty()) {
        one.put("share", measured.shares().get(k));
      }
      if (k < measured.without().size()) {
        one.put("rows", measured.rows());
        put(one, "lossWithout", measured.without().get(k).loss());
        put(one, "exactMatchWithout", measured.without().get(k).exactMatch());
      }
      Map<String, Double> layers = new LinkedHashMap<>();
      int module = k;
      measured.byLayer().forEach((layer, values) -> layers.put(layer, values[module]));
      one.put("layers", layers);
      list.add(one);
    }
    return list;
  }

  private static void put(Map<String, Object> one, String name, Interval change) {
    one.put(name, change.estimate());
    one.put(name + "Interval", new double[] {change.low(), change.high()});
  }
}
