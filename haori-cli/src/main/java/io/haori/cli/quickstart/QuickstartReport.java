package io.haori.cli.quickstart;

import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.Page;
import io.haori.analysis.report.SvgBars;
import io.haori.analysis.report.SvgHeatMap;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.terminal.PeakMemory;
import io.haori.cli.tune.BaselineView;
import io.haori.training.baseline.TaskFit;
import io.haori.training.mix.ModuleShares;
import io.haori.training.pretrain.DomainResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The quickstart's page: one HTML file that needs no other, for somebody who decides and does not
 * train.
 *
 * @param base name of the frozen model
 * @param domains the result of each module
 * @param tasks what they were used for
 * @param seed of the intervals' bootstrap
 * @param pretrainSeconds until all modules were learnt
 * @param seconds of the whole run
 * @param out the folder with all of it
 */
public record QuickstartReport(
    String base,
    List<DomainResult> domains,
    List<QuickstartTask> tasks,
    long seed,
    double pretrainSeconds,
    double seconds,
    Path out) {
  /** Rows of the demo's validation split. */
  private static final int VALIDATION_ROWS = 200;

  /** The result, in sentences for the top of the page and for the console. */
  public List<String> findings() {
    Interval overFrozen =
        QuickstartTask.pooled(tasks, QuickstartTask::mix, QuickstartTask::frozen, seed);
    Interval overLora =
        QuickstartTask.pooled(tasks, QuickstartTask::mix, QuickstartTask::lora, seed);
    List<String> findings = new ArrayList<>();
    findings.add(
        String.format(
            Locale.ROOT,
            "Over %d small tasks of %d labelled rows the mix of %d domain modules is right in %s;"
                + " a linear head on the frozen base in %s, LoRA alone in %s.",
            tasks.size(),
            tasks.get(0).trainRows(),
            domains.size(),
            percent(QuickstartTask.accuracy(tasks, QuickstartTask::mix)),
            percent(QuickstartTask.accuracy(tasks, QuickstartTask::frozen)),
            percent(QuickstartTask.accuracy(tasks, QuickstartTask::lora))));
    findings.add("The mix compared with the frozen base: " + sentence(overFrozen));
    findings.add("The mix compared with LoRA alone: " + sentence(overLora));
    findings.add(advice(overLora));
    return findings;
  }

  /** What an interval says, in the words of all reports. */
  private static String sentence(Interval gain) {
    String measured = " (" + BaselineView.inWords(Figures.PERCENT, gain) + ").";
    if (gain.low() > 0) {
      return "better" + measured;
    }
    return gain.high() < 0 ? "worse" + measured : "no difference shown" + measured;
  }

  /** What to do with it; follows from the figures. */
  private static String advice(Interval overLora) {
    if (overLora.low() > 0) {
      return "Domain modules help here: collect more texts of each domain, and mix the modules for"
          + " each new task.";
    }
    return overLora.high() < 0
        ? "The mix is worse than LoRA alone. Do not use the mix here; use LoRA (haori tune --method"
            + " lora). Try domain modules again with texts that differ more from what the base was"
            + " trained on."
        : "No difference shown between the mix and LoRA alone. Use LoRA, which is simpler (haori"
            + " tune --method lora). Try domain modules where your texts differ more from what the"
            + " base was trained on, such as work orders, claims or notes in a trade's own words,"
            + " and where you have many more of them.";
  }

  /** The whole page. */
  public String html() {
    Page page = new Page("Domain modules, mixed for small tasks");
    findings().forEach(page::answer);
    addTraining(page);
    addGain(page);
    addShares(page);
    addCost(page);
    return addNextSteps(page).html();
  }

  private void addTraining(Page page) {
    List<List<String>> rows = new ArrayList<>();
    for (DomainResult domain : domains) {
      rows.add(
          List.of(
              domain.name(),
              count(domain.texts()),
              count(domain.tokens()),
              loss(domain.lossStart()),
              loss(domain.lossEnd())));
    }
    page.heading("What was trained")
        .paragraph(
            "The base model "
                + base
                + " stayed frozen. From the demo's eight domains (definitions of WordNet 3.1) one"
                + " module each was learnt from texts without labels, all in one batch on one copy"
                + " of the base. What a module learns does not depend on the modules beside it, so"
                + " a domain can be added later without touching the others.")
        .table(
            new Grid(
                List.of(
                    "domain", "texts", "tokens", "held-out loss of the base", "with its module"),
                rows))
        .paragraph(
            "Objective: "
                + domains.get(0).objective()
                + ". The loss is measured on texts that were not learnt from; lower is better.");
  }

  private void addGain(Page page) {
    QuickstartTask main = tasks.get(0);
    List<List<String>> rows = new ArrayList<>();
    for (QuickstartTask task : tasks) {
      rows.add(
          List.of(
              task.domain(),
              percent(QuickstartTask.accuracy(task.frozen())),
              percent(QuickstartTask.accuracy(task.lora())),
              percent(QuickstartTask.accuracy(task.mix())),
              interval(task.overFrozen(seed)),
              interval(task.overLora(seed))));
    }
    page.heading("What it gained")
        .paragraph(
            "A task is to find a noun's family (mammals, birds, …) from its definition, with "
                + main.trainRows()
                + " labelled rows to learn from, "
                + VALIDATION_ROWS
                + " to choose the epoch, and "
                + main.mix().right().length
                + " that were looked at once, at the end.")
        .picture(picture())
        .table(
            new Grid(
                List.of("task", "head alone", "LoRA alone", "mix", "mix − head", "mix − LoRA"),
                rows))
        .paragraph(
            "Differences are in percentage points, with their 95 % intervals (bootstrap over the"
                + " test rows). Where the interval contains 0, no difference is shown.");
  }

  /** Three bars a task: the picture of the page and of the README. */
  public SvgBars picture() {
    return new SvgBars(
        "Accuracy of a linear head alone, LoRA alone and the mix, by task",
        List.of("linear head on the frozen base", "LoRA alone", "mix of the domain modules"),
        tasks.stream().map(QuickstartTask::domain).toList(),
        tasks.stream()
            .map(
                task ->
                    List.of(
                        QuickstartTask.accuracy(task.frozen()),
                        QuickstartTask.accuracy(task.lora()),
                        QuickstartTask.accuracy(task.mix())))
            .toList());
  }

  private void addShares(Page page) {
    QuickstartTask main = tasks.get(0);
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
    page.heading("Which domains helped")
        .paragraph(
            "For the task "
                + main.domain()
                + ": each row is a module, each column a layer of the base; the darker, the more of"
                + " the layer's change passes through the module (in %).")
        .picture(new SvgHeatMap(shares.modules(), shares.byLayer()))
        .table(
            new Grid(
                List.of("module", "share of the change", "accuracy without it", "95 % interval"),
                rows));
  }

  private void addCost(Page page) {
    QuickstartTask main = tasks.get(0);
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(domains.size() + " domain modules, together", "", wholeSeconds(pretrainSeconds)));
    for (TaskFit fit : List.of(main.frozen(), main.lora(), main.mix())) {
      rows.add(List.of(fit.name(), count(fit.trainable()), wholeSeconds(fit.seconds())));
    }
    page.heading("What it cost")
        .table(new Grid(List.of("", "trained numbers", "seconds"), rows))
        .paragraph(
            String.format(
                Locale.ROOT,
                "The whole run took %.0f s on %d processors and at most %,d MB of memory. A module"
                    + " is learnt once and serves every later task; only the mix is made again.",
                seconds,
                Runtime.getRuntime().availableProcessors(),
                PeakMemory.megabytes()));
  }

  private Page addNextSteps(Page page) {
    return page.heading("What to do next")
        .paragraph(
            advice(QuickstartTask.pooled(tasks, QuickstartTask::mix, QuickstartTask::lora, seed)))
        .paragraph(
            "With your own texts (one file a product line, a text a line) and a labelled task:")
        .command(
            """
            ./haori pretrain --corpus lineA=a.txt lineB=b.txt --out modules
            ./haori mix --modules modules/* --data task --out mixed --baselines frozen,lora
            echo "a text of yours" | ./haori predict --adapter mixed --input -""")
        .paragraph("or use what this run made:")
        .command(
            "echo \"a rich soup thickened with okra\" | ./haori predict --adapter "
                + out
                + "/mixes/"
                + tasks.get(0).domain()
                + " --input -");
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String loss(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
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
