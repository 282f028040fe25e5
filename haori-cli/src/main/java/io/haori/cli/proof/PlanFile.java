package io.haori.cli.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.haori.analysis.payback.Costs;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The advice that a proof of concept begins from.
 *
 * @param json as {@code advise --out} wrote it
 */
public record PlanFile(JsonNode json) {
  /** Name of the file in its folder. */
  public static final String FILE = "plan.json";

  private static final long MOST_BYTES = 10_000_000;
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * Reads it.
   *
   * @param plan the folder
   * @throws UserError when there is none, or it does not say where its rows are
   */
  public static PlanFile read(Path plan) {
    Path file = plan.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          "PLAN must be a folder that haori advise --out wrote, got "
              + plan
              + " (no "
              + FILE
              + ")");
    }
    PlanFile read = new PlanFile(JsonFile.readObject(file, MOST_BYTES));
    if (read.path().isEmpty() || read.digest().isEmpty() || read.base().isEmpty()) {
      throw Check.in(file, "must say where its rows are; haori advise --out writes it so");
    }
    return read;
  }

  /** Where the rows are. */
  public String path() {
    return json.at("/source/path").asText();
  }

  /** How they are read, by flag. */
  public Map<String, String> reading() {
    Map<String, String> reading = new TreeMap<>();
    json.at("/source/reading")
        .properties()
        .forEach(one -> reading.put(one.getKey(), one.getValue().asText()));
    return reading;
  }

  /** SHA-256 of the rows that were looked at. */
  public String digest() {
    return json.path("data").asText();
  }

  /** The base. */
  public String base() {
    return json.path("base").asText();
  }

  /** What everything costs; empty where the advice had none. */
  public Optional<Costs> costs() {
    return costs(json);
  }

  /** The same of a plan that the log has. */
  public static Optional<Costs> costs(JsonNode plan) {
    JsonNode costs = plan.path("costs");
    if (!costs.isObject()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.treeToValue(costs, Costs.class));
    } catch (JsonProcessingException e) {
      throw new UserError("costs of the plan must be as haori advise wrote them", e);
    }
  }
}
