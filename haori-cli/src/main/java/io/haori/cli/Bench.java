package io.haori.cli;

import io.haori.training.multidomain.DomainRows;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.SetSettings;
import io.haori.training.multidomain.SetTrainer;
import io.haori.training.multidomain.TransferStudy;
import io.haori.training.task.TextBase;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Model.CommandSpec;

/** One base with all domains' rows on it, on which an analysis trains its models. Owns the base. */
final class Bench implements AutoCloseable {
  private final Session session;
  private final CommonOptions common;
  private final AnalyzeOptions options;
  private final String baseName;
  private final SetSettings settings;
  private final TextBase base;
  private final DomainRows rows;

  Bench(Session session, CommonOptions common, AnalyzeOptions options, Domains domains) {
    this.session = session;
    this.common = common;
    this.options = options;
    this.baseName = common.baseOr(CommonOptions.DEFAULT_BASE);
    Workbench workbench = new Workbench(session, common);
    this.settings = options.settings(domains, common.seed, workbench.precision());
    this.base = workbench.open(baseName, settings.tune().baseType());
    this.rows = new DomainRows(domains, base.tokenizer(), settings.tune().text().maxLength());
  }

  String baseName() {
    return baseName;
  }

  SetSettings settings() {
    return settings;
  }

  TextBase base() {
    return base;
  }

  DomainRows rows() {
    return rows;
  }

  /** A trainer that keeps what it trains where the options say. */
  SetTrainer trainer(BooleanSupplier stopRequested) {
    return new SetTrainer(base, rows, options.runs()).stopWhen(stopRequested);
  }

  /** A study with the settings as chosen; single domains' adapters are kept. */
  TransferStudy study(BooleanSupplier stopRequested) {
    SetTrainer trainer = trainer(stopRequested).keepAdapters(plan -> plan.domains().size() == 1);
    return new TransferStudy(trainer, settings, options.seeds(common.seed));
  }

  /** Trains what a study asks for, under one bar; false when it was stopped. */
  boolean run(TransferStudy study) {
    try (ComparisonView view = new ComparisonView(session, common, "analyze")) {
      return study.listener(view).run();
    }
  }

  /** Says how to go on. */
  int interrupted(CommandSpec spec, TransferStudy study) {
    session
        .console()
        .err()
        .printf(
            "Interrupted; %d of %d runs are done and kept. Go on with: %s%n",
            study.done(), study.wanted().size(), ShellWords.again(spec));
    return ExitCode.INTERRUPTED;
  }

  @Override
  public void close() {
    base.close();
  }
}
