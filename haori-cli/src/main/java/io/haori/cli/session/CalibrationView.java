package io.haori.cli.session;

import io.haori.analysis.report.Figures;
import io.haori.cli.terminal.Console;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.calibration.CalibrationScores;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shows how a model was calibrated, and what that does on other rows. */
public final class CalibrationView {
  /** With fewer rows the error is mostly chance. */
  private static final int TELLING_ROWS = 30;

  private CalibrationView() {}

  /** One line; none for a model that is not calibrated. */
  public static void show(Session session, Optional<Calibration> calibration) {
    show(session, calibration, "validation");
  }

  /** The same on other rows, such as those that were held out in turn. */
  public static void show(Session session, Optional<Calibration> calibration, String kind) {
    calibration.ifPresent(found -> session.console().out().println(line(found, kind)));
  }

  private static String line(Calibration found, String kind) {
    String rows =
        String.format(Locale.ROOT, "Probabilities calibrated on %,d %s rows", found.rows(), kind);
    String temperature =
        String.format(Locale.ROOT, "temperature %.2f", found.temperature().value());
    return found.rows() < TELLING_ROWS
        ? rows + ", too few to say how well: " + temperature
        : rows
            + ": "
            + temperature
            + ", calibration error "
            + Figures.PERCENT.text(found.errorBefore())
            + " to "
            + Figures.PERCENT.text(found.errorAfter());
  }

  /** The same figures, for JSON. */
  public static Map<String, Object> figures(Calibration found) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("rows", found.rows());
    figures.put("temperature", found.temperature().value());
    figures.put("errorBefore", found.errorBefore());
    figures.put("errorAfter", found.errorAfter());
    return figures;
  }

  /** What a calibration does on other rows, in four lines. */
  public static void show(Session session, CalibrationScores scores) {
    Console console = session.console();
    console.out().println();
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Calibration error %s, without calibration %s (%s would be chance with %,d rows)",
                Figures.PERCENT.text(scores.errorAfter()),
                Figures.PERCENT.text(scores.errorBefore()),
                Figures.PERCENT.text(scores.errorByChance()),
                scores.rows()));
    String share = String.valueOf(scores.share());
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Sets of --coverage %s hold the right label in %s of the rows and have %.2f labels on"
                    + " average",
                share,
                Figures.PERCENT.text(scores.coverage()),
                scores.setSize()));
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "--unknown %s keeps the answers of %s of the rows with known labels",
                share,
                Figures.PERCENT.text(scores.kept())));
    if (scores.unknownRows() > 0) {
      console
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "--unknown %s recognises %s of %,d rows with other labels",
                  share,
                  Figures.PERCENT.text(scores.recognised()),
                  scores.unknownRows()));
    }
  }

  /** The same figures, for JSON. */
  public static Map<String, Object> figures(CalibrationScores scores) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("rows", scores.rows());
    figures.put("errorBefore", scores.errorBefore());
    figures.put("errorAfter", scores.errorAfter());
    figures.put("errorByChance", scores.errorByChance());
    figures.put("errorLessChance", scores.errorLessChance());
    figures.put("share", scores.share());
    figures.put("coverage", scores.coverage());
    figures.put("setSize", scores.setSize());
    figures.put("kept", scores.kept());
    if (scores.unknownRows() > 0) {
      figures.put("unknownRows", scores.unknownRows());
      figures.put("recognised", scores.recognised());
    }
    return figures;
  }
}
