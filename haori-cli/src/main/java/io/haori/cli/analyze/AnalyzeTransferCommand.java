package io.haori.cli.analyze;

import io.haori.analysis.report.Figures;
import io.haori.analysis.transfer.DomainAnswers;
import io.haori.analysis.transfer.DomainTransfer;
import io.haori.analysis.transfer.EffectMatrix;
import io.haori.analysis.transfer.Measure;
import io.haori.analysis.transfer.ModelCost;
import io.haori.analysis.transfer.PairedSeeds;
import io.haori.analysis.transfer.Recommendation;
import io.haori.analysis.transfer.TransferAnalysis;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.FinishedDomainSet;
import io.haori.training.multidomain.study.SamplesCsv;
import io.haori.training.multidomain.study.TransferStudy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori analyze transfer}: what learning together does to each domain. */
@Command(
    name = "transfer",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits a model to each domain, to every pair, to all but each one and to all together,"
          + " compares them sample by sample, and says whether the domains should share a model."
          + " Finished runs are kept: the same command continues where it was interrupted."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori analyze transfer --data shop bank --out transfer")
public final class AnalyzeTransferCommand implements Callable<Integer> {
  static final String JSON = "transfer.json";

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin final AnalyzeOptions options = new AnalyzeOptions();

  @Option(names = "--no-pairs", description = "Leave out the matrix of pairwise effects.")
  boolean noPairs;

  @Option(
      names = "--no-leave-one-out",
      description = "Leave out what each domain contributes to the model of all.")
  boolean noLeaveOneOut;

  @Mixin final CommonOptions common = new CommonOptions();

  public AnalyzeTransferCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    AnalysisRun run = new AnalysisRun(session, common, options, spec, JSON);
    Domains domains =
        run.open(
            all ->
                all.requireTestRows(
                    TransferAnalysis.rowsNeeded(all.size(), options.seeds), all.size()));
    boolean pairs = !noPairs && domains.size() > 2;
    boolean leaveOneOut = !noLeaveOneOut && domains.size() > 2;
    return run.on(
        domains,
        base -> {
          TransferStudy study = base.study();
          study.want(study.alone());
          study.want(List.of(study.all()));
          if (pairs) {
            study.want(study.pairs());
          }
          if (leaveOneOut) {
            study.want(study.allButOne());
          }
          if (!run.train(study)) {
            return false;
          }
          show(base, study, pairs, leaveOneOut, run);
          return true;
        });
  }

  private void show(
      AnalysisBase base, TransferStudy study, boolean pairs, boolean leaveOneOut, AnalysisRun run) {
    PairedSeeds bootstrap = new PairedSeeds(PairedSeeds.DEFAULT_DRAWS, common.seed);
    TransferFigures figures = figures(study, pairs, leaveOneOut, bootstrap);
    run.print(table(figures.analysis()));
    List<String> sentences = figures.sentences();
    run.print(sentences);
    Path samples = run.samples();
    SamplesCsv table = new SamplesCsv();
    study.all().forEach(domain -> table.add(study, domain, study.all()));
    table.write(samples);
    run.finish(
        new TransferReport(study, base.settings(), base.baseName(), figures)::html,
        new JsonResult("analyze transfer")
            .put("settings", base.settings().byName())
            .put("measure", study.measure().word())
            .put("domains", figures.domainsForJson())
            .put("meanGain", TransferFigures.forJson(figures.analysis().meanGain()))
            .put("matrix", TransferFigures.forJson(figures.pairs()))
            .put("leaveOneOut", TransferFigures.forJson(figures.contributions()))
            .put("recommendation", figures.recommendationForJson())
            .put("runs", study.wanted().size())
            .put("samples", samples.toString()));
  }

  /** All figures of a study whose models are done. */
  static TransferFigures figures(
      TransferStudy study, boolean pairs, boolean leaveOneOut, PairedSeeds bootstrap) {
    List<DomainAnswers> answers = new ArrayList<>();
    for (int domain : study.all()) {
      answers.add(study.compare(domain, List.of(domain), study.all()));
    }
    TransferAnalysis analysis = TransferAnalysis.of(answers, bootstrap);
    List<String> names = study.domains().names();
    @Nullable EffectMatrix ofPairs =
        pairs
            ? EffectMatrix.of(
                names, (with, on) -> study.compare(on, List.of(on), List.of(on, with)), bootstrap)
            : null;
    @Nullable EffectMatrix contributions =
        leaveOneOut
            ? EffectMatrix.of(
                names, (left, on) -> study.compare(on, study.without(left), study.all()), bootstrap)
            : null;
    long apart = 0;
    for (int domain : study.all()) {
      apart += study.of(List.of(domain)).get(0).trainable();
    }
    FinishedDomainSet together = study.of(study.all()).get(0);
    Recommendation recommendation =
        Recommendation.of(
            analysis, new ModelCost(names.size(), apart), new ModelCost(1, together.trainable()));
    return new TransferFigures(
        study.seeds().size(), analysis, ofPairs, contributions, recommendation);
  }

  private static Table table(TransferAnalysis analysis) {
    Table table =
        new Table(
            "domain", "alone", "together", "transfer", "interference", "gain", "interval", "p");
    for (DomainTransfer domain : analysis.domains()) {
      Measure measure = analysis.measure();
      table.row(
          domain.name(),
          measure.text(domain.shares().independent()),
          measure.text(domain.shares().joint()),
          measure.figures().text(domain.shares().transfer()),
          measure.figures().text(domain.shares().interference()),
          TransferFigures.points(measure, domain.gain().estimate()),
          TransferFigures.points(measure, domain.gain().low())
              + " to "
              + TransferFigures.points(measure, domain.gain().high()),
          Figures.pValue(domain.corrected()));
    }
    return table;
  }
}
