package io.haori.cli.quickstart;

import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.Page;
import io.haori.analysis.report.SvgBars;
import io.haori.analysis.report.SvgHeatMap;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.terminal.PeakMemory;
import io.haori.cli.tune.BaselineView;
import io.haori.core.language.Catalogue;
import io.haori.training.baseline.TaskFit;
import io.haori.training.mix.ModuleShares;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The quickstart's page: one HTML file that needs no other, for somebody who decides and does not
 * train.
 *
 * @param base name of the frozen model
 * @param lines the result of each line in its turn as the new one
 * @param seed of the intervals' bootstrap
 * @param moduleSeconds until all lines had their module
 * @param seconds of the whole run
 * @param out the folder with all of it
 */
public record QuickstartReport(
    String base,
    List<QuickstartLine> lines,
    long seed,
    double moduleSeconds,
    double seconds,
    Path out) {
  /** The result, in sentences for the top of the page and for the console. */
  public List<String> findings() {
    Interval overFrozen = gainOver(QuickstartLine::frozen);
    Interval overLora = gainOver(QuickstartLine::lora);
    List<String> findings = new ArrayList<>();
    findings.add(
        String.format(
            Locale.ROOT,
            "A new line with %d labelled rows, over %d lines: started from the modules of the other"
                + " lines it is right in %s; LoRA alone in %s, a linear head on the frozen base in"
                + " %s, a mix of the same modules in %s.",
            lines.get(0).rows(),
            lines.size(),
            percent(QuickstartLine.accuracy(lines, QuickstartLine::started)),
            percent(QuickstartLine.accuracy(lines, QuickstartLine::lora)),
            percent(QuickstartLine.accuracy(lines, QuickstartLine::frozen)),
            percent(QuickstartLine.accuracy(lines, QuickstartLine::mix))));
    findings.add("The start from the others compared with LoRA alone: " + word(overLora) + ".");
    findings.add(
        "The start from the others compared with the frozen base: " + word(overFrozen) + ".");
    findings.add(
        String.format(
            Locale.ROOT,
            "Modules of %d labelled rows of the line itself are right in %s.",
            QuickstartCommand.LINE_ROWS,
            percent(lines.stream().mapToDouble(QuickstartLine::own).average().orElseThrow())));
    findings.add(advice(overLora));
    return findings;
  }

  private Interval gainOver(Function<QuickstartLine, TaskFit> other) {
    return QuickstartLine.pooled(lines, QuickstartLine::started, other, seed);
  }

  /** What an interval says, in the words of all reports. */
  private static String word(Interval gain) {
    String measured = " (" + BaselineView.inWords(Figures.PERCENT, gain) + ")";
    if (gain.low() > 0) {
      return "better" + measured;
    }
    return gain.high() < 0 ? "worse" + measured : "no difference shown" + measured;
  }

  /** What to do with it; follows from the figures. */
  private static String advice(Interval overLora) {
    if (overLora.low() > 0) {
      return "Modules of other lines help here: fit one a line, label a few rows of a new line, and"
          + " start it from them (haori tune --from).";
    }
    return overLora.high() < 0
        ? "The start from the others is worse than LoRA alone: the lines differ too much. Use LoRA"
            + " (haori tune --method lora)."
        : "No difference shown between the start from the others and LoRA alone. Use LoRA, which is"
            + " simpler (haori tune --method lora), or label more rows and measure again.";
  }

  /** The whole page. */
  public String html(Catalogue words) {
    Page page = new Page("A new line that starts from the modules of the others", words);
    findings().forEach(page::answer);
    addGain(page);
    addTraining(page);
    addShares(page);
    addCost(page);
    return addNextSteps(page).html();
  }

  private void addGain(Page page) {
    QuickstartLine main = lines.get(0);
    List<List<String>> rows = new ArrayList<>();
    for (QuickstartLine line : lines) {
      rows.add(
          List.of(
              line.name(),
              percent(QuickstartLine.accuracy(line.frozen())),
              percent(QuickstartLine.accuracy(line.lora())),
              percent(QuickstartLine.accuracy(line.mix())),
              percent(QuickstartLine.accuracy(line.started())),
              interval(line.overFrozen(seed)),
              interval(line.overLora(seed)),
              percent(line.own())));
    }
    page.heading("What it gained")
        .paragraph(
            "The task is to find the activity that a definition is about (motion, communication,"
                + " …). All lines have the same labels and texts of different kinds: people, acts,"
                + " things and verbs. Each line is taken in turn as the new one, with "
                + main.rows()
                + " labelled rows to learn from and "
                + main.started().right().length
                + " that were looked at once, at the end.")
        .picture(picture())
        .table(
            new Grid(
                List.of(
                    "new line",
                    "head alone",
                    "LoRA alone",
                    "mix",
                    "from the others",
                    "others − head",
                    "others − LoRA",
                    "own module, " + QuickstartCommand.LINE_ROWS + " rows"),
                rows))
        .paragraph(
            "Differences are in percentage points, with their 95 % intervals (bootstrap over the"
                + " test rows). Where the interval contains 0, no difference is shown.");
  }

  /** Three bars a line: the picture of the page and of the README. */
  public SvgBars picture() {
    return new SvgBars(
        "Accuracy of a linear head alone, LoRA alone and the start from the others, by new line",
        List.of("linear head on the frozen base", "LoRA alone", "started from the other lines"),
        lines.stream().map(QuickstartLine::name).toList(),
        lines.stream()
            .map(
                line ->
                    List.of(
                        QuickstartLine.accuracy(line.frozen()),
                        QuickstartLine.accuracy(line.lora()),
                        QuickstartLine.accuracy(line.started())))
            .toList());
  }

  private void addTraining(Page page) {
    page.heading("What was trained")
        .paragraph(
            "The base model "
                + base
                + " stayed frozen. Each line got one LoRA module and a head, from "
                + QuickstartCommand.LINE_ROWS
                + " labelled definitions of WordNet 3.1. No text of one line is in another.")
        .paragraph(
            "A new line starts from the mean of the other lines' modules and heads; the module"
                + " stays as it is, and the head is moved towards the new line's rows as far as"
                + " cross-validation gains.");
  }

  private void addShares(Page page) {
    QuickstartLine main = lines.get(0);
    ModuleShares shares = main.shares();
    List<List<String>> rows = new ArrayList<>();
    for (int k = 0; k < shares.modules().size(); k++) {
      Interval change = shares.leaveOneOut().get(k);
      rows.add(
          List.of(
              shares.modules().get(k),
              percent(shares.shares().get(k)),
              points(change.estimate()),
              Figures.PERCENT.interval(change.low(), change.high())));
    }
    page.heading("Which lines helped")
        .paragraph(
            "A mix learns which modules a task uses. For "
                + main.name()
                + ": each row is a module, each column a layer of the base; the darker, the more of"
                + " the layer's change passes through the module (in %).")
        .picture(new SvgHeatMap(shares.modules(), shares.byLayer()))
        .table(
            new Grid(
                List.of("module", "share of the change", "accuracy without it", "95 % interval"),
                rows));
  }

  private void addCost(Page page) {
    QuickstartLine main = lines.get(0);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of(lines.size() + " modules, one a line", "", wholeSeconds(moduleSeconds)));
    for (TaskFit fit : List.of(main.frozen(), main.lora(), main.mix(), main.started())) {
      rows.add(List.of(fit.name(), count(fit.trainable()), wholeSeconds(fit.seconds())));
    }
    page.heading("What it cost")
        .table(new Grid(List.of("", "trained numbers", "seconds"), rows))
        .paragraph(
            String.format(
                Locale.ROOT,
                "The whole run took %.0f s on %d processors and at most %,d MB of memory. A line's"
                    + " module is fitted once and helps every later line.",
                seconds,
                Runtime.getRuntime().availableProcessors(),
                PeakMemory.megabytes()));
  }

  private Page addNextSteps(Page page) {
    return page.heading("What to do next")
        .paragraph(advice(gainOver(QuickstartLine::lora)))
        .paragraph(
            "With your own lines, each a spreadsheet with a column of texts and one of labels:")
        .command(
            """
            ./haori tune --data line-a.xlsx --out modules/line-a
            ./haori tune --data line-b.xlsx --out modules/line-b
            ./haori tune --data new-line.xlsx --from modules/line-a modules/line-b --out new-line
            echo "a text of yours" | ./haori predict --adapter new-line --input -\
            """)
        .paragraph("or use what this run made:")
        .command(
            "echo \"someone who carries messages\" | ./haori predict --adapter "
                + out
                + "/new/"
                + lines.get(0).name()
                + " --input -");
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String wholeSeconds(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String interval(Interval gain) {
    return points(gain.estimate()) + " (" + Figures.PERCENT.interval(gain.low(), gain.high()) + ")";
  }

  private static String percent(double share) {
    return Figures.PERCENT.text(share);
  }

  private static String points(double share) {
    return Figures.PERCENT.difference(share);
  }
}
