package io.haori.cli.analyze;

import io.haori.cli.output.RunRecord;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.ComparisonView;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.PeakMemory;
import io.haori.cli.terminal.ShellWords;
import io.haori.cli.terminal.Table;
import io.haori.core.files.AtomicFiles;
import io.haori.core.language.Catalogue;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.study.TransferStudy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The frame of every analysis: it checks what all share, takes the folder, reads the domains, keeps
 * the record of the run, opens the base, trains until it is done or stopped, and at the end prints
 * and writes the result: a report for a person, the values as JSON, tables as CSV.
 */
final class AnalysisRun {
  private static final String SAMPLES = "samples.csv";
  private static final String REPORT = "report.html";

  private final Session session;
  private final CommonOptions common;
  private final AnalyzeOptions options;
  private final CommandSpec spec;
  private final String json;
  private final Instant start;
  private @Nullable RunRecord record;

  /**
   * Begins: checks the options that all analyses have.
   *
   * @param session where it is shown
   * @param common of the command
   * @param options of the command
   * @param spec of the command
   * @param json name of its file of values
   */
  AnalysisRun(
      Session session,
      CommonOptions common,
      AnalyzeOptions options,
      CommandSpec spec,
      String json) {
    this.session = session;
    this.common = common;
    this.options = options;
    this.spec = spec;
    this.json = json;
    start = session.clock().instant();
    options.training.fill(spec, true);
    common.check();
    options.check();
  }

  /** What a command refuses of the domains before anything is written. */
  @FunctionalInterface
  interface DomainCheck {
    /** Throws a {@link io.haori.core.check.UserError} where the domains do not fit. */
    void check(Domains domains);
  }

  /**
   * Takes the folder, reads the domains and keeps the record.
   *
   * @param check the command's own
   * @throws IOException when the folder cannot be listed
   */
  Domains open(DomainCheck check) throws IOException {
    RunRecord opened = options.record(spec, json);
    session.claim(options.out);
    Domains domains = options.read(session, common.seed);
    domains.heads(options.domains.heads());
    check.check(domains);
    opened.keep(AnalyzeOptions.named(domains));
    record = opened;
    return domains;
  }

  /** What a command does on a base. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @param base closed afterwards
     * @return whether all was done; false when it was stopped
     */
    boolean on(AnalysisBase base);
  }

  /**
   * Opens the chosen base and works on it.
   *
   * @param domains as {@link #open} read them
   * @param work the command's own
   * @return the exit code
   */
  int on(Domains domains, Work work) throws IOException {
    return on(common.baseOr(CommonOptions.DEFAULT_BASE), domains, work);
  }

  /** The same on a base of another name. */
  int on(String baseName, Domains domains, Work work) throws IOException {
    try (RunRecord kept = record;
        Interruption interruption = Interruption.ofProcess(session.console());
        AnalysisBase base =
            new AnalysisBase(
                session, common, options, domains, baseName, interruption::requested)) {
      return work.on(base) ? ExitCode.DONE : ExitCode.INTERRUPTED;
    }
  }

  /**
   * Trains what a study asks for, under one bar.
   *
   * @return false when it was stopped; then it was said how to continue
   */
  boolean train(TransferStudy study) {
    try (ComparisonView view = new ComparisonView(session, common, "analyze")) {
      if (study.listener(view).run()) {
        return true;
      }
    }
    session
        .console()
        .err()
        .printf(
            "Interrupted; %d of %d runs are done and kept. Continue with: %s%n",
            study.done(), study.wanted().size(), ShellWords.again(spec));
    return false;
  }

  /** The table of test samples. */
  Path samples() {
    return file(SAMPLES);
  }

  /** A file of the folder. */
  Path file(String name) {
    return options.out.resolve(name);
  }

  /** Prints a table and an empty line. */
  void print(Table table) {
    table.print(session.console());
    session.console().out().println();
  }

  /** Prints the answer. */
  void print(List<String> sentences) {
    sentences.forEach(session.console().out()::println);
  }

  /**
   * Writes the report and says where it is; writes the values, and prints them where that was asked
   * for.
   *
   * @param page the report as HTML in a language
   * @param values the command's own keys
   */
  void finish(Function<Catalogue, String> page, JsonResult values) {
    Path report = file(REPORT);
    AtomicFiles.writeText(report, page.apply(session.console().words()));
    session.console().out().println("Report: " + report);
    String line =
        values
            .put("report", report.toString())
            .line(session.secondsSince(start), PeakMemory.megabytes());
    AtomicFiles.writeText(file(json), line + "\n");
    if (common.json) {
      session.console().json().println(line);
    }
  }
}
