package io.haori.cli.analyze;

import static io.haori.core.check.Check.require;

import io.haori.analysis.transfer.DomainAnswers;
import io.haori.analysis.transfer.EffectMatrix;
import io.haori.analysis.transfer.GroupValue;
import io.haori.analysis.transfer.Grouping;
import io.haori.analysis.transfer.PairedSeeds;
import io.haori.analysis.transfer.TransferAnalysis;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.training.data.Split;
import io.haori.training.multidomain.Domain;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.study.SamplesCsv;
import io.haori.training.multidomain.study.TransferStudy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori analyze groups}: which domains should share a model. */
@Command(
    name = "groups",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Divides the domains into --models models by the effects that were measured on validation"
          + " rows, trains these models, and checks on the test rows whether they do better than"
          + " one model of all and than a model of each. Runs are shared with analyze transfer:"
          + " --runs."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori analyze groups --data shop bank food --models 2 --out g")
public final class AnalyzeGroupsCommand implements Callable<Integer> {
  static final String JSON = "groups.json";
  private static final int DEFAULT_MODELS = 2;

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin final AnalyzeOptions options = new AnalyzeOptions();

  @Option(
      names = "--models",
      paramLabel = "N",
      defaultValue = "" + DEFAULT_MODELS,
      description = "How many models the domains are parted into (default: ${DEFAULT-VALUE}).")
  int models = DEFAULT_MODELS;

  @Mixin final CommonOptions common = new CommonOptions();

  public AnalyzeGroupsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    AnalysisRun run = new AnalysisRun(session, common, options, spec, JSON);
    require(models >= 2, "--models", "at least 2", models);
    Domains domains = run.open(this::check);
    return run.on(
        domains,
        base -> {
          TransferStudy study = base.study();
          study.want(study.alone());
          study.want(List.of(study.all()));
          study.want(study.pairs());
          study.want(study.allButOne());
          if (!run.train(study)) {
            return false;
          }
          List<Grouping> bests = bests(study);
          Grouping proposed = bests.get(models - 1);
          study.want(proposed.groups());
          if (!run.train(study)) {
            return false;
          }
          show(base, study, bests, proposed, run);
          return true;
        });
  }

  private void check(Domains domains) {
    require(
        models < domains.size(),
        "--models",
        "fewer than the domains, of which there are " + domains.size(),
        models);
    int tests = domains.size();
    domains.requireTestRows(TransferAnalysis.rowsNeeded(tests, options.seeds), tests);
  }

  /** The best partition into one, two … models, by what the validation rows say. */
  private List<Grouping> bests(TransferStudy study) {
    PairedSeeds bootstrap = new PairedSeeds(PairedSeeds.DEFAULT_DRAWS, common.seed);
    GroupValue value = value(study, bootstrap);
    List<Grouping> bests = new ArrayList<>();
    for (int count = 1; count <= study.domains().size(); count++) {
      bests.add(Grouping.best(value, count));
    }
    return bests;
  }

  /** Effects on the validation rows, drawn towards 0 by how much of their spread is noise. */
  private static GroupValue value(TransferStudy study, PairedSeeds bootstrap) {
    List<String> names = study.domains().names();
    EffectMatrix pairs =
        EffectMatrix.of(
            names,
            (with, on) -> study.compare(Split.VALIDATION, on, List.of(on), List.of(on, with)),
            bootstrap);
    EffectMatrix contributions =
        EffectMatrix.of(
            names,
            (left, on) -> study.compare(Split.VALIDATION, on, study.without(left), study.all()),
            bootstrap);
    double[] all =
        study.all().stream()
            .mapToDouble(
                on -> study.compare(Split.VALIDATION, on, List.of(on), study.all()).shares().gain())
            .toArray();
    return new GroupValue(
        scaled(pairs.gains(), pairs.reliability()),
        scaled(contributions.gains(), contributions.reliability()),
        all);
  }

  private static double[][] scaled(double[][] gains, double factor) {
    for (double[] row : gains) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= factor;
      }
    }
    return gains;
  }

  private void show(
      AnalysisBase base,
      TransferStudy study,
      List<Grouping> bests,
      Grouping proposed,
      AnalysisRun run) {
    PairedSeeds bootstrap = new PairedSeeds(PairedSeeds.DEFAULT_DRAWS, common.seed);
    List<DomainAnswers> overAlone = new ArrayList<>();
    List<DomainAnswers> overJoint = new ArrayList<>();
    SamplesCsv samples = new SamplesCsv();
    for (int domain : study.all()) {
      List<Integer> group = groupOf(proposed, domain);
      overAlone.add(study.compare(domain, List.of(domain), group));
      overJoint.add(study.compare(domain, study.all(), group));
      samples.add(study, domain, group);
    }
    GroupFigures figures =
        new GroupFigures(
            study.domains().names(),
            bests,
            proposed,
            TransferAnalysis.of(overAlone, bootstrap),
            TransferAnalysis.of(overJoint, bootstrap));
    Table table = new Table("model", "domains");
    for (int i = 0; i < proposed.groups().size(); i++) {
      table.row(String.valueOf(i + 1), String.join(", ", figures.names(proposed.groups().get(i))));
    }
    run.print(table);
    Table accuracies = new Table("domain", "alone", "all together", "in groups");
    for (int i = 0; i < figures.names().size(); i++) {
      accuracies.row(
          figures.names().get(i),
          study.measure().text(figures.overAlone().domains().get(i).shares().independent()),
          study.measure().text(figures.overJoint().domains().get(i).shares().independent()),
          study.measure().text(figures.overAlone().domains().get(i).shares().joint()));
    }
    run.print(accuracies);
    List<String> sentences = figures.sentences();
    run.print(sentences);
    String tune = carryOut(study, figures);
    session.console().out().println("To carry it out: " + tune);
    Path csv = run.samples();
    samples.write(csv);
    run.finish(
        new GroupReport(study, base.settings(), base.baseName(), figures, tune)::html,
        new JsonResult("analyze groups")
            .put("settings", base.settings().byName())
            .put("measure", study.measure().word())
            .put("groups", figures.groupNames())
            .put("models", models)
            .put("exhaustive", proposed.exhaustive())
            .put("expectedGain", proposed.expectedGain())
            .put("overIndependent", TransferFigures.forJson(figures.overAlone().meanGain()))
            .put("overJoint", TransferFigures.forJson(figures.overJoint().meanGain()))
            .put("held", figures.held())
            .put("recommendation", sentences)
            .put("carryOut", tune)
            .put("samples", csv.toString()));
  }

  private static List<Integer> groupOf(Grouping grouping, int domain) {
    return grouping.groups().stream()
        .filter(group -> group.contains(domain))
        .findFirst()
        .orElseThrow();
  }

  private String carryOut(TransferStudy study, GroupFigures figures) {
    if (study.domains().areWritten()) {
      return "haori pretrain --base %s --corpus %s --out DIR"
          .formatted(
              common.baseOr(CommonOptions.DEFAULT_BASE),
              String.join(
                  " ",
                  figures.proposed().groups().stream()
                      .map(group -> corpus(study, group))
                      .toList()));
    }
    return String.format(
        Locale.ROOT,
        "haori tune --data %s --groups \"%s\" --weighting %s --out DIR",
        String.join(" ", options.data.stream().map(Path::toString).toList()),
        String.join(";", figures.groupNames().stream().map(g -> String.join(",", g)).toList()),
        options.domains.weighting().word());
  }

  private static String corpus(TransferStudy study, List<Integer> group) {
    List<Domain> domains = group.stream().map(study.domains().all()::get).toList();
    return String.join("-", domains.stream().map(Domain::name).toList())
        + "="
        + String.join(
            ",", domains.stream().map(one -> one.data().train().path().toString()).toList());
  }
}
