package io.haori.cli.data;

import io.haori.cli.demo.DemoData;
import io.haori.cli.demo.DemoDomain;
import io.haori.cli.demo.DemoLines;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import io.haori.core.check.Check;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori data demo}: writes the demo's datasets. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the demo's datasets, one folder each, with definitions of WordNet: eight domains to be"
          + " sorted into families, each with its own labels and a corpus without labels; or four"
          + " lines to be sorted by activity, which all have the same labels."
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
      names = "--kind",
      paramLabel = "NAME",
      defaultValue = "families",
      description = "families or activities (default: ${DEFAULT-VALUE}).")
  String kind;

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
    boolean lines = isActivities(kind);
    List<String> names = lines ? DemoLines.LINES : DemoData.DOMAINS;
    OutFolder.requireFillable(out, force.force, Set.copyOf(names));
    Instant start = session.clock().instant();
    List<DemoDomain> domains;
    AtomicInteger done = new AtomicInteger();
    try (Progress progress = session.progress(common, "demo", 0, names.size())) {
      Consumer<DemoDomain> written = domain -> progress.at(done.incrementAndGet(), domain.name());
      domains =
          lines
              ? DemoLines.write(out, trainRows, common.seed, written)
              : DemoData.write(out, trainRows, common.seed, written);
    }
    Table table = new Table("domain", "train", "validation", "test", "corpus", "labels");
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

  private static boolean isActivities(String kind) {
    Check.require(
        kind.equals("families") || kind.equals("activities"),
        "--kind",
        "families or activities",
        kind);
    return kind.equals("activities");
  }

  private static String count(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
