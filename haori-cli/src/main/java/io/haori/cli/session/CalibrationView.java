package io.haori.cli.session;

import io.haori.analysis.report.Figures;
import io.haori.inference.calibration.Calibration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shows how a model was calibrated that was just fitted. */
public final class CalibrationView {
  private CalibrationView() {}

  /** One line; none for a model that is not calibrated. */
  public static void show(Session session, Optional<Calibration> calibration) {
    calibration.ifPresent(
        found ->
            session
                .console()
                .out()
                .println(
                    String.format(
                        Locale.ROOT,
                        "Probabilities calibrated on %,d validation rows: temperature %.2f,"
                            + " calibration error %s to %s",
                        found.rows(),
                        found.temperature().value(),
                        Figures.PERCENT.text(found.errorBefore()),
                        Figures.PERCENT.text(found.errorAfter()))));
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
}
