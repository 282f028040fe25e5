package io.haori.server.page.screen;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.server.api.request.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a job found, of the JSON that its command printed. */
public final class RunResult {
  private RunResult() {}

  /**
   * A wrong answer.
   *
   * @param row file and line
   * @param text that was read
   * @param label the right answer
   * @param answer of the model
   * @param size how sure it was, or how far it is off
   */
  public record Mistake(String row, String text, String label, String answer, String size) {}

  /**
   * A method of a comparison.
   *
   * @param name of it
   * @param score mean over the seeds
   * @param stored bytes of its adapter
   * @param seconds of a run
   */
  public record MethodRow(String name, String score, String stored, String seconds) {}

  /**
   * A row of a matrix.
   *
   * @param name of what the row is about
   * @param cells in the order of the columns
   */
  public record MatrixRow(String name, List<String> cells) {}

  /**
   * Effects of domains on domains, in points of accuracy.
   *
   * @param title key of the words above it
   * @param names of rows and columns
   * @param rows as texts
   * @param chart the same for the script that draws it
   */
  public record Matrix(String title, List<String> names, List<MatrixRow> rows, String chart) {}

  /** Values for the template; everything that the command did not find is empty. */
  static Map<String, Object> of(JsonNode result) {
    Map<String, Object> model = new HashMap<>();
    model.put("test", scores(result.path(result.has("scores") ? "scores" : "test")));
    model.put("interval", interval(result));
    model.put("mistakes", mistakes(result.path("mistakes")));
    model.put("advice", sentences(result));
    model.put("methods", methods(result.path("rows")));
    model.put("matrices", matrices(result));
    model.put("tables", ResultTables.of(result));
    model.put("groups", groups(result.path("groups")));
    return model;
  }

  static Map<String, String> scores(JsonNode json) {
    Map<String, String> scores = new TreeMap<>();
    json.properties().stream()
        .filter(one -> one.getValue().isNumber())
        .forEach(one -> scores.put(one.getKey(), Words.score(one.getValue().doubleValue())));
    return scores;
  }

  /** {@code 80.4 % (95 %: 73.1 % to 86.2 %), 111 of 138}; empty where there is none. */
  public static String interval(JsonNode result) {
    JsonNode interval = result.path("interval");
    if (!interval.isObject()) {
      return "";
    }
    long right = interval.path("right").asLong();
    long rows = interval.path("rows").asLong();
    return String.format(
        Locale.ROOT,
        "%s (95 %%: %s – %s), %,d / %,d",
        Words.percent(rows == 0 ? 0 : (double) right / rows),
        Words.percent(interval.path("low").asDouble()),
        Words.percent(interval.path("high").asDouble()),
        right,
        rows);
  }

  /** The worst answers of a result's list, as they are shown. */
  public static List<Mistake> mistakes(JsonNode list) {
    List<Mistake> mistakes = new ArrayList<>();
    for (JsonNode one : list) {
      double size =
          one.path("probability").asDouble(one.path("error").asDouble(one.path("loss").asDouble()));
      mistakes.add(
          new Mistake(
              one.path("row").asText(),
              one.path("text").asText(),
              one.path("label").asText(),
              one.path("answer").asText(),
              String.format(Locale.ROOT, "%.3f", size)));
    }
    return mistakes;
  }

  private static List<String> sentences(JsonNode result) {
    List<String> sentences = new ArrayList<>();
    for (String name : List.of("advice", "recommendation")) {
      JsonNode node = result.path(name);
      if (node.isTextual()) {
        sentences.add(node.asText());
      }
      if (node.isArray()) {
        node.forEach(one -> sentences.add(one.asText()));
      }
      node.path("sentences").forEach(one -> sentences.add(one.asText()));
    }
    return sentences;
  }

  private static List<MethodRow> methods(JsonNode rows) {
    List<MethodRow> methods = new ArrayList<>();
    for (JsonNode one : rows) {
      JsonNode score = one.has("mean") ? one.path("mean") : one.at("/score/mean");
      methods.add(
          new MethodRow(
              one.path("method").asText(one.path("name").asText()),
              score.isNumber() ? Words.score(score.doubleValue()) : "",
              Words.size(one.path("storedBytes").asLong()),
              String.format(Locale.ROOT, "%.1f s", one.path("seconds").asDouble())));
    }
    return methods;
  }

  private static List<List<String>> groups(JsonNode groups) {
    List<List<String>> all = new ArrayList<>();
    for (JsonNode group : groups) {
      List<String> names = new ArrayList<>();
      group.forEach(name -> names.add(name.asText()));
      all.add(names);
    }
    return all;
  }

  private static List<Matrix> matrices(JsonNode result) {
    List<Matrix> matrices = new ArrayList<>();
    for (String name : List.of("matrix", "leaveOneOut")) {
      JsonNode effects = result.path(name).path("effects");
      if (effects.isArray() && !effects.isEmpty()) {
        matrices.add(matrix(name, effects));
      }
    }
    if (result.path("command").asText().equals("analyze similarity")) {
      matrices.addAll(ResultTables.similarities(result));
    }
    return matrices;
  }

  private static Matrix matrix(String title, JsonNode effects) {
    List<String> names = new ArrayList<>();
    Map<String, Double> gains = new HashMap<>();
    for (JsonNode one : effects) {
      String with = one.path("with").asText(one.path("left").asText());
      String on = one.path("on").asText();
      for (String name : List.of(with, on)) {
        if (!names.contains(name)) {
          names.add(name);
        }
      }
      gains.put(with + "\n" + on, 100 * one.path("gain").asDouble());
    }
    List<MatrixRow> rows = new ArrayList<>();
    List<List<Object>> cells = new ArrayList<>();
    for (int row = 0; row < names.size(); row++) {
      List<String> texts = new ArrayList<>();
      for (int column = 0; column < names.size(); column++) {
        Double gain = gains.get(names.get(row) + "\n" + names.get(column));
        texts.add(gain == null ? "–" : String.format(Locale.ROOT, "%+.1f", gain));
        if (gain != null) {
          cells.add(List.of(column, row, Math.round(gain * 10) / 10.0));
        }
      }
      rows.add(new MatrixRow(names.get(row), texts));
    }
    return new Matrix(title, names, rows, heat(names, names, cells));
  }

  /** A picture of a matrix, as the script of the pages draws it. */
  static String heat(List<String> rows, List<String> columns, List<List<Object>> cells) {
    return json(Map.of("heat", Map.of("rows", rows, "columns", columns, "cells", cells)));
  }

  static String json(Object value) {
    return new String(Json.bytes(value), StandardCharsets.UTF_8);
  }

  /** Settings as texts, by name. */
  static Map<String, String> texts(JsonNode settings) {
    Map<String, String> texts = new LinkedHashMap<>();
    settings
        .properties()
        .forEach(
            one ->
                texts.put(
                    one.getKey(),
                    one.getValue().isTextual()
                        ? one.getValue().asText()
                        : one.getValue().toString()));
    return texts;
  }
}
