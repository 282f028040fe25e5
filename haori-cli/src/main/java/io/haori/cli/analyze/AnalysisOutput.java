package io.haori.cli.analyze;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.PeakMemory;
import io.haori.core.files.AtomicFiles;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What every analysis leaves in its folder, and says last: a report for a person, the figures as
 * JSON, tables as CSV.
 *
 * @param session prints
 * @param common says whether the JSON is printed, too
 * @param folder of {@code --out}
 */
record AnalysisOutput(Session session, CommonOptions common, Path folder) {
  /** What every analysis of models calls its table of test samples. */
  static final String SAMPLES = "samples.csv";

  private static final String REPORT = "report.html";

  /** The table of test samples. */
  Path samples() {
    return folder.resolve(SAMPLES);
  }

  /** Writes the report and says where it is. */
  void report(String html) {
    Path report = folder.resolve(REPORT);
    AtomicFiles.writeText(report, html);
    session.console().out().println("Report: " + report);
  }

  /**
   * Writes the figures, and prints them where that was asked for.
   *
   * @param json the command's own keys
   * @param name of the file
   * @param start when the command began
   */
  void figures(JsonResult json, String name, Instant start) {
    String line =
        json.put("report", folder.resolve(REPORT).toString())
            .line(session.secondsSince(start), PeakMemory.megabytes());
    AtomicFiles.writeText(folder.resolve(name), line + "\n");
    if (common.json) {
      session.console().json().println(line);
    }
  }
}
