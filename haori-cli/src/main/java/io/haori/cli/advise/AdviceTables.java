package io.haori.cli.advise;

import io.haori.analysis.payback.Costs;
import io.haori.analysis.payback.HandOver;
import io.haori.analysis.payback.HeldOutAnswers;
import io.haori.analysis.payback.Payback;
import io.haori.analysis.payback.Payback.Spread;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.inference.tokens.TextCoverage;
import io.haori.training.choice.HeldOutProbe;
import io.haori.training.choice.LabelForecast.Forecast;
import io.haori.training.data.summary.DataWarning;
import io.haori.training.data.summary.SplitSummary;
import io.haori.training.data.summary.Writing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The tables of an advice, for the console and for the page. */
final class AdviceTables {
  private static final double PERCENT = 100;
  private static final int MOST_SENSITIVITIES = 5;
  private static final int MOST_LABELS = 10;

  private AdviceTables() {}

  /** What was measured with growing shares of the rows, and what more labels would give. */
  static Grid curve(Advice advice) {
    List<List<String>> rows = new ArrayList<>();
    for (HeldOutProbe.Share one : advice.probe().shares()) {
      rows.add(List.of(Figures.COUNT.text(one.learnt()), Figures.PERCENT.text(one.accuracy()), ""));
    }
    for (Forecast one : advice.forecasts()) {
      rows.add(
          List.of(
              Figures.COUNT.text(one.more()) + " more",
              "about " + Figures.PERCENT.text(one.accuracy()),
              String.format(
                  Locale.ROOT,
                  "%+.1f points (%.1f to %.1f)",
                  PERCENT * one.gain(),
                  PERCENT * one.gainLow(),
                  PERCENT * one.gainHigh())));
    }
    return new Grid(List.of("labels", "right answers", "what that adds, 80 % interval"), rows);
  }

  /** The labels with the most wrong answers. */
  static Grid labels(Advice advice) {
    HeldOutAnswers answers = advice.probe().answers();
    HandOver handOver = advice.money() == null ? null : advice.money().handOver();
    int count = answers.labels().size();
    int[] rows = new int[count];
    int[] right = new int[count];
    int[] toPerson = new int[count];
    int[][] said = new int[count][count];
    for (int row = 0; row < answers.rows(); row++) {
      int truth = answers.truth()[row];
      rows[truth]++;
      right[truth] += answers.isRight(row) ? 1 : 0;
      toPerson[truth] += handOver != null && handOver.toPerson()[row] ? 1 : 0;
      said[truth][answers.answers()[row]]++;
    }
    List<List<String>> table = new ArrayList<>();
    IntStream.range(0, count)
        .boxed()
        .filter(label -> rows[label] > 0)
        .sorted(Comparator.comparingInt(label -> right[label] - rows[label]))
        .limit(MOST_LABELS)
        .forEach(
            label -> {
              List<String> cells = new ArrayList<>();
              cells.add(answers.labels().get(label));
              cells.add(Figures.COUNT.text(rows[label]));
              cells.add(share(right[label], rows[label]));
              cells.add(mistaken(answers.labels(), said[label], label));
              if (handOver != null) {
                cells.add(share(toPerson[label], rows[label]));
              }
              table.add(cells);
            });
    List<String> header =
        new ArrayList<>(List.of("label", "rows", "right", "most often taken for"));
    if (handOver != null) {
      header.add("to a person");
    }
    return new Grid(header, table);
  }

  private static String mistaken(List<String> labels, int[] said, int own) {
    int most = -1;
    for (int label = 0; label < said.length; label++) {
      if (label != own && said[label] > 0 && (most < 0 || said[label] > said[most])) {
        most = label;
      }
    }
    return most < 0 ? "" : labels.get(most);
  }

  private static String share(int count, int all) {
    return percent((double) count / all);
  }

