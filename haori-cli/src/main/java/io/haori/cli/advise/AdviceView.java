package io.haori.cli.advise;

import io.haori.analysis.payback.Costs;
import io.haori.analysis.payback.HandOver;
import io.haori.analysis.payback.Payback;
import io.haori.analysis.payback.Payback.Sensitivity;
import io.haori.analysis.payback.Payback.Spread;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Table;
import io.haori.training.choice.HeldOutProbe;
import io.haori.training.choice.LabelForecast.Forecast;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Prints an advice; the verdict is its first line.
 *
 * @param console where it is shown
 * @param data as the user named it
 * @param seed of the run
 */
record AdviceView(Console console, Path data, long seed) {
  private static final double PERCENT = 100;
  private static final int MINUTE = 60;
  private static final int SHOWN_SENSITIVITIES = 5;

  void print(Advice advice, @Nullable Payback payback) {
    Costs costs = advice.costs();
    HandOver handOver = advice.handOver();
    if (payback != null && costs != null) {
      line(verdict(payback, costs));
    }
    ground(advice);
    if (payback != null && costs != null && handOver != null) {
      money(payback, costs, handOver);
    }
    next(advice);
  }

  /** The first line: what follows, how sure that is, and why. */
  static String verdict(Payback payback, Costs costs) {
    String limit = number(costs.withinMonths().likely());
    String share = String.format(Locale.ROOT, "%.0f %%", PERCENT * payback.within());
    return switch (payback.verdict()) {
      case GO_ON ->
          "Go on: it pays for itself after %s months; in %s of all cases within the %s that you set."
              .formatted(months(payback.months()), share, limit);
      case STOP ->
          payback.monthly().median() < 0
              ? "Stop: it costs more than it saves, %s %s a month more than today."
                  .formatted(amount(-payback.monthly().median()), costs.currency())
              : "Stop: only in %s of all cases it pays for itself within the %s months that you set; it saves %s %s a month."
                  .formatted(share, limit, money(payback.monthly()), costs.currency());
      case NOT_KNOWN ->
          "Not known yet: in %s of all cases it pays for itself within the %s months that you set.%s"
              .formatted(share, limit, decides(payback.sensitivities()));
    };
  }

  private static String decides(List<Sensitivity> sensitivities) {
    return sensitivities.stream()
        .filter(Sensitivity::changesVerdict)
        .findFirst()
        .map(one -> " Find out first: " + words(one.name()) + ".")
        .orElse("");
  }

  private static String words(String name) {
    return name.equals("accuracy") ? "the share of right answers (label more rows)" : name;
  }

  private void ground(Advice advice) {
    HeldOutProbe probe = advice.probe();
    Interval accuracy = AdviceJson.accuracy(probe);
    line("");
    line(
        String.format(
            Locale.ROOT,
            "A classifier on the frozen base answers %.0f %% of %,d rows that were held out right"
                + " (%.0f to %.0f); %.0f %% would be right by always saying %s.",
            PERCENT * accuracy.estimate(),
            probe.answers().rows(),
            PERCENT * accuracy.low(),
            PERCENT * accuracy.high(),
            PERCENT * most(probe),
            mostFrequent(probe)));
    Table table = new Table("labels", "right answers", "what that adds, 80 % interval");
    for (HeldOutProbe.Share one : probe.shares()) {
      table.row(
          String.format(Locale.ROOT, "%,d", one.learnt()),
          String.format(Locale.ROOT, "%.1f %%", PERCENT * one.accuracy()),
          "");
    }
    for (Forecast one : advice.forecasts()) {
      table.row(
          String.format(Locale.ROOT, "%,d more", one.more()),
          String.format(Locale.ROOT, "about %.1f %%", PERCENT * one.accuracy()),
          String.format(
              Locale.ROOT,
              "%+.1f points (%.1f to %.1f)",
              PERCENT * one.gain(),
              PERCENT * one.gainLow(),
              PERCENT * one.gainHigh()));
    }
    line("");
    table.print(console);
    line("");
  }

  private static double most(HeldOutProbe probe) {
    int[] counts = counts(probe);
    int most = 0;
    for (int count : counts) {
      most = Math.max(most, count);
    }
    return (double) most / probe.answers().rows();
  }

  private static int[] counts(HeldOutProbe probe) {
    int[] counts = new int[probe.answers().labels().size()];
    for (int label : probe.answers().truth()) {
      counts[label]++;
    }
    return counts;
  }

  private static String mostFrequent(HeldOutProbe probe) {
    int[] counts = counts(probe);
    int best = 0;
    for (int label = 1; label < counts.length; label++) {
      best = counts[label] > counts[best] ? label : best;
    }
    return probe.answers().labels().get(best);
  }

  private void money(Payback payback, Costs costs, HandOver handOver) {
    line(
        handOver.share() == 0
            ? "At these prices every text is cheapest answered by the model alone."
            : handOver.share() == 1
                ? "At these prices every text is cheapest decided by a person."
                : String.format(
                    Locale.ROOT,
                    "Answers below %.2f go to a person: %.0f %% of the texts (predict --threshold"
                        + " %.2f marks them).",
                    handOver.threshold(),
                    PERCENT * handOver.share(),
                    handOver.threshold()));
    line("");
    Table table = new Table(costs.currency(), "likely", "low", "high");
    row(table, "today, a month", payback.todayMonthly());
    row(table, "saved, a month", payback.monthly());
    if (costs.outsourcing() != null) {
      row(table, "saved over outsourcing, a month", payback.outsourcedMonthly());
    }
    row(table, "paid once", payback.once());
    table.row(
        "months until it has paid for itself",
        month(payback.months().median()),
        month(payback.months().low()),
        month(payback.months().high()));
    table.print(console);
    line("Low and high: 10 % of all cases are below and above.");
    line("");
    Table matters =
        new Table("what matters", "pays in time where it is low", "where it is high", "");
    payback.sensitivities().stream()
        .limit(SHOWN_SENSITIVITIES)
        .forEach(
            one ->
                matters.row(
                    one.name(),
                    percent(one.atLow()),
                    percent(one.atHigh()),
                    one.changesVerdict() ? "decides" : ""));
    matters.print(console);
    line("");
  }

  private void next(Advice advice) {
    Advice.First first = advice.first();
    line(
        "First: haori tune --data "
            + data
            + (first.method().equals("auto") ? "" : " --method " + first.method())
            + " --out first");
    line("  " + first.reason() + ". It takes at most about " + time(first.seconds()) + ".");
    line("Then: haori data order shows which texts to label next.");
  }

  private static void row(Table table, String name, Spread spread) {
    table.row(name, amount(spread.median()), amount(spread.low()), amount(spread.high()));
  }

  private static String money(Spread spread) {
    return amount(spread.median())
        + " ("
        + amount(spread.low())
        + " to "
        + amount(spread.high())
        + ")";
  }

  private static String months(Spread spread) {
    return month(spread.median())
        + " ("
        + month(spread.low())
        + " to "
        + month(spread.high())
        + ")";
  }

  private static String month(double value) {
    return Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String amount(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", PERCENT * share);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String time(double seconds) {
    return seconds < 2 * MINUTE
        ? Math.max(1, Math.round(seconds)) + " s"
        : Math.round(seconds / MINUTE) + " minutes";
  }

  private void line(String text) {
    console.out().println(Objects.requireNonNull(text));
  }
}
