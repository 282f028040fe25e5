package io.haori.cli.analyze;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.adapter.spi.AdapterModule;
import io.haori.analysis.transfer.CorpusDistance;
import io.haori.analysis.transfer.Predictor;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.training.condense.StoredModule;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.study.Alikeness;
import io.haori.training.multidomain.study.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori analyze similarity}: what can be predicted before anything joint is trained. */
@Command(
    name = "similarity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how alike domains are without training any two together: cosines of their"
          + " gradients, principal angles between their own modules, proxy A-distance and maximum"
          + " mean discrepancy of their texts. With --measured, how well each would have predicted"
          + " the effects that analyze transfer measured."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori analyze similarity --data shop bank --out similarity")
public final class AnalyzeSimilarityCommand implements Callable<Integer> {
  static final String JSON = "similarity.json";
  private static final String PAIRS = "pairs.csv";
  private static final long MAX_BYTES = 200_000_000;

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin final AnalyzeOptions options = new AnalyzeOptions();

  @Option(
      names = "--modules",
      paramLabel = "DIR",
      arity = "1..*",
      description =
          "Adapters of the domains, in the order of --data, for the principal angles (default:"
              + " none).")
  List<Path> modules = List.of();

  @Option(
      names = "--measured",
      paramLabel = "DIR",
      description = "The --out of an analyze transfer of these domains (default: none).")
  @Nullable Path measured;

  @Mixin final CommonOptions common = new CommonOptions();

  public AnalyzeSimilarityCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    require(!options.cluster.isElsewhere(), "--on", "left out for analyze similarity", "given");
    AnalysisRun run = new AnalysisRun(session, common, options, spec, JSON);
    List<double[][]> effects = new ArrayList<>();
    Domains domains =
        run.open(
            all -> {
              require(
                  modules.isEmpty() || modules.size() == all.size(),
                  "--modules",
                  "one for each of the " + all.size() + " domains",
                  modules.size());
              if (measured != null) {
                effects.add(measured(measured, all));
              }
            });
    return run.on(
        domains,
        base -> {
          List<Predictor> predictors = predictors(base);
          if (base.isStopRequested()) {
            session.console().err().println("Interrupted; nothing is written.");
            return false;
          }
          SimilarityReport report =
              new SimilarityReport(
                  domains.names(), predictors, effects.isEmpty() ? null : effects.get(0));
          show(report, base.settings().byName(), run);
          return true;
        });
  }

  /** What each predictor says, and how long it took; fewer of them when it was stopped. */
  private List<Predictor> predictors(AnalysisBase base) {
    List<Predictor> predictors = new ArrayList<>();
    try (Progress progress = session.progress(common, "similarity", 0, 4)) {
      Alikeness similarity = base.alikeness();
      List<List<double[][]>> vectors = new ArrayList<>();
      double reading = seconds(() -> vectors.add(similarity.vectors()));
      List<double[][]> read = vectors.get(0);
      predictors.add(timed("mean discrepancy (MMD)", reading, () -> negative(read, Distance.MMD)));
      progress.at(1, "MMD");
      if (base.isStopRequested()) {
        return predictors;
      }
      predictors.add(timed("proxy A-distance", reading, () -> negative(read, Distance.PROXY_A)));
      progress.at(2, "proxy A-distance");
      if (base.isStopRequested()) {
        return predictors;
      }
      predictors.add(timed("gradient cosine", reading, () -> similarity.gradientCosines(read)));
      progress.at(3, "gradients");
      if (!modules.isEmpty()) {
        List<StoredModule> opened = new ArrayList<>();
        try {
          for (Path folder : modules) {
            opened.add(StoredModule.open(folder, base.base()));
          }
          List<AdapterModule> all = opened.stream().map(StoredModule::module).toList();
          predictors.add(timed("principal angles", 0, () -> Similarity.subspaces(all)));
        } finally {
          opened.forEach(StoredModule::close);
        }
      }
    }
    return predictors;
  }

  private enum Distance {
    MMD,
    PROXY_A
  }

  /** Distances with their sign turned, so that more is more alike. */
  private double[][] negative(List<double[][]> vectors, Distance distance) {
    int size = vectors.size();
    double[][] alike = new double[size][size];
    for (int one = 0; one < size; one++) {
      for (int other = 0; other < one; other++) {
        double far =
            distance == Distance.MMD
                ? CorpusDistance.meanDiscrepancy(vectors.get(one), vectors.get(other))
                : CorpusDistance.proxyA(vectors.get(one), vectors.get(other), common.seed);
        alike[one][other] = -far;
        alike[other][one] = -far;
      }
    }
    return alike;
  }

  private Predictor timed(String name, double before, Supplier<double[][]> work) {
    List<double[][]> made = new ArrayList<>();
    double seconds = seconds(() -> made.add(work.get()));
    return new Predictor(name, before + seconds, made.get(0));
  }

  private double seconds(Runnable work) {
    Instant start = session.clock().instant();
    work.run();
    return session.secondsSince(start);
  }

  /** {@code [trained with][effect on]} of an earlier analysis, in the order of these domains. */
  private static double[][] measured(Path folder, Domains domains) {
    Path file = folder.resolve(AnalyzeTransferCommand.JSON);
    if (!Files.exists(file)) {
      throw Check.in(
          folder, "must be the --out of an analyze transfer with a " + file.getFileName());
    }
    JsonNode effects = JsonFile.readObject(file, MAX_BYTES).at("/matrix/effects");
    double[][] gains = new double[domains.size()][domains.size()];
    int found = 0;
    for (JsonNode effect : effects) {
      int with = domains.names().indexOf(effect.path("with").asText());
      int on = domains.names().indexOf(effect.path("on").asText());
      if (with >= 0 && on >= 0) {
        gains[with][on] = effect.path("gain").asDouble();
        found++;
      }
    }
    int wanted = domains.size() * (domains.size() - 1);
    if (found != wanted) {
      throw Check.in(
          file, "must hold the " + wanted + " effects between these domains, got " + found);
    }
    return gains;
  }

  private static void show(SimilarityReport report, Map<String, Object> settings, AnalysisRun run) {
    run.print(report.table());
    run.print(List.of(report.advice()));
    Path pairs = run.file(PAIRS);
    AtomicFiles.writeText(pairs, report.csv());
    run.finish(
        report::html,
        new JsonResult("analyze similarity")
            .put("settings", settings)
            .put("domains", report.names())
            .put("predictors", report.forJson())
            .put("recommendation", report.advice())
            .put("pairs", pairs.toString()));
  }
}
