package io.haori.server.page.screen;

import io.haori.server.api.request.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A picture of scores by version, as the script of the pages draws it. */
final class ScoreChart {
  private ScoreChart() {}

  /**
   * As JSON: {@code {"versions":[1,2],"series":[{"name":…,"scores":[0.8,null]}]}}.
   *
   * @param scores by name and version
   */
  static String json(Map<String, Map<Integer, Double>> scores) {
    TreeSet<Integer> versions = new TreeSet<>();
    scores.values().forEach(byVersion -> versions.addAll(byVersion.keySet()));
    List<Map<String, Object>> series = new ArrayList<>();
    scores.forEach(
        (name, byVersion) -> {
          List<Double> values = new ArrayList<>();
          versions.forEach(version -> values.add(byVersion.get(version)));
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("name", name);
          one.put("scores", values);
          series.add(one);
        });
    Map<String, Object> chart = new LinkedHashMap<>();
    chart.put("versions", versions);
    chart.put("series", series);
    return new String(Json.bytes(chart), StandardCharsets.UTF_8);
  }
}