  /** What is there: rows, labels, languages, and what of them a base cannot read. */
  static Grid ground(Advice advice) {
    SplitSummary train = advice.summary().splits().get(0);
    TextCoverage coverage = advice.summary().coverage();
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            advice.ofPictures() ? "labelled pictures" : "labelled rows",
            Figures.COUNT.text(train.rows())));
    List<Map.Entry<String, Long>> labels =
        train.labels().entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .toList();
    rows.add(List.of("most frequent label", counted(labels.get(0))));
    rows.add(List.of("rarest label", counted(labels.get(labels.size() - 1))));
    Writing writing = advice.ground().writing();
    if (writing != null) {
      for (Writing.Share one : writing.shares()) {
        rows.add(List.of(one.script().words(), percent(one.share())));
      }
      rows.add(List.of("tokens unknown to the base", tenths(coverage.unknownShare())));
      rows.add(List.of("rows cut at the length limit", tenths(coverage.cutShare())));
      rows.add(
          List.of("rows with the text of an earlier one", Figures.COUNT.text(train.duplicates())));
      rows.add(
          List.of("texts with two labels", Figures.COUNT.text(warned(advice, "contradictions"))));
    }
    rows.add(
        List.of("test rows learnt from", Figures.COUNT.text(warned(advice, "test-in-training"))));
    return new Grid(List.of("what is there", ""), rows, true);
  }

  private static long warned(Advice advice, String kind) {
    return advice.summary().warnings().stream()
        .filter(one -> one.kind().equals(kind))
        .mapToLong(DataWarning::count)
        .sum();
  }

  private static String counted(Map.Entry<String, Long> label) {
    return label.getKey() + " (" + Figures.COUNT.text(label.getValue()) + ")";
  }

  private static String tenths(double share) {
    return Figures.PERCENT.text(share);
  }

  /** What each method takes on this machine. */
  static Grid estimates(Advice advice) {
    return new Grid(
        List.of("method", "processor time", "memory"),
        advice.ground().estimates().stream()
            .filter(one -> one.refused() == null)
            .map(
                one ->
                    List.of(
                        one.method(),
                        Figures.SECONDS.text(one.processorSeconds()),
                        one.megabytes() == 0 ? "" : Figures.COUNT.text(one.megabytes()) + " MB"))
            .toList());
  }

  /** Texts without labels. */
  static Grid corpora(Advice advice) {
    return new Grid(
        List.of("texts without labels", "texts", "tokens", "unknown", "distance from the rows"),
        advice.ground().corpora().stream()
            .map(
                one ->
                    List.of(
                        one.name(),
                        Figures.COUNT.text(one.texts()),
                        Figures.COUNT.text(one.tokens()),
                        tenths(one.unknownShare()),
                        String.format(Locale.ROOT, "%.2f", one.distance())))
            .toList());
  }

  /** The nearest modules of a registry. */
  static Grid nearest(Advice advice) {
    return new Grid(
        List.of(
            "nearest module",
            "right as it is",
            advice.ofPictures() ? "pictures differ, of the limit" : "texts differ, of the limit"),
        advice.nearest().stream()
            .map(
                one ->
                    List.of(
                        one.module(),
                        percent(one.right()),
                        one.drift() == null ? "" : percent(one.drift())))
            .toList());
  }

  /** What is paid and saved. */
  static Grid money(Payback payback, Costs costs) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("today, a month", payback.todayMonthly()));
    rows.add(row("saved, a month", payback.monthly()));
    if (costs.outsourcing() != null) {
      rows.add(row("saved over outsourcing, a month", payback.outsourcedMonthly()));
    }
    rows.add(row("paid once", payback.once()));
    rows.add(
        List.of(
            "months until it has paid for itself",
            month(payback.months().median()),
            month(payback.months().low()),
            month(payback.months().high())));
    return new Grid(List.of(costs.currency(), "likely", "low", "high"), rows);
  }

  private static List<String> row(String name, Spread spread) {
    return List.of(name, amount(spread.median()), amount(spread.low()), amount(spread.high()));
  }

  /** What the verdict depends on. */
  static Grid matters(Payback payback) {
    return new Grid(
        List.of("what matters", "pays in time where it is low", "where it is high", ""),
        payback.sensitivities().stream()
            .limit(MOST_SENSITIVITIES)
            .map(
                one ->
                    List.of(
                        one.name(),
                        percent(one.atLow()),
                        percent(one.atHigh()),
                        one.changesVerdict() ? "decides" : ""))
            .toList());
  }

  /** Months, or never. */
  static String month(double value) {
    return Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, "%.1f", value);
  }

  /** Money. */
  static String amount(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  /** A share. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", PERCENT * share);
  }
}
