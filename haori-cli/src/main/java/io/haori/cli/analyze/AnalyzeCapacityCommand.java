package io.haori.cli.analyze;

import static io.haori.core.check.Check.require;

import io.haori.analysis.report.Axis;
import io.haori.analysis.report.CurveChart;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.Page;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.transfer.CapacityPoint;
import io.haori.analysis.transfer.DomainAnswers;
import io.haori.analysis.transfer.PairedSeeds;
import io.haori.analysis.transfer.Plateau;
import io.haori.analysis.transfer.Recommendation;
import io.haori.cli.options.MethodOptions;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.SamplesCsv;
import io.haori.training.multidomain.TransferStudy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      String open = "";
      AnalysisBase bench = null;
      try {
        for (Try one : tries) {
          if (bench == null || !one.base().equals(open)) {
            if (bench != null) {
              bench.close();
            }
            bench = new AnalysisBase(session, common, options, domains, one.base());
            open = one.base();
          }
          session.note(common, one.axis() + " " + one.name());
          TransferStudy study = bench.study(interruption::requested, one.method(), one.topLayers());
          study.want(study.alone());
          study.want(List.of(study.all()));
          if (!bench.run(study)) {
            return bench.interrupted(spec, study);
          }
          points.add(point(one, study));
          settings.put(
              one.axis() + " " + one.name(),
              bench.settings(one.method(), one.topLayers()).byName());
          for (int domain : study.all()) {
            samples.add(study, domain, study.all(), one.axis() + " " + one.name());
          }
        }
      } finally {
        if (bench != null) {
          bench.close();
        }
      }
    }
    Path csv = run.samples();
    samples.write(csv);
    show(points, settings, csv, run);
    return ExitCode.DONE;
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
    int place = 1;
    for (String one : bases) {
      tries.add(new Try("base", place++, one, one, options.training.method.flags(), 0));
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
    Table table =
        new Table("capacity", "trained", "accuracy", "interval", "transfer", "interference");
    for (CapacityPoint point : points) {
      table.row(
          point.axis() + " " + point.name(),
          String.format(Locale.ROOT, "%,d", point.trained()),
          TransferFigures.percent(point.joint().estimate()),
          TransferFigures.percent(point.joint().low())
              + " to "
              + TransferFigures.percent(point.joint().high()),
          TransferFigures.percent(point.transfer()),
          TransferFigures.percent(point.interference()));
    }
    run.print(table);
    List<String> sentences = new ArrayList<>();
    for (String axis : points.stream().map(CapacityPoint::axis).distinct().toList()) {
      sentences.add(CapacityPoint.advice(ofAxis(points, axis)));
    }
    run.print(sentences);
    run.finish(
        html(points, sentences),
        new JsonResult("analyze capacity")
            .put("settings", settings)
            .put("points", points)
            .put("recommendation", sentences)
            .put("samples", samples.toString()));
  }

  private static List<CapacityPoint> ofAxis(List<CapacityPoint> points, String axis) {
    return points.stream().filter(point -> point.axis().equals(axis)).toList();
  }

  private static String html(List<CapacityPoint> points, List<String> sentences) {
    Page page = new Page("How much capacity the domains need together");
    sentences.forEach(page::answer);
    for (String axis : points.stream().map(CapacityPoint::axis).distinct().toList()) {
      List<CapacityPoint> ours = ofAxis(points, axis);
      page.heading("By " + axis).chart(curves(axis, ours)).table(grid(ours));
    }
    page.heading("How this was measured")
        .list(
            List.of(
                "Accuracy, transfer and interference are means over domains and seeds on the test"
                    + " rows, transfer and interference against models of each domain alone with"
                    + " the same capacity.",
                "The point to stop at is the smallest capacity whose accuracy lies within the 95 %"
                    + " interval of the best one's.",
                "Intervals: bootstrap over samples and seeds."));
    return page.html();
  }

  private static CurveChart curves(String axis, List<CapacityPoint> points) {
    int stop = Plateau.stop(points.stream().map(CapacityPoint::joint).toList());
    double[] x = points.stream().mapToDouble(CapacityPoint::size).toArray();
    List<CurveChart.Curve> curves =
        List.of(
            new CurveChart.Curve(
                "together",
                x,
                points.stream().map(CapacityPoint::joint).mapToDouble(Interval::estimate).toArray(),
                stop),
            new CurveChart.Curve(
                "alone", x, points.stream().mapToDouble(CapacityPoint::alone).toArray(), null),
            new CurveChart.Curve(
                "transfer",
                x,
                points.stream().mapToDouble(CapacityPoint::transfer).toArray(),
                null),
            new CurveChart.Curve(
                "interference",
                x,
                points.stream().mapToDouble(CapacityPoint::interference).toArray(),
                null));
    return new CurveChart(
        "Accuracy, transfer and interference",
        "A diamond: the point to stop at.",
        Axis.linear(axis, Figures.COUNT),
        Axis.linear("share of test samples", Figures.PERCENT),
        curves);
  }

  private static Grid grid(List<CapacityPoint> points) {
    return new Grid(
        List.of("capacity", "trained", "together", "95 % interval", "alone", "gain"),
        points.stream()
            .map(
                point ->
                    List.of(
                        point.name(),
                        Figures.COUNT.text(point.trained()),
                        Figures.PERCENT.text(point.joint().estimate()),
                        Figures.PERCENT.text(point.joint().low())
                            + " to "
                            + Figures.PERCENT.text(point.joint().high()),
                        Figures.PERCENT.text(point.alone()),
                        Recommendation.withInterval(point.gain())))
            .toList());
  }
}
