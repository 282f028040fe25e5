package io.haori.cli.analyze;

import static io.haori.core.check.Check.require;

import io.haori.analysis.transfer.Measure;
import io.haori.cli.options.ClassOptions;
import io.haori.cli.options.ClusterOptions;
import io.haori.cli.options.DomainOptions;
import io.haori.cli.options.ReadingOptions;
import io.haori.cli.options.TrainingOptions;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.RunRecord;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.Session;
import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.WrittenDomains;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What all analyses of several domains take. */
final class AnalyzeOptions {
  private static final String RUNS = "runs";
  private static final String LOSS = "loss";
  private static final String EXACT = "exact";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      arity = "1..*",
      required = true,
      description =
          "Folders with train, validation and test, one a domain; a folder whose rows name several"
              + " domains is those.")
  List<Path> data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the report, its figures as JSON, every sample as CSV, and the runs.")
  Path out;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description =
          "Where finished runs are kept and looked for, so that analyses share them (default: runs"
              + " in --out).")
  @Nullable Path runs;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each model, from --seed upwards (default: ${DEFAULT-VALUE}).")
  int seeds = 3;

  @Option(
      names = "--measure",
      paramLabel = "NAME",
      description =
          "Of rows that a decoder writes: loss (of the right answer, in nats a token) or exact"
              + " (whether it writes the right answer; takes a pass for each token) (default:"
              + " loss).")
  @Nullable String measure;

  @Mixin final ForceOption force = new ForceOption();

  @Mixin final DomainOptions domains = new DomainOptions();

  @Mixin final ReadingOptions reading = new ReadingOptions();

  @Mixin final ClassOptions classes = new ClassOptions();

  @Mixin final TrainingOptions training = new TrainingOptions();

  @Mixin final ClusterOptions cluster = new ClusterOptions();

  /** Refuses values out of their bounds, before anything is read or loaded. */
  void check() {
    require(seeds >= 1, "--seeds", "at least 1", seeds);
    require(
        measure == null || measure.equals(LOSS) || measure.equals(EXACT),
        "--measure",
        "loss or exact",
        String.valueOf(measure));
    domains.check();
    reading.check();
    training.check();
    cluster.check();
  }

  /**
   * Refuses an {@code --out} with something in it that is not of the same command.
   *
   * @param spec of the command that runs
   * @param json its file of figures
   * @throws IOException when the folder cannot be listed
   */
  RunRecord record(CommandSpec spec, String json) throws IOException {
    return RunRecord.open(spec, out, force.force, Set.of(RUNS, json));
  }

  /** The domains' data by their names. */
  static Map<String, Dataset> named(Domains domains) {
    Map<String, Dataset> named = new LinkedHashMap<>();
    domains.all().forEach(domain -> named.put(domain.name(), domain.data()));
    return named;
  }

  /** Reads the domains; at least two. */
  Domains read(Session session, long seed) {
    DataOptions options = reading.options(seed, classes.labels);
    if (WrittenDomains.isIn(data.get(0), options)) {
      Domains written = WrittenDomains.read(data, options).requireSeveral();
      checkWritten(written);
      return written;
    }
    require(measure == null, "--measure", "left out for rows with labels", String.valueOf(measure));
    Domains read = Domains.read(data, options).requireSeveral();
    read.all().forEach(domain -> DataNotes.warn(session, domain.name(), domain.data()));
    return read;
  }

  private void checkWritten(Domains written) {
    String kind = "left out for rows that a decoder writes";
    require(
        !EXACT.equals(measure) || written.arePrompts(),
        "--measure",
        "loss for texts, which have no right answer",
        EXACT);
    require(domains.heads == null, "--heads", kind, String.valueOf(domains.heads));
    require(
        domains.weighting == null,
        "--weighting",
        kind + ", each token of which counts the same",
        String.valueOf(domains.weighting));
  }

  /** What is measured of each row. */
  Measure measure(Domains all) {
    return all.areWritten() && !EXACT.equals(measure) ? Measure.LOSS : Measure.ACCURACY;
  }

  /** Where finished runs are kept. */
  Path runs() {
    return runs == null ? out.resolve(RUNS) : runs;
  }

  /** The settings of all models; the seed is replaced for each. */
  DomainSetSettings settings(
      Domains all, long seed, DType precision, Map<String, String> methodFlags) {
    return new DomainSetSettings(
        training.settings(seed, precision, TaskCatalogue.CLASSIFICATION, methodFlags),
        domains.weighting(),
        domains.temperature(),
        all.heads(domains.heads()));
  }

  /** The seeds of each model's runs. */
  List<Long> seeds(long first) {
    return LongStream.range(first, first + seeds).boxed().toList();
  }
}
