package io.haori.cli.analyze;

import io.haori.cli.output.RunRecord;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.PeakMemory;
import io.haori.cli.terminal.Table;
import io.haori.core.files.AtomicFiles;
import io.haori.training.multidomain.Domains;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The frame of every analysis: it checks what all share, takes the folder, reads the domains, keeps
 * the record of the run, and at the end prints and writes the result: a report for a person, the
 * values as JSON, tables as CSV.
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
    RunRecord record = options.record(spec, json);
    session.claim(options.out);
    Domains domains = options.read(session, common.seed);
    domains.heads(options.domains.heads());
    check.check(domains);
    record.keep(AnalyzeOptions.named(domains));
    return domains;
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
   * @param html the report
   * @param values the command's own keys
   */
  void finish(String html, JsonResult values) {
    Path report = file(REPORT);
    AtomicFiles.writeText(report, html);
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
