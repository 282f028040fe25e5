package io.haori.server.page.screen;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.server.page.screen.RunResult.Matrix;
import io.haori.server.page.screen.RunResult.MatrixRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tables of what analyses, mixes and pre-trainings found, of the JSON that their command printed.
 */
public final class ResultTables {
  /** Keys of the words above a matrix, by the name of the predictor. */
  private static final Map<String, String> PREDICTORS =
      Map.of(
          "mean discrepancy (MMD)",
          "mmd",
          "proxy A-distance",
          "proxyA",
          "gradient cosine",
          "gradients",
          "principal angles",
          "angles");

  private ResultTables() {}

  /**
   * A table.
   *
   * @param title key of the words above it
   * @param columns keys of the words above its columns
   * @param rows as texts
   */
  public record ResultTable(String title, List<String> columns, List<MatrixRow> rows) {}

  /** All tables of a result, none for what it does not have. */
  static List<ResultTable> of(JsonNode result) {
    List<ResultTable> tables = new ArrayList<>();
    switch (result.path("command").asText()) {
      case "analyze transfer" -> add(tables, transfer(result.path("domains")));
      case "analyze groups" -> add(tables, groups(result));
      case "analyze capacity" -> add(tables, capacity(result.path("points")));
      case "pretrain" -> add(tables, pretrain(result.path("domains")));
      case "anomaly fit" -> add(tables, detector(result));
      case "mix" -> add(tables, contributions(result.path("contributions")));
      case "module together" -> add(tables, together(result.path("members")));
      default -> {}
    }
    return tables;
  }

  private static void add(List<ResultTable> tables, ResultTable table) {
    if (!table.rows().isEmpty()) {
      tables.add(table);
    }
  }

  private static ResultTable transfer(JsonNode domains) {
    List<MatrixRow> rows = new ArrayList<>();
    for (JsonNode one : domains) {
      rows.add(
          new MatrixRow(
              one.path("name").asText(),
              List.of(
                  Words.percent(one.path("independent").asDouble()),
                  Words.percent(one.path("joint").asDouble()),
                  Words.percent(one.path("transfer").asDouble()),
                  Words.percent(one.path("interference").asDouble()),
                  points(one.path("gain"), one.path("interval")))));
    }
    return new ResultTable(
        "transfer",
        List.of("domain", "alone", "together", "transfer", "interference", "gain"),
        rows);
  }

  private static ResultTable groups(JsonNode result) {
    List<MatrixRow> rows = new ArrayList<>();
    for (String name : List.of("overIndependent", "overJoint")) {
      JsonNode gain = result.path(name);
      if (gain.isObject()) {
        rows.add(
            new MatrixRow(name, List.of(points(gain.path("estimate"), gain.path("interval")))));
      }
    }
    return new ResultTable("groups", List.of("comparedWith", "gain"), rows);
  }

  private static ResultTable capacity(JsonNode tried) {
    List<MatrixRow> rows = new ArrayList<>();
    for (JsonNode one : tried) {
      JsonNode joint = one.path("joint");
      rows.add(
          new MatrixRow(
              one.path("axis").asText() + " " + one.path("name").asText(),
              List.of(
                  String.format(Locale.ROOT, "%,d", one.path("trained").asLong()),
                  Words.percent(joint.path("estimate").asDouble())
                      + " ("
                      + Words.percent(joint.path("low").asDouble())
                      + " – "
                      + Words.percent(joint.path("high").asDouble())
                      + ")",
                  Words.percent(one.path("alone").asDouble()),
                  points(one.at("/gain/estimate")))));
    }
    return new ResultTable(
        "capacity", List.of("capacity", "trained", "together", "alone", "gain"), rows);
  }

  private static ResultTable pretrain(JsonNode domains) {
    List<MatrixRow> rows = new ArrayList<>();
    for (JsonNode one : domains) {
      rows.add(
          new MatrixRow(
              one.path("name").asText(),
              List.of(
                  String.format(Locale.ROOT, "%,d", one.path("texts").asLong()),
                  String.format(Locale.ROOT, "%,d", one.path("tokens").asLong()),
                  one.path("objective").asText(),
                  Words.score(one.path("lossStart").asDouble()),
                  Words.score(one.path("lossEnd").asDouble()))));
    }
    return new ResultTable(
        "pretrain",
        List.of("module", "texts", "tokens", "objective", "lossStart", "lossEnd"),
        rows);
  }

  private static ResultTable detector(JsonNode result) {
    MatrixRow row =
        new MatrixRow(
            String.format(Locale.ROOT, "%,d", result.path("learnt").asLong()),
            List.of(
                String.format(Locale.ROOT, "%,d", result.path("heldOut").asLong()),
                String.format(
                    Locale.ROOT,
                    "%,d / %,d",
                    result.path("kept").asLong(),
                    result.path("patches").asLong()),
                String.format(Locale.ROOT, "%.4g", result.path("threshold").asDouble())));
    return new ResultTable(
        "detector", List.of("learnt", "heldOut", "keptPatches", "threshold"), List.of(row));
  }

  private static ResultTable contributions(JsonNode modules) {
    List<MatrixRow> rows = new ArrayList<>();
    for (JsonNode one : modules) {
      rows.add(
          new MatrixRow(
              one.path("module").asText(),
              List.of(
                  Words.percent(one.path("share").asDouble()),
                  one.path("leaveOneOut").isNumber()
                      ? Words.difference(one.path("leaveOneOut").doubleValue())
                      : "")));
    }
    return new ResultTable("contributions", List.of("module", "share", "leaveOneOut"), rows);
  }

  private static ResultTable together(JsonNode members) {
    List<MatrixRow> rows = new ArrayList<>();
    for (JsonNode one : members) {
      rows.add(
          new MatrixRow(
              one.path("module").asText(),
              List.of(
                  one.path("metric").asText(),
                  Words.score(one.path("alone").asDouble()),
                  Words.score(one.path("together").asDouble()),
                  Words.difference(one.path("loss").asDouble()))));
    }
    return new ResultTable(
        "together", List.of("module", "metric", "alone", "together", "loss"), rows);
  }

  private static String points(JsonNode gain) {
    return String.format(Locale.ROOT, "%+.1f", 100 * gain.asDouble());
  }

  private static String points(JsonNode gain, JsonNode interval) {
    return points(gain)
        + (interval.size() == 2
            ? " (" + points(interval.get(0)) + " – " + points(interval.get(1)) + ")"
            : "");
  }

  /** How alike domains are, a matrix for each predictor. */
  static List<Matrix> similarities(JsonNode result) {
    List<String> names = new ArrayList<>();
    result.path("domains").forEach(one -> names.add(one.asText()));
    List<Matrix> matrices = new ArrayList<>();
    for (JsonNode predictor : result.path("predictors")) {
      String key = PREDICTORS.get(predictor.path("name").asText());
      if (key == null) {
        continue;
      }
      List<MatrixRow> rows = new ArrayList<>();
      List<List<Object>> cells = new ArrayList<>();
      for (int row = 0; row < names.size(); row++) {
        List<String> texts = new ArrayList<>();
        for (int column = 0; column < names.size(); column++) {
          double alike = predictor.path("similarity").path(row).path(column).asDouble();
          texts.add(row == column ? "–" : String.format(Locale.ROOT, "%.3f", alike));
          if (row != column) {
            cells.add(List.of(column, row, Math.round(alike * 1e3) / 1e3));
          }
        }
        rows.add(new MatrixRow(names.get(row), texts));
      }
      matrices.add(new Matrix(key, names, rows, RunResult.heat(names, names, cells)));
    }
    return matrices;
  }
}
