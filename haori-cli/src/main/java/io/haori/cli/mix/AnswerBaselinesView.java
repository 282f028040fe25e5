package io.haori.cli.mix;

import io.haori.analysis.statistics.Interval;
import io.haori.cli.mix.AnswerBaselines.Compared;
import io.haori.cli.terminal.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A decoder's mix beside other ways of learning its rows: table, sentences and JSON. */
final class AnswerBaselinesView {
  private AnswerBaselinesView() {}

  /**
   * One row a way, the mix first.
   *
   * @param loss of the mix, in nats a token
   * @param exactMatch share of its answers that are exactly right
   * @param others ways beside it
   */
  static Table table(double loss, double exactMatch, List<Compared> others) {
    Table table =
        new Table(
            "way",
            "perplexity",
            "exactly right",
            "the mix gains in loss",
            "95 % interval",
            "exactly right more",
            "95 % interval",
            "trained");
    table.row("the mix", perplexity(loss), percent(exactMatch), "", "", "", "", "");
    for (Compared other : others) {
      table.row(
          other.name(),
          perplexity(other.loss()),
          percent(other.exactMatch()),
          String.format(Locale.ROOT, "%+.4f", other.lossGain().estimate()),
          losses(other.lossGain()),
          String.format(Locale.ROOT, "%+.1f", 100 * other.exactGain().estimate()),
          String.format(
              Locale.ROOT,
              "%+.1f to %+.1f",
              100 * other.exactGain().low(),
              100 * other.exactGain().high()),
          String.format(Locale.ROOT, "%,d", other.trainable()));
    }
    return table;
  }

  private static String perplexity(double loss) {
    return String.format(Locale.ROOT, "%.2f", Math.exp(loss));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String losses(Interval gain) {
    return String.format(Locale.ROOT, "%+.4f to %+.4f", gain.low(), gain.high());
  }

  /** Whether the mix is better, by the loss of the right answers, and what to use where not. */
  static String sentence(Compared other) {
    Interval gain = other.lossGain();
    String measured =
        String.format(Locale.ROOT, "%+.4f nats a token, ", gain.estimate())
            + "95 % interval "
            + losses(gain);
    if (gain.low() > 0) {
      return "The mix is better than " + other.name() + ": " + measured + ".";
    }
    if (gain.high() < 0) {
      return "The mix is worse than "
          + other.name()
          + ": "
          + measured
          + ". Do not use the mix; use "
          + other.instead()
          + " instead.";
    }
    return "No difference shown between the mix and "
        + other.name()
        + ": "
        + measured
        + ". The simpler choice is "
        + other.instead()
        + ".";
  }

  /** As the command's JSON shows it. */
  static List<Map<String, Object>> forJson(List<Compared> others) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Compared other : others) {
      Interval gain = other.lossGain();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", other.name());
      one.put("loss", other.loss());
      one.put("perplexity", Math.exp(other.loss()));
      one.put("exactMatch", other.exactMatch());
      one.put("trainable", other.trainable());
      one.put("mixGains", gain.estimate());
      one.put("mixGainsInterval", new double[] {gain.low(), gain.high()});
      one.put("mixGainsExactMatch", other.exactGain().estimate());
      one.put(
          "mixGainsExactMatchInterval",
          new double[] {other.exactGain().low(), other.exactGain().high()});
      one.put("result", gain.low() > 0 ? "better" : gain.high() < 0 ? "worse" : "no difference");
      one.put("sentence", sentence(other));
      list.add(one);
    }
    return list;
  }
}
