package io.haori.analysis.payback;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.haori.core.check.Nearest;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of costs: every number may be one value, or {@code low}, {@code likely}, {@code
 * high}.
 */
final class CostsReader {
  private static final String CURRENCY = "currency";
  private static final String WRONG = "wrong";
  private static final String USUAL = "usual";
  private static final String LICENCES = "licences";
  private static final Range NOTHING = Range.of(0);
  private static final double USUAL_MONTHS = 12;
  private static final int MOST_LABELS = 10_000_000;
  private static final Set<String> ENDS = Set.of("low", "likely", "high");

  private final JsonNode json;
  private final String currency;

  CostsReader(JsonNode json) {
    require(json.isObject(), "costs", "names with values, such as currency: JPY", shown(json));
    this.json = json;
    JsonNode name = json.path(CURRENCY);
    require(
        name.isTextual() && !name.textValue().isBlank(),
        CURRENCY,
        "a name such as JPY",
        shown(name));
    currency = name.textValue().strip();
  }

  Costs read() {
    only(
        json,
        "",
        List.of(
            CURRENCY,
            "volume",
            "today",
            "person",
            "outsourcing",
            "right",
            WRONG,
            "label",
            "labels",
            "setup",
            "running",
            "withinMonths",
            LICENCES));
    Costs.Work today = work("today", null);
    Costs.Work person = json.has("person") ? work("person", today.right()) : today;
    return new Costs(
        currency,
        needed("volume", this::count),
        today,
        person,
        json.has("outsourcing") ? work("outsourcing", null) : null,
        optional("right", NOTHING),
        usualWrong(),
        wrongByLabel(),
        optional("label", NOTHING),
        labels(),
        optional("setup", NOTHING),
        optional("running", NOTHING),
        json.has("withinMonths") ? needed("withinMonths", this::positive) : Range.of(USUAL_MONTHS),
        licences());
  }

  /** Somebody's share of right answers and price; the share may be that of another. */
  private Costs.Work work(String name, @Nullable Range right) {
    JsonNode node = json.path(name);
    require(node.isObject(), name, "right and cost", shown(node));
    only(node, name + ".", List.of("right", "cost"));
    Range share =
        right != null && !node.has("right")
            ? right
            : range(node.path("right"), name + ".right", this::share);
    return new Costs.Work(share, range(node.path("cost"), name + ".cost", this::amount));
  }

  private Range usualWrong() {
    JsonNode node = json.path(WRONG);
    return isByLabel(node)
        ? range(node.path(USUAL), WRONG + "." + USUAL, this::amount)
        : range(node, WRONG, this::amount);
  }

  private Map<String, Range> wrongByLabel() {
    Map<String, Range> prices = new LinkedHashMap<>();
    JsonNode node = json.path(WRONG);
    if (isByLabel(node)) {
      node.properties().stream()
          .filter(entry -> !entry.getKey().equals(USUAL))
          .forEach(
              entry ->
                  prices.put(
                      entry.getKey(),
                      range(entry.getValue(), WRONG + "." + entry.getKey(), this::amount)));
    }
    return prices;
  }

  private Map<String, String> licences() {
    JsonNode node = json.path(LICENCES);
    require(
        node.isMissingNode() || node.isObject(),
        LICENCES,
        "names with licences, such as base: Apache-2.0",
        shown(node));
    Map<String, String> licences = new LinkedHashMap<>();
    node.properties()
        .forEach(
            entry -> {
              String name = LICENCES + "." + entry.getKey();
              require(entry.getValue().isTextual(), name, "a text", shown(entry.getValue()));
              licences.put(entry.getKey(), entry.getValue().textValue());
            });
    return licences;
  }

  private static boolean isByLabel(JsonNode node) {
    return node.isObject() && !ENDS.containsAll(names(node));
  }

  private int labels() {
    JsonNode node = json.path("labels");
    if (node.isMissingNode()) {
      return 0;
    }
    boolean fits = node.isInt() && node.intValue() >= 0 && node.intValue() <= MOST_LABELS;
    require(fits, "labels", "a whole number in [0, " + MOST_LABELS + "]", shown(node));
    return node.intValue();
  }

  private Range needed(String name, BiFunction<JsonNode, String, Double> read) {
    return range(json.path(name), name, read);
  }

  private Range optional(String name, Range otherwise) {
    return json.has(name) ? needed(name, this::amount) : otherwise;
  }

  private Range range(JsonNode node, String name, BiFunction<JsonNode, String, Double> read) {
    if (!node.isObject()) {
      return Range.of(read.apply(node, name));
    }
    only(node, name + ".", List.of("low", "likely", "high"));
    double low = read.apply(node.path("low"), name + ".low");
    double high = read.apply(node.path("high"), name + ".high");
    double likely =
        node.has("likely") ? read.apply(node.path("likely"), name + ".likely") : (low + high) / 2;
    require(
        low <= likely && likely <= high,
        name,
        "low, likely, high in ascending order",
        low + ", " + likely + ", " + high);
    return new Range(low, likely, high);
  }

  private double share(JsonNode node, String name) {
    double value = number(node, name, "a share in [0, 1]");
    require(value >= 0 && value <= 1, name, "a share in [0, 1]", shown(node));
    return value;
  }

  private double count(JsonNode node, String name) {
    double value = number(node, name, "a number of texts a month, at least 0");
    require(value >= 0, name, "at least 0", shown(node));
    return value;
  }

  private double positive(JsonNode node, String name) {
    double value = number(node, name, "a number of months above 0");
    require(value > 0, name, "a number of months above 0", shown(node));
    return value;
  }

  /** An amount of money: a number, or a number and the currency. */
  private double amount(JsonNode node, String name) {
    if (!node.isTextual()) {
      return notNegative(number(node, name, "an amount in " + currency), name);
    }
    List<String> words = List.of(node.textValue().strip().split("\\s+"));
    require(
        words.size() <= 2 && (words.size() < 2 || words.get(1).equals(currency)),
        name,
        "in " + currency + ", the currency of all amounts",
        node.textValue());
    try {
      return notNegative(Double.parseDouble(words.get(0).replace(",", "")), name);
    } catch (NumberFormatException e) {
      throw new UserError(
          name + " must be an amount in " + currency + ", got " + node.textValue(), e);
    }
  }

  private static double notNegative(double value, String name) {
    require(value >= 0 && Double.isFinite(value), name, "at least 0", value);
    return value;
  }

  private static double number(JsonNode node, String name, String bound) {
    boolean fits = node.isNumber() && Double.isFinite(node.doubleValue());
    require(fits, name, bound, shown(node));
    return node.doubleValue();
  }

  private static void only(JsonNode node, String prefix, List<String> known) {
    for (String name : names(node)) {
      if (!known.contains(name)) {
        List<String> all = known.stream().map(prefix::concat).toList();
        throw new UserError("unknown setting " + Nearest.missing(prefix + name, all));
      }
    }
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String shown(JsonNode node) {
    return node instanceof MissingNode || node.isNull()
        ? "nothing"
        : JsonFile.printable(node.isValueNode() ? node.asText() : node.toString());
  }
}
