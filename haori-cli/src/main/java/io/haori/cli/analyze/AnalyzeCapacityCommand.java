package io.haori.cli.analyze;

import static io.haori.core.check.Check.require;

import io.haori.analysis.transfer.CapacityPoint;
import io.haori.analysis.transfer.DomainAnswers;
import io.haori.analysis.transfer.PairedSeeds;
import io.haori.cli.options.MethodOptions;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.study.SamplesCsv;
import io.haori.training.multidomain.study.TransferStudy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori analyze capacity}: how large a shared module must be. */
@Command(
    name = "capacity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures transfer and interference of the model of all domains at several ranks, numbers of"
          + " adapted layers or bases, and says from where on more is not worth it: the smallest"
          + " capacity whose accuracy is within the 95 %% interval of the best."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori analyze capacity --data shop bank --ranks 2,8 --out c")
public final class AnalyzeCapacityCommand implements Callable<Integer> {
  static final String JSON = "capacity.json";

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin final AnalyzeOptions options = new AnalyzeOptions();

  @Option(
      names = "--ranks",
      paramLabel = "N,N,…",
      split = ",",
      description = "Ranks to try, alpha always twice the rank (default: 1,4,16,64).")
  List<Integer> ranks = List.of();

  @Option(
      names = "--layers",
      paramLabel = "N,N,…",
      split = ",",
      description =
          "Numbers of adapted layers to try, from the top, at the rank of --rank (default: none).")
  List<Integer> layers = List.of();

  @Option(
      names = "--bases",
      paramLabel = "A,B,…",
      split = ",",
      description =
          "Bases to try, from the smallest to the largest, at the rank of --rank (default:"
              + " none).")
  List<String> bases = List.of();

  @Mixin final CommonOptions common = new CommonOptions();

  public AnalyzeCapacityCommand(Session session) {
    this.session = session;
  }

  /** One capacity to try. */
  private record Try(
      String axis,
      double size,
      String name,
      String base,
      Map<String, String> method,
      int topLayers) {}

  @Override
  public Integer call() throws IOException {
    AnalysisRun run = new AnalysisRun(session, common, options, spec, JSON);
    List<Try> tries = tries();
    Domains domains = run.open(all -> {});
    List<CapacityPoint> points = new ArrayList<>();
    Map<String, Object> settings = new LinkedHashMap<>();
    SamplesCsv samples = new SamplesCsv("capacity");
    for (List<Try> onOne : byBase(tries)) {
      int code =
          run.on(
              onOne.get(0).base(),
              domains,
              base ->
                  onOne.stream()
                      .allMatch(one -> measured(one, base, run, points, settings, samples)));
      if (code != ExitCode.DONE) {
        return code;
      }
    }
    Path csv = run.samples();
    samples.write(csv);
    show(points, settings, csv, run);
    return ExitCode.DONE;
  }

  /** One capacity; false when it was stopped. */
  private boolean measured(
      Try one,
      AnalysisBase base,
      AnalysisRun run,
      List<CapacityPoint> points,
      Map<String, Object> settings,
      SamplesCsv samples) {
    String name = one.axis() + " " + one.name();
    session.note(common, name);
    TransferStudy study = base.study(one.method(), one.topLayers());
    study.want(study.alone());
    study.want(List.of(study.all()));
    if (!run.train(study)) {
      return false;
    }
    points.add(point(one, study));
    settings.put(name, base.settings(one.method(), one.topLayers()).byName());
    study.all().forEach(domain -> samples.add(study, domain, study.all(), name));
    return true;
  }

  /** Neighbours on the same base, which is then opened once. */
  private static List<List<Try>> byBase(List<Try> tries) {
    List<List<Try>> parted = new ArrayList<>();
    for (Try one : tries) {
      boolean same =
          !parted.isEmpty() && parted.get(parted.size() - 1).get(0).base().equals(one.base());
      if (!same) {
        parted.add(new ArrayList<>());
      }
      parted.get(parted.size() - 1).add(one);
    }
    return parted;
  }

  private List<Try> tries() {
    String base = common.baseOr(CommonOptions.DEFAULT_BASE);
    String method = options.training.method.method;
    List<Integer> wanted =
        ranks.isEmpty() && layers.isEmpty() && bases.isEmpty() ? List.of(1, 4, 16, 64) : ranks;
    List<Try> tries = new ArrayList<>();
    for (int rank : wanted) {
      Map<String, String> chosen = options.training.method.flags();
      chosen.put("rank", String.valueOf(rank));
      chosen.put("alpha", String.valueOf(2.0 * rank));
      tries.add(new Try("rank", rank, String.valueOf(rank), base, chosen, 0));
    }
    for (int count : layers) {
      require(count >= 1, "--layers", "at least 1", count);
      tries.add(
          new Try(
              "layers",
              count,
              String.valueOf(count),
              base,
              options.training.method.flags(),
              count));
    }
    int size = 1;
    for (String one : bases) {
      tries.add(new Try("base", size++, one, one, options.training.method.flags(), 0));
    }
    for (Try one : tries) {
      MethodOptions.method(method, new SettingsMap(Map.of()), one.method());
    }
    return tries;
  }

  private CapacityPoint point(Try one, TransferStudy study) {
    PairedSeeds bootstrap = new PairedSeeds(PairedSeeds.DEFAULT_DRAWS, common.seed);
    List<DomainAnswers> answers = new ArrayList<>();
    for (int domain : study.all()) {
      answers.add(study.compare(domain, List.of(domain), study.all()));
    }
    return CapacityPoint.of(
        one.axis(),
        one.size(),
        one.name(),
        study.of(study.all()).get(0).trainable(),
        answers,
        bootstrap);
  }

  private void show(
      List<CapacityPoint> points, Map<String, Object> settings, Path samples, AnalysisRun run) {
    CapacityReport report = new CapacityReport(points);
    run.print(report.table());
    run.print(report.sentences());
    run.finish(
        report::html,
        new JsonResult("analyze capacity")
            .put("settings", settings)
            .put("measure", points.get(0).measure().word())
            .put("points", points.stream().map(CapacityPoint::shown).toList())
            .put("recommendation", report.sentences())
            .put("samples", samples.toString()));
  }
}
