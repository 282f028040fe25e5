package io.haori.cli.tune;

import io.haori.cli.terminal.Console;
import io.haori.training.choice.LabelCurve;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says what more labels would give. */
final class LabelCurveText {
  private static final double PERCENT = 100;

  private LabelCurveText() {}

  static void print(Console console, LabelCurve curve) {
    List<String> points =
        curve.points().stream()
            .map(
                point ->
                    String.format(
                        Locale.ROOT,
                        "%.0f %% with %,d rows",
                        PERCENT * point.accuracy(),
                        point.rows()))
            .toList();
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "The probe alone: %s. Twice as many labels would give it about %.0f %%.%n",
                String.join("; ", points),
                PERCENT * curve.withTwice()));
  }

  /** As the command's JSON shows it. */
  static Map<String, Object> forJson(LabelCurve curve) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(
        "points",
        curve.points().stream()
            .map(point -> Map.of("rows", point.rows(), "accuracy", point.accuracy()))
            .toList());
    json.put("withTwice", curve.withTwice());
    return json;
  }
}
