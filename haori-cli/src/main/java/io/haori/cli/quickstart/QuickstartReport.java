package io.haori.cli.quickstart;

import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.mix.ShareHeatmap;
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
  private static final int WIDTH = 720;
  private static final int LEFT = 170;
  private static final int ROW = 62;
  private static final int TOP = 34;
  private static final String[] COLOURS = {"#b9c4d0", "#7aa6c2", "#184e7a"};
  private static final String[] WAYS = {
    "linear head on the frozen base", "LoRA alone", "mix of the domain modules"
  };

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
    StringBuilder first = new StringBuilder();
    findings()
        .forEach(one -> first.append("<p><strong>").append(escaped(one)).append("</strong></p>\n"));
    QuickstartTask main = tasks.get(0);
    String folder = escaped(out.toString());
    return String.format(
        Locale.ROOT,
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Haori quickstart</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 800px; margin: 2em auto; padding: 0 1em }
        table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: right }
        td:first-child, th:first-child { text-align: left } th { border-bottom: 1px solid #999 }
        code, pre { background: #f3f3f3; padding: .1em .3em } pre { padding: .6em; overflow: auto }
        h2 { margin-top: 1.6em }
        </style></head><body>
        <h1>Domain modules, mixed for small tasks</h1>
        %s<h2>What was trained</h2>
        <p>The base model <code>%s</code> stayed frozen. From the demo's eight domains (definitions of
        WordNet 3.1) one module each was learnt from texts <em>without</em> labels, all in one batch on
        one copy of the base. What a module learns does not depend on the modules beside it, so a
        domain can be added later without touching the others.</p>
        <table><tr><th>domain</th><th>texts</th><th>tokens</th><th>held-out loss of the base</th>
        <th>with its module</th></tr>
        %s</table>
        <p>Objective: %s. The loss is measured on texts that were not learnt from; lower is better.</p>
        <h2>What it gained</h2>
        <p>A task is to find a noun's family (mammals, birds, …) from its definition, with %d labelled
        rows to learn from, %d to choose the epoch, and %d that were looked at once, at the end.</p>
        %s
        <table><tr><th>task</th><th>head alone</th><th>LoRA alone</th><th>mix</th>
        <th>mix &minus; head</th><th>mix &minus; LoRA</th></tr>
        %s</table>
        <p>Differences are in percentage points, with their 95 %% intervals (bootstrap over the test
        rows). Where the interval contains 0, no difference is shown.</p>
        <h2>Which domains helped</h2>
        <p>For the task %s: each row is a module, each column a layer of the base; the darker, the more
        of the layer's change passes through the module (in %%).</p>
        %s
        <table><tr><th>module</th><th>share of the change</th><th>accuracy without it</th>
        <th>95 %% interval</th></tr>
        %s</table>
        <h2>What it cost</h2>
        <table><tr><th></th><th>trained numbers</th><th>seconds</th></tr>
        <tr><td>%d domain modules, together</td><td></td><td>%.0f</td></tr>
        %s</table>
        <p>The whole run took %.0f s on %d processors and at most %,d MB of memory. A module is learnt
        once and serves every later task; only the mix is made again.</p>
        <h2>What to do next</h2>
        <p>%s</p>
        <p>With your own texts (one file a product line, a text a line) and a labelled task:</p>
        <pre>./haori pretrain --corpus lineA=a.txt lineB=b.txt --out modules
        ./haori mix --modules modules/* --data task --out mixed --baselines frozen,lora
        echo "a text of yours" | ./haori predict --adapter mixed --input -</pre>
        <p>or use what this run made:</p>
        <pre>echo "a rich soup thickened with okra" | ./haori predict --adapter %s/mixes/%s --input -</pre>
        </body></html>
        """,
        first,
        escaped(base),
        domainRows(),
        escaped(domains.get(0).objective()),
        main.trainRows(),
        200,
        main.mix().right().length,
        svg(),
        taskRows(),
        escaped(main.domain()),
        new ShareHeatmap(main.shares().modules(), main.shares().byLayer()).svg(),
        shareRows(main.shares()),
        domains.size(),
        pretrainSeconds,
        costRows(main),
        seconds,
        Runtime.getRuntime().availableProcessors(),
        PeakMemory.megabytes(),
        escaped(
            advice(QuickstartTask.pooled(tasks, QuickstartTask::mix, QuickstartTask::lora, seed))),
        folder,
        escaped(main.domain()));
  }

  private String domainRows() {
    StringBuilder rows = new StringBuilder();
    for (DomainResult domain : domains) {
      add(
          rows,
          "<tr><td>%s</td><td>%,d</td><td>%,d</td><td>%.4f</td><td>%.4f</td></tr>%n",
          escaped(domain.name()),
          domain.texts(),
          domain.tokens(),
          domain.lossStart(),
          domain.lossEnd());
    }
    return rows.toString();
  }

  private String taskRows() {
    StringBuilder rows = new StringBuilder();
    for (QuickstartTask task : tasks) {
      add(
          rows,
          "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>%n",
          escaped(task.domain()),
          percent(QuickstartTask.accuracy(task.frozen())),
          percent(QuickstartTask.accuracy(task.lora())),
          percent(QuickstartTask.accuracy(task.mix())),
          interval(task.overFrozen(seed)),
          interval(task.overLora(seed)));
    }
    return rows.toString();
  }

  private static String shareRows(ModuleShares shares) {
    StringBuilder rows = new StringBuilder();
    List<Interval> changes = shares.leaveOneOut();
    for (int k = 0; k < shares.modules().size(); k++) {
      Interval change = changes == null ? new Interval(0, 0, 0) : changes.get(k);
      add(
          rows,
          "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>%n",
          escaped(shares.modules().get(k)),
          percent(shares.shares().get(k)),
          points(change.estimate()),
          Figures.PERCENT.interval(change.low(), change.high()));
    }
    return rows.toString();
  }

  private static String costRows(QuickstartTask task) {
    StringBuilder rows = new StringBuilder();
    for (TaskFit fit : List.of(task.frozen(), task.lora(), task.mix())) {
      add(
          rows,
          "<tr><td>%s</td><td>%,d</td><td>%.0f</td></tr>%n",
          escaped(fit.name()),
          fit.trainable(),
          fit.seconds());
    }
    return rows.toString();
  }

  /** Three bars a task. */
  public String svg() {
    int height = TOP + ROW * tasks.size() + 10;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"system-ui, sans-serif\" font-size=\"14\" role=\"img\">%n"
            + "<title>Accuracy of a linear head alone, LoRA alone and the mix, by task</title>%n"
            + "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n",
        WIDTH,
        height,
        WIDTH,
        WIDTH,
        height);
    int x = 20;
    for (int way = 0; way < WAYS.length; way++) {
      add(
          svg,
          "<rect x=\"%d\" y=\"8\" width=\"12\" height=\"12\" fill=\"%s\"/><text x=\"%d\""
              + " y=\"19\">%s</text>%n",
          x,
          COLOURS[way],
          x + 18,
          WAYS[way]);
      x += 30 + 8 * WAYS[way].length();
    }
    for (int i = 0; i < tasks.size(); i++) {
      QuickstartTask task = tasks.get(i);
      int y = TOP + ROW * i;
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
          LEFT - 10,
          y + 30,
          escaped(task.domain()));
      List<TaskFit> fits = List.of(task.frozen(), task.lora(), task.mix());
      for (int way = 0; way < fits.size(); way++) {
        bar(svg, y + 17 * way, QuickstartTask.accuracy(fits.get(way)), COLOURS[way]);
      }
    }
    return svg.append("</svg>").toString();
  }

  private static void bar(StringBuilder svg, int y, double share, String colour) {
    double width = share * (WIDTH - LEFT - 60);
    add(
        svg,
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"15\" fill=\"%s\"/><text x=\"%.1f\""
            + " y=\"%d\" font-size=\"12\">%s</text>%n",
        LEFT,
        y,
        width,
        colour,
        LEFT + width + 5,
        y + 12,
        percent(share));
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
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

  private static String escaped(String text) {
    return ShareHeatmap.escaped(text);
  }
}
