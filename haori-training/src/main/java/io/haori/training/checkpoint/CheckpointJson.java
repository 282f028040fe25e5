package io.haori.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.inference.folder.EpochResult;
import io.haori.training.optim.AdamW;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code checkpoint.json}.
 *
 * @param settings by name
 * @param progress of the training
 * @param slots layout of the flat arrays
 * @param stateFile name of the file beside it that holds values and moments
 * @param bestFile name of the file beside it that holds the best epoch's values, null for none
 */
record CheckpointJson(
    Map<String, String> settings,
    Progress progress,
    List<AdamW.Slot> slots,
    String stateFile,
    @Nullable String bestFile) {
  /**
   * 2 since a step's rows weigh alike and seeds are derived otherwise: older runs end elsewhere. 3
   * since settings are those of the run's JSON.
   */
  private static final int FORMAT = 3;

  private static final long MAX_BYTES = 100_000_000;

  /** As it is in the file; numbers keep all their bits. */
  String toText() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", FORMAT);
    json.put("step", progress.step());
    json.put("epoch", progress.epoch());
    json.put("batch", progress.batch());
    putNumber(json, "lossSum", progress.lossSum());
    json.put("tokens", progress.tokens());
    putNumber(json, "seconds", progress.seconds());
    putNumber(json, "stepSeconds", progress.stepSeconds());
    json.put("bestEpoch", progress.bestEpoch());
    json.put("state", stateFile);
    if (bestFile != null) {
      json.put("best", bestFile);
    }
    ObjectNode set = json.putObject("settings");
    new TreeMap<>(settings).forEach(set::put);
    ArrayNode epochs = json.putArray("history");
    for (EpochResult result : progress.history()) {
      ObjectNode entry = epochs.addObject().put("epoch", result.epoch());
      putNumber(entry, "loss", result.loss());
      ObjectNode metrics = entry.putObject("metrics");
      result.metrics().forEach((name, value) -> putNumber(metrics, name, value));
    }
    ArrayNode parameters = json.putArray("parameters");
    for (AdamW.Slot slot : slots) {
      ObjectNode entry = parameters.addObject().put("name", slot.name()).put("group", slot.group());
      slot.shape().forEach(entry.putArray("shape")::add);
      entry.put("offset", slot.offset());
    }
    return json.toPrettyString() + "\n";
  }

  /** JSON has no NaN; a metric may be one. */
  private static void putNumber(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.put(name, String.valueOf(value));
    }
  }

  /**
   * Reads and checks a file.
   *
   * @throws UserError when it is missing or not as {@link #toText} writes it
   */
  static CheckpointJson read(Path file) {
    return new Reading(file).content(JsonFile.readObject(file, MAX_BYTES));
  }

  /** One pass over the file's JSON. */
  private record Reading(Path file) {
    CheckpointJson content(ObjectNode json) {
      if (whole(json, "format") < FORMAT) {
        throw Check.in(
            file,
            "was written by an earlier version, whose runs cannot be resumed; begin the run anew");
      }
      if (whole(json, "format") != FORMAT) {
        throw Check.in(file, "format must be " + FORMAT + ", got " + json.get("format"));
      }
      return new CheckpointJson(
          settings(child(json, "settings")),
          progress(json),
          slots(child(json, "parameters")),
          fileName(text(json, "state"), "state"),
          json.has("best") ? fileName(text(json, "best"), "best") : null);
    }

    private Progress progress(JsonNode json) {
      List<EpochResult> history = new ArrayList<>();
      for (JsonNode entry : child(json, "history")) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        JsonNode stored = child(entry, "metrics");
        stored.fieldNames().forEachRemaining(name -> metrics.put(name, number(stored, name)));
        history.add(new EpochResult(count(entry, "epoch"), number(entry, "loss"), metrics));
      }
      int bestEpoch = count(json, "bestEpoch");
      if (bestEpoch > history.size() || (bestEpoch > 0) != json.has("best")) {
        throw Check.in(file, "bestEpoch does not fit the history, got " + bestEpoch);
      }
      if (count(json, "epoch") != history.size() + 1) {
        throw Check.in(file, "epoch does not fit the history, got " + count(json, "epoch"));
      }
      return new Progress(
          count(json, "step"),
          count(json, "epoch"),
          count(json, "batch"),
          number(json, "lossSum"),
          whole(json, "tokens"),
          number(json, "seconds"),
          number(json, "stepSeconds"),
          bestEpoch,
          history);
    }

    private Map<String, String> settings(JsonNode json) {
      Map<String, String> settings = new LinkedHashMap<>();
      json.fieldNames().forEachRemaining(name -> settings.put(name, text(json, name)));
      return settings;
    }

    private List<AdamW.Slot> slots(JsonNode json) {
      List<AdamW.Slot> slots = new ArrayList<>();
      for (JsonNode entry : json) {
        List<Long> shape = new ArrayList<>();
        child(entry, "shape").forEach(length -> shape.add(length.asLong(-1)));
        slots.add(
            new AdamW.Slot(
                text(entry, "name"), text(entry, "group"), shape, whole(entry, "offset")));
      }
      return slots;
    }

    /** A file beside this one: a checkpoint must not reach other folders. */
    private String fileName(String name, String key) {
      if (!name.matches(key + "-\\d+(-\\d+)?\\.safetensors")) {
        throw Check.in(
            file, key + " must name a file of this folder, got " + JsonFile.printable(name));
      }
      return name;
    }

    private int count(JsonNode json, String key) {
      long value = whole(json, key);
      if (value > Integer.MAX_VALUE) {
        throw wrong(json, key, "at most " + Integer.MAX_VALUE);
      }
      return (int) value;
    }

    private long whole(JsonNode json, String key) {
      JsonNode value = child(json, key);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw wrong(json, key, "a whole number of at least 0");
      }
      return value.longValue();
    }

    private double number(JsonNode json, String key) {
      JsonNode value = child(json, key);
      if (value.isNumber()) {
        return value.doubleValue();
      }
      return switch (value.asText()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw wrong(json, key, "a number");
      };
    }

    private String text(JsonNode json, String key) {
      JsonNode value = child(json, key);
      if (!value.isTextual()) {
        throw wrong(json, key, "a text");
      }
      return value.textValue();
    }

    private JsonNode child(JsonNode json, String key) {
      JsonNode child = json.get(key);
      if (child == null) {
        throw Check.in(file, key + " is missing");
      }
      return child;
    }

    private UserError wrong(JsonNode json, String key, String bound) {
      String given = JsonFile.printable(String.valueOf(json.get(key)));
      return Check.in(file, key + " must be " + bound + ", got " + given);
    }
  }
}
