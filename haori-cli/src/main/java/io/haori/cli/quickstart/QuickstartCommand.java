package io.haori.cli.quickstart;

import io.haori.analysis.report.Figures;
import io.haori.cli.demo.DemoLines;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.RunRecord;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori quickstart}: the main job on the demo's lines, with a page at its end. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Does the main job on the demo's four lines, which share one set of labels: fits one module a"
          + " line; then takes each line in turn as a new one with few labelled rows and starts it"
          + " from the modules of the other three; compares with LoRA alone, with the frozen base"
          + " and with a mix on rows that none of them saw; and writes a page about it."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori quickstart --out first")
public final class QuickstartCommand implements Callable<Integer> {
  private static final String REPORT = "report.html";

  /** Labelled rows of a line that has its module already. */
  static final int LINE_ROWS = 400;

  /** Labelled rows of a new line: as few as somebody writes in an hour. */
  static final int NEW_ROWS = 50;

  private final Session session;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "quickstart",
      description = "Gets data, modules, new lines and report (default: ${DEFAULT-VALUE}).")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Spec CommandSpec spec;

  @Mixin final CommonOptions common = new CommonOptions();

  public QuickstartCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    try (RunRecord record = RunRecord.open(spec, out, force.force, Set.of(REPORT, "data"))) {
      session.claim(out);
      record.keep(Map.of());
      return run(start);
    }
  }

  private int run(Instant start) throws IOException {
    Path data = out.resolve("data");
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      DType precision = engine.precision();
      try (TextBase base = engine.open(common.baseOr(CommonOptions.DEFAULT_BASE), precision)) {
        session.note(common, "1/3 Writing four lines of WordNet's definitions to " + data);
        DemoLines.write(data, LINE_ROWS, common.seed, line -> {});
        QuickstartFits fits =
            new QuickstartFits(session, common, base, precision, out, interruption::requested);
        session.note(
            common, "2/3 Fitting one module a line, with " + LINE_ROWS + " labelled rows each");
        boolean fitted = fits.fitModules();
        double moduleSeconds = session.secondsSince(start);
        session.note(
            common, "3/3 Each line in turn as a new one, with " + NEW_ROWS + " labelled rows");
        List<QuickstartLine> lines = fitted ? lines(fits) : null;
        if (lines == null) {
          session
              .console()
              .err()
              .println("Interrupted. What is done is in " + out + "; run it again to finish.");
          return ExitCode.INTERRUPTED;
        }
        show(base, lines, moduleSeconds, fits, start);
      }
    }
    return ExitCode.DONE;
  }

  private static @Nullable List<QuickstartLine> lines(QuickstartFits fits) {
    List<QuickstartLine> lines = new ArrayList<>();
    for (String name : DemoLines.LINES) {
      QuickstartLine line = fits.fitNew(name);
      if (line == null) {
        return null;
      }
      lines.add(line);
    }
    return lines;
  }

  private void show(
      TextBase base,
      List<QuickstartLine> lines,
      double moduleSeconds,
      QuickstartFits fits,
      Instant start) {
    Table table =
        new Table(
            "new line",
            "head alone",
            "LoRA",
            "mix",
            "from the others",
            "others − LoRA",
            "95 % interval");
    for (QuickstartLine line : lines) {
      var gain = line.overLora(common.seed);
      table.row(
          line.name(),
          percent(QuickstartLine.accuracy(line.frozen())),
          percent(QuickstartLine.accuracy(line.lora())),
          percent(QuickstartLine.accuracy(line.mix())),
          percent(QuickstartLine.accuracy(line.started())),
          Figures.PERCENT.difference(gain.estimate()),
          Figures.PERCENT.interval(gain.low(), gain.high()));
    }
    table.print(session.console());
    double seconds = session.secondsSince(start);
    QuickstartReport report =
        new QuickstartReport(base.name(), lines, common.seed, moduleSeconds, seconds, out);
    Path page = out.resolve(REPORT);
    AtomicFiles.writeText(page, report.html(session.console().words()));
    session.console().out().println();
    report.findings().forEach(session.console().out()::println);
    session.console().out().println("Report: " + page);
    if (common.json) {
      new JsonResult("quickstart")
          .put("settings", fits.used())
          .put("report", page.toString())
          .put("findings", report.findings())
          .put("rows", lines.stream().map(line -> line.forJson(common.seed)).toList())
          .print(session.console(), seconds);
    }
  }

  private static String percent(double share) {
    return Figures.PERCENT.text(share);
  }
}
