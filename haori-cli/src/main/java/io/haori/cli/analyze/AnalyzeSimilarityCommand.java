package io.haori.cli.analyze;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.adapter.spi.AdapterModule;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.HeatMap;
import io.haori.analysis.report.Page;
import io.haori.analysis.transfer.CorpusDistance;
import io.haori.analysis.transfer.Predictor;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextModel;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.commons.csv.CSVFormat;
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
    double @Nullable [][] gains = effects.isEmpty() ? null : effects.get(0);
    List<Predictor> predictors = new ArrayList<>();
    Map<String, Object> settings;
    try (AnalysisBase bench = new AnalysisBase(session, common, options, domains);
        Progress progress = session.progress(common, "similarity", 0, 4)) {
      settings = bench.settings().byName();
      Similarity similarity = new Similarity(bench.base(), bench.rows(), bench.settings());
      List<List<double[][]>> vectors = new ArrayList<>();
      double reading = seconds(() -> vectors.add(similarity.vectors()));
      List<double[][]> read = vectors.get(0);
      predictors.add(timed("mean discrepancy (MMD)", reading, () -> negative(read, Distance.MMD)));
      progress.at(1, "MMD");
      predictors.add(timed("proxy A-distance", reading, () -> negative(read, Distance.PROXY_A)));
      progress.at(2, "proxy A-distance");
      predictors.add(timed("gradient cosine", reading, () -> similarity.gradientCosines(read)));
      progress.at(3, "gradients");
      if (!modules.isEmpty()) {
        List<TextModel> opened = new ArrayList<>();
        try {
          for (Path folder : modules) {
            opened.add(AdapterFolder.load(folder, bench.base(), DType.F32));
          }
          List<AdapterModule> all = opened.stream().map(TextModel::module).toList();
          predictors.add(timed("principal angles", 0, () -> Similarity.subspaces(all)));
        } finally {
          opened.forEach(TextModel::close);
        }
      }
    }
    show(domains.names(), settings, predictors, gains, run);
    return ExitCode.DONE;
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

  private void show(
      List<String> names,
      Map<String, Object> settings,
      List<Predictor> predictors,
      double @Nullable [][] gains,
      AnalysisRun run) {
    Table table = new Table("predictor", "seconds", "rank correlation");
    List<Map<String, Object>> json = new ArrayList<>();
    for (Predictor one : predictors) {
      String correlation =
          gains == null ? "" : String.format(Locale.ROOT, "%.2f", one.correlation(gains));
      table.row(one.name(), String.format(Locale.ROOT, "%.1f", one.seconds()), correlation);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", one.name());
      entry.put("seconds", one.seconds());
      entry.put("similarity", one.similarity());
      entry.put("correlation", gains == null ? null : one.correlation(gains));
      json.add(entry);
    }
    run.print(table);
    String advice = advice(predictors, gains);
    run.print(List.of(advice));
    Path pairs = run.file(PAIRS);
    AtomicFiles.writeText(pairs, csv(names, predictors, gains));
    run.finish(
        html(names, predictors, gains, advice),
        new JsonResult("analyze similarity")
            .put("settings", settings)
            .put("domains", names)
            .put("predictors", json)
            .put("recommendation", advice)
            .put("pairs", pairs.toString()));
  }

  /** One line an ordered pair of domains: what each predictor says, and what was measured. */
  private static String csv(
      List<String> names, List<Predictor> predictors, double @Nullable [][] gains) {
    StringBuilder text = new StringBuilder();
    List<Object> header = new ArrayList<>(List.of("with", "on"));
    predictors.forEach(one -> header.add(one.name()));
    if (gains != null) {
      header.add("measured gain");
    }
    text.append(CSVFormat.RFC4180.format(header.toArray())).append('\n');
    for (int with = 0; with < names.size(); with++) {
      for (int on = 0; on < names.size(); on++) {
        if (with == on) {
          continue;
        }
        List<Object> cells = new ArrayList<>(List.of(names.get(with), names.get(on)));
        for (Predictor one : predictors) {
          cells.add(one.similarity()[with][on]);
        }
        if (gains != null) {
          cells.add(gains[with][on]);
        }
        text.append(CSVFormat.RFC4180.format(cells.toArray())).append('\n');
      }
    }
    return text.toString();
  }

  private static String advice(List<Predictor> predictors, double @Nullable [][] gains) {
    if (gains == null) {
      return "How well these predict is not known yet: measure it once with analyze transfer, then"
          + " --measured.";
    }
    return Predictor.cheapest(predictors, gains)
        .map(
            best ->
                String.format(
                    Locale.ROOT,
                    "Next time %s is enough: %s, rank correlation %.2f with what was measured.",
                    best.name(),
                    Figures.SECONDS.text(best.seconds()),
                    best.correlation(gains)))
        .orElse(
            String.format(
                Locale.ROOT,
                "None of these predicts well here: no rank correlation with what was measured"
                    + " reaches %.1f. Measure instead.",
                Predictor.WELL));
  }

  private static String html(
      List<String> names, List<Predictor> predictors, double @Nullable [][] gains, String advice) {
    Page page = new Page("How alike " + names.size() + " domains are").answer(advice);
    List<List<String>> rows = new ArrayList<>();
    for (Predictor one : predictors) {
      rows.add(
          List.of(
              one.name(),
              Figures.SECONDS.text(one.seconds()),
              gains == null ? "–" : Figures.PLAIN.text(one.correlation(gains))));
    }
    page.table(new Grid(List.of("predictor", "time", "rank correlation with measured"), rows));
    boolean[][] unmarked = new boolean[names.size()][names.size()];
    for (Predictor one : predictors) {
      double[][] values = new double[names.size()][];
      for (int i = 0; i < values.length; i++) {
        values[i] = one.similarity()[i].clone();
        values[i][i] = Double.NaN;
      }
      page.heading(one.name())
          .chart(
              new HeatMap(
                  one.name(),
                  "More is more alike; distances have their sign turned.",
                  "domain",
                  "domain",
                  Figures.PLAIN,
                  names,
                  names,
                  values,
                  unmarked));
    }
    return page.html();
  }
}
