package io.haori.cli.advise;

import io.haori.analysis.payback.Costs;
import io.haori.analysis.payback.HandOver;
import io.haori.analysis.payback.Payback;
import io.haori.analysis.payback.Payback.Sensitivity;
import io.haori.analysis.payback.Payback.Spread;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.terminal.Flags;
import io.haori.training.choice.HeldOutProbe;
import io.haori.training.choice.MethodRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The sentences of an advice, for the console and for the page. */
final class AdviceWords {
  private static final double PERCENT = 100;
  private static final int MINUTE = 60;

  private AdviceWords() {}

  /** The first line: what follows, how sure that is, and why. */
  static String verdict(Payback payback, Costs costs) {
    double months = costs.withinMonths().likely();
    String limit =
        months == Math.rint(months)
            ? String.format(Locale.ROOT, "%.0f", months)
            : String.format(Locale.ROOT, "%.1f", months);
    String share = AdviceTables.percent(payback.within());
    String currency = costs.currency();
    return switch (payback.verdict()) {
      case GO_ON ->
          "Go on: it pays for itself after %s months; in %s of all cases within the %s that you set."
              .formatted(months(payback.months()), share, limit);
      case STOP ->
          payback.monthly().median() < 0
              ? "Stop: it costs more than it saves, %s %s a month more than today."
                  .formatted(AdviceTables.amount(-payback.monthly().median()), currency)
              : "Stop: only in %s of all cases it pays for itself within the %s months that you set; it saves %s %s a month."
                  .formatted(share, limit, money(payback.monthly()), currency);
      case NOT_KNOWN ->
          "Not known yet: in %s of all cases it pays for itself within the %s months that you set.%s"
              .formatted(share, limit, decides(payback.sensitivities()));
    };
  }

  private static String decides(List<Sensitivity> sensitivities) {
    return sensitivities.stream()
        .filter(Sensitivity::changesVerdict)
        .findFirst()
        .map(
            one ->
                " Find out first: "
                    + (one.name().equals("accuracy")
                        ? "the share of right answers (label more rows)"
                        : one.name())
                    + ".")
        .orElse("");
  }

  /** How well the frozen base answers. */
  static String accuracy(HeldOutProbe probe) {
    Interval accuracy = AdviceJson.accuracy(probe);
    int[] counts = new int[probe.answers().labels().size()];
    for (int label : probe.answers().truth()) {
      counts[label]++;
    }
    int most = 0;
    for (int label = 1; label < counts.length; label++) {
      most = counts[label] > counts[most] ? label : most;
    }
    return String.format(
        Locale.ROOT,
        "A classifier on the frozen base answers %.0f %% of %,d rows that were held out right (%.0f"
            + " to %.0f); %.0f %% would be right by always saying %s.",
        PERCENT * accuracy.estimate(),
        probe.answers().rows(),
        PERCENT * accuracy.low(),
        PERCENT * accuracy.high(),
        PERCENT * counts[most] / probe.answers().rows(),
        probe.answers().labels().get(most));
  }

  /** Who decides a text or picture. */
  static String handOver(Advice advice, HandOver handOver) {
    return advice.ofPictures() ? ofPictures(handOver) : ofTexts(handOver);
  }

  private static String ofPictures(HandOver handOver) {
    if (handOver.share() == 0) {
      return "At these prices every picture is cheapest answered by the model alone.";
    }
    return handOver.share() == 1
        ? "At these prices every picture is cheapest decided by a person."
        : String.format(
            Locale.ROOT,
            "Answers below %.2f go to a person: %.0f %% of the pictures (predict --threshold %.2f"
                + " marks them).",
            handOver.threshold(),
            PERCENT * handOver.share(),
            handOver.threshold());
  }

  private static String ofTexts(HandOver handOver) {
    if (handOver.share() == 0) {
      return "At these prices every text is cheapest answered by the model alone.";
    }
    return handOver.share() == 1
        ? "At these prices every text is cheapest decided by a person."
        : String.format(
            Locale.ROOT,
            "Answers below %.2f go to a person: %.0f %% of the texts (predict --threshold %.2f"
                + " marks them).",
            handOver.threshold(),
            PERCENT * handOver.share(),
            handOver.threshold());
  }

  /** What the rule that was learnt from the project's own results names. */
  static String rule(Advice advice) {
    MethodRule.Named rule = advice.rule();
    if (advice.ofPictures()) {
      return "By this project's own results: not known, as its sets are texts, not pictures.";
    }
    if (rule == null) {
      return "By this project's own results: not known, as too few of its sets are like this one.";
    }
    String sets = String.join(", ", rule.sets());
    return rule.way().equals(MethodRule.LORA)
        ? "By this project's own results: lora; on the sets most like this one (%s) no other way is known to gain a point."
            .formatted(sets)
        : String.format(
            Locale.ROOT,
            "By this project's own results: %s; on the sets most like this one (%s) it gained %.1f"
                + " points over lora.",
            rule.way(),
            sets,
            PERCENT * rule.gain());
  }

  /** What there is for pictures alone; nothing for texts. */
  static List<String> ofPictures(Advice advice) {
    return advice.ofPictures()
        ? List.of(
            "With few pictures: haori tune --set training.augment=flip,rotate learns from altered"
                + " copies as well; leave out what changes the meaning.",
            "With many good pictures and few of defects: haori anomaly fit learns from good ones"
                + " alone.")
        : List.of();
  }

  /** How the table of methods is to be read. */
  static String estimates() {
    return String.format(
        Locale.ROOT,
        "Of one fit with the usual epochs at most, from short fits just now; by the clock it takes"
            + " at least that divided by the %d processors.",
        Runtime.getRuntime().availableProcessors());
  }

  /** Methods that cannot learn from so few rows, and why. */
  static List<String> refused(List<MethodEstimate> estimates) {
    return estimates.stream()
        .filter(one -> one.refused() != null)
        .map(one -> one.method() + ": " + Flags.inPlaceOfSettings(String.valueOf(one.refused())))
        .toList();
  }

  /** What texts without labels are good for, by how far they are from the rows. */
  static String corpora() {
    return "A distance of 0 means that a classifier cannot tell the texts from the rows, 2 that it"
        + " always can. Whether modules of such texts (haori pretrain, haori mix) help a task is"
        + " measured by haori mix --baselines lora.";
  }

  /** What to try first. */
  static String command(Path data, Advice advice) {
    String method =
        switch (advice.first().method()) {
          case "auto" -> "";
          case AdviseCommand.FROM -> " --from reg:" + advice.nearest().get(0).module();
          case "contrastive" -> " --method lora --set training.loss=contrastive";
          default -> " --method " + advice.first().method();
        };
    return "haori tune --data " + data + method + " --out first";
  }

  /** Why, and its time. */
  static String reason(Advice.First first) {
    double seconds = first.seconds();
    String time =
        seconds < 2 * MINUTE
            ? Math.max(1, Math.round(seconds)) + " s"
            : Math.round(seconds / MINUTE) + " minutes";
    return first.reason() + ". It takes at most about " + time + ".";
  }

  private static String money(Spread spread) {
    return "%s (%s to %s)"
        .formatted(
            AdviceTables.amount(spread.median()),
            AdviceTables.amount(spread.low()),
            AdviceTables.amount(spread.high()));
  }

  private static String months(Spread spread) {
    return "%s (%s to %s)"
        .formatted(
            AdviceTables.month(spread.median()),
            AdviceTables.month(spread.low()),
            AdviceTables.month(spread.high()));
  }
}
