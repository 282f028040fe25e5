package io.haori.cli;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.McNemar;
import io.haori.analysis.statistics.PairedBootstrap;
import io.haori.cli.demo.DemoData;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.files.AtomicFiles;
import io.haori.tensor.DType;
import io.haori.training.data.Dataset;
import io.haori.training.task.AdapterFolder;
import io.haori.training.task.Predictions;
import io.haori.training.task.Provenance;
import io.haori.training.task.TextBase;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori quickstart}: the whole path on the demo's data, with a report at its end. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes the demo's data, fits the base to each of its eight domains with LoRA and with a"
          + " linear head alone, compares both on rows that neither saw, and writes a report."
    })
final class QuickstartCommand implements Callable<Integer> {
  private static final String REPORT = "report.html";

  private final Session session;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "quickstart",
      description = "Gets data, adapters and report (default: ${DEFAULT-VALUE}).")
  Path out;

  @Mixin final CommonOptions common = new CommonOptions();

  QuickstartCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    OutFolder.check(out, Set.of(REPORT, "data"));
    Path data = out.resolve("data");
    session.note(common, "Writing eight domains of WordNet's nouns to " + data);
    DemoData.write(data, DemoData.DEFAULT_TRAIN_ROWS, common.seed, domain -> {});
    List<QuickstartRow> rows = new ArrayList<>();
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      Workbench workbench = new Workbench(session, common);
      DType precision = workbench.precision();
      try (TextBase base = workbench.open(common.baseOr(CommonOptions.DEFAULT_BASE), precision)) {
        for (String domain : DemoData.DOMAINS) {
          Dataset dataset = Dataset.read(data.resolve(domain));
          Run frozen = run(base, dataset, "frozen", precision, interruption);
          Run lora = run(base, dataset, "lora", precision, interruption);
          if (frozen == null || lora == null) {
            session
                .console()
                .err()
                .println(
                    "Interrupted. What is done stands in " + out + "; run it again to finish.");
            return ExitCode.INTERRUPTED;
          }
          rows.add(QuickstartRow.of(domain, frozen.right(), lora.right()));
        }
      }
    }
    show(rows, start);
    return ExitCode.DONE;
  }

  /**
   * What one run gave.
   *
   * @param right for each test row whether its class was found
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record Run(boolean[] right) {}

  /** Fits one method to one domain; null when it was interrupted. */
  private @Nullable Run run(
      TextBase base, Dataset dataset, String method, DType precision, Interruption interruption) {
    TrainingOptions options = new TrainingOptions();
    options.method.method = method;
    TuneSettings settings = options.settings(common.seed, precision, dataset.labels().kind());
    String domain = String.valueOf(dataset.folder().getFileName());
    try (TuningView view = new TuningView(session, common, domain + " " + method);
        TunedModel tuned =
            new Tuner(base, settings)
                .listener(view)
                .stopWhen(interruption::requested)
                .tune(dataset)) {
      if (tuned.training().interrupted()) {
        return null;
      }
      Predictions predictions = Predictions.of(tuned.model(), dataset.test());
      AdapterFolder.save(
          out.resolve("adapters").resolve(domain + "-" + method),
          tuned.model(),
          Provenance.of(dataset, settings, tuned, predictions.scores().byName()));
      return new Run(predictions.right());
    }
  }

  private void show(List<QuickstartRow> rows, Instant start) {
    Table table = new Table("domain", "head alone", "LoRA", "gain", "p (McNemar)");
    for (QuickstartRow row : rows) {
      McNemar test = McNemar.ofCounts(row.onlyLora(), row.onlyFrozen());
      table.row(
          row.domain(),
          percent(row.frozen()),
          percent(row.lora()),
          points(row.gain()),
          test.pValue() < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", test.pValue()));
    }
    table.print(session.console());
    Interval gain = gain(rows);
    String finding =
        String.format(
            Locale.ROOT,
            "Over %d domains LoRA finds the right family %s points more often than a linear head"
                + " on the frozen base (95 %% interval %s to %s, %s against %s).",
            rows.size(),
            points(gain.estimate()),
            points(gain.low()),
            points(gain.high()),
            percent(rows.stream().mapToDouble(QuickstartRow::lora).average().orElseThrow()),
            percent(rows.stream().mapToDouble(QuickstartRow::frozen).average().orElseThrow()));
    Path report = out.resolve(REPORT);
    double seconds = session.secondsSince(start);
    AtomicFiles.writeText(report, new QuickstartReport(rows, finding, seconds, out).html());
    session.console().out().println();
    session.console().out().println(finding);
    session.console().out().println("Report: " + report);
    if (common.json) {
      new JsonResult("quickstart")
          .put("report", report.toString())
          .put("rows", rows.stream().map(QuickstartRow::forJson).toList())
          .print(session.console(), seconds);
    }
  }

  /** The gain over all test rows, which are equally many in each domain. */
  private Interval gain(List<QuickstartRow> rows) {
    int all = rows.stream().mapToInt(QuickstartRow::rows).sum();
    int[] lora = new int[all];
    int[] frozen = new int[all];
    int next = 0;
    for (QuickstartRow row : rows) {
      for (int i = 0; i < row.rows(); i++, next++) {
        lora[next] = row.loraRight()[i] ? 1 : 0;
        frozen[next] = row.frozenRight()[i] ? 1 : 0;
      }
    }
    int[] right = new int[all];
    Arrays.fill(right, 1);
    return new PairedBootstrap(2_000, common.seed).accuracyDifference(right, lora, frozen);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String points(double share) {
    return String.format(Locale.ROOT, "%+.1f", 100 * share);
  }
}
