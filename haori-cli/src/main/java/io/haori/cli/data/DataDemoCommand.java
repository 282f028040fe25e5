package io.haori.cli.data;

import io.haori.cli.demo.DemoData;
import io.haori.cli.demo.DemoDomain;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori data demo}: writes the demo's datasets. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the demo's datasets: eight domains of WordNet's nouns, one folder each, with"
          + " definitions to be sorted into families, and a corpus without labels."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori data demo --out demo")
public final class DataDemoCommand implements Callable<Integer> {
  private final Session session;

  @Mixin final CommonOptions common = new CommonOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets one folder a domain.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Option(
      names = "--train-rows",
      paramLabel = "N",
      defaultValue = "" + DemoData.DEFAULT_TRAIN_ROWS,
      description = "Training rows of each domain (default: ${DEFAULT-VALUE}).")
  int trainRows;

  public DataDemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    common.check();
    OutFolder.requireFillable(out, force.force, Set.copyOf(DemoData.DOMAINS));
    Instant start = session.clock().instant();
    List<DemoDomain> domains;
    AtomicInteger done = new AtomicInteger();
    try (Progress progress = session.progress(common, "demo", 0, DemoData.DOMAINS.size())) {
      domains =
          DemoData.write(
              out,
              trainRows,
              common.seed,
              domain -> progress.at(done.incrementAndGet(), domain.name()));
    }
    Table table = new Table("domain", "train", "validation", "test", "corpus", "families");
    for (DemoDomain domain : domains) {
      table.row(
          domain.name(),
          count(domain.train()),
          count(domain.validation()),
          count(domain.test()),
          count(domain.corpus()),
          String.join(", ", domain.labels()));
    }
    table.print(session.console());
    if (common.json) {
      new JsonResult("data demo")
          .put("domains", domains)
          .print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  private static String count(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
