package io.haori.server.job;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How modules that act together are measured.
 *
 * @param weights one for each module, in their order; empty for 1 each
 * @param metric the score that is compared
 */
record TogetherSettings(List<Double> weights, String metric) {
  private static final String USUAL_METRIC = "accuracy";
  private static final Set<String> KNOWN = Set.of("weights", "metric");

  /**
   * Reads them.
   *
   * @param settings of a job
   * @throws io.haori.core.check.UserError for the first thing that is wrong
   */
  static TogetherSettings of(ObjectNode settings) {
    Set<String> unknown = new TreeSet<>();
    settings.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(KNOWN);
    require(unknown.isEmpty(), "settings", "weights and metric", String.join(", ", unknown));
    JsonNode list = settings.path("weights");
    require(
        list.isMissingNode() || list.isArray(), "settings.weights", "an array of numbers", list);
    List<Double> weights = new ArrayList<>();
    for (JsonNode one : list) {
      require(
          one.isNumber() && Double.isFinite(one.doubleValue()),
          "settings.weights",
          "finite numbers",
          one);
      weights.add(one.doubleValue());
    }
    JsonNode metric = settings.path("metric");
    require(
        metric.isMissingNode() || metric.asText().matches("[A-Za-z0-9]{1,40}"),
        "settings.metric",
        "the name of a score such as " + USUAL_METRIC,
        metric);
    return new TogetherSettings(
        List.copyOf(weights), metric.isMissingNode() ? USUAL_METRIC : metric.asText());
  }
}
