package io.haori.model.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What can be behind a {@code |}. */
final class Filters {
  private static final Filters KNOWN = new Filters();

  private final Map<String, Function> all = new HashMap<>();

  private Filters() {
    text("trim", Methods::strip);
    text("upper", text -> text.toUpperCase(Locale.ROOT));
    text("lower", text -> text.toLowerCase(Locale.ROOT));
    text("title", Texts::title);
    text("capitalize", Texts::capitalized);
    add("length", (value, a) -> Values.length(value));
    add("count", (value, a) -> Values.length(value));
    add("string", (value, a) -> Values.text(value));
    add("safe", (value, a) -> value);
    add("list", (value, a) -> Values.items(a.budget(), value));
    add("first", (value, a) -> end(Values.items(a.budget(), value), true));
    add("last", (value, a) -> end(Values.items(a.budget(), value), false));
    add("items", (value, a) -> entries(value));
    add("abs", (value, a) -> Operators.order(value, 0L) < 0 ? Operators.negate(value) : value);
    add("int", (value, a) -> whole(value, a.get("default", 0L)), "default");
    add("float", (value, a) -> real(value, a.get("default", 0.0)), "default");
    add("tojson", (value, a) -> json(value, a), "indent");
    add(
        "replace",
        (value, a) ->
            Texts.replace(
                a.budget(), Values.text(value), a.text("old"), a.text("new"), a.whole("count", -1)),
        "old",
        "new",
        "count");
    add("join", (value, a) -> join(value, a), "d", "attribute");
    for (String name : List.of("default", "d")) {
      add(
          name,
          (value, a) ->
              value instanceof Undefined || (a.truth("boolean", false) && !Values.truth(value))
                  ? a.get("default_value", "")
                  : value,
          "default_value",
          "boolean");
    }
    add(
        "indent",
        (value, a) ->
            Texts.indented(
                a.budget(),
                Values.text(value),
                a.get("width", 4L) instanceof String by ? by : blanks(a.whole("width", 4)),
                a.truth("first", false),
                a.truth("blank", false)),
        "width",
        "first",
        "blank");
    add("reverse", (value, a) -> reversed(value, a));
    add("unique", (value, a) -> unique(Values.items(a.budget(), value)));
    add("sum", (value, a) -> sum(value, a), "attribute", "start");
    add("min", (value, a) -> end(sorted(Values.items(a.budget(), value), ""), true));
    add("max", (value, a) -> end(sorted(Values.items(a.budget(), value), ""), false));
    add("sort", (value, a) -> sort(value, a), "reverse", "case_sensitive", "attribute");
    add("dictsort", (value, a) -> sorted(entries(value), "0"));
    add("attr", (value, a) -> Operators.attribute(value, a.text("name")), "name");
    add("round", (value, a) -> round(value, a.whole("precision", 0)), "precision");
    all.put("map", Filters::map);
    all.put("select", (frame, given, named) -> chosen(frame, given, true, false));
    all.put("reject", (frame, given, named) -> chosen(frame, given, false, false));
    all.put("selectattr", (frame, given, named) -> chosen(frame, given, true, true));
    all.put("rejectattr", (frame, given, named) -> chosen(frame, given, false, true));
  }

  /** A filter by its name, whose first argument is the value; null where there is none. */
  static @Nullable Function named(String name) {
    return KNOWN.all.get(name);
  }

  private void add(String name, BiFunction<Object, Arguments, Object> filter, String... names) {
    all.put(
        name,
        (frame, given, named) -> {
          List<Object> rest = given.subList(1, given.size());
          return filter.apply(
              given.get(0), new Arguments(name, frame.budget(), rest, named, List.of(names)));
        });
  }

  private void text(String name, java.util.function.UnaryOperator<String> filter) {
    add(
        name,
        (value, a) -> {
          String text = Values.text(value);
          a.budget().spend(text.length());
          return filter.apply(text);
        });
  }

  private static Object end(List<Object> items, boolean first) {
    return items.isEmpty()
        ? new Undefined(first ? "first" : "last")
        : items.get(first ? 0 : items.size() - 1);
  }

  private static List<Object> entries(Object value) {
    if (value instanceof Undefined) {
      return List.of();
    }
    if (value instanceof Map<?, ?> map) {
      return Methods.entries(map);
    }
    throw new JinjaException("items must have a mapping, got " + Values.kind(value));
  }

  private static Object whole(Object value, Object otherwise) {
    try {
      return value instanceof String text
          ? (Object) (long) Double.parseDouble(text.strip())
          : value instanceof Double number ? (Object) number.longValue() : truth(value, otherwise);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static Object truth(Object value, Object otherwise) {
    return value instanceof Boolean truth
        ? (Object) (truth ? 1L : 0L)
        : value instanceof Long ? value : otherwise;
  }

  private static Object real(Object value, Object otherwise) {
    try {
      return value instanceof String text
          ? (Object) Double.parseDouble(text.strip())
          : value instanceof Number number ? (Object) number.doubleValue() : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static Object json(Object value, Arguments a) {
    Object indent = a.get("indent", None.NONE);
    return JsonText.of(
        a.budget(), value, indent == None.NONE ? -1 : Values.whole(indent, "tojson"));
  }

  private static Object join(Object value, Arguments a) {
    Object attribute = a.get("attribute", None.NONE);
    List<Object> items = Values.items(a.budget(), value);
    if (attribute != None.NONE) {
      items.replaceAll(item -> part(item, attribute));
    }
    return Texts.join(a.budget(), items, a.text("d", ""));
  }

  private static String blanks(int count) {
    if (count < 0 || count > 100) {
      throw new JinjaException("indent must have a width from 0 to 100, got " + count);
    }
    return " ".repeat(count);
  }

  private static Object reversed(Object value, Arguments a) {
    List<Object> items = Values.items(a.budget(), value);
    Collections.reverse(items);
    return value instanceof String ? Texts.join(a.budget(), items, "") : items;
  }

  private static List<Object> unique(List<Object> items) {
    return new ArrayList<>(new LinkedHashSet<>(items));
  }

  private static Object sum(Object value, Arguments a) {
    Object attribute = a.get("attribute", None.NONE);
    Object sum = a.get("start", 0L);
    for (Object item : Values.items(a.budget(), value)) {
      sum = Operators.arithmetic("+", sum, attribute == None.NONE ? item : part(item, attribute));
    }
    return sum;
  }

  private static Object sort(Object value, Arguments a) {
    Object attribute = a.get("attribute", "");
    List<Object> items = sorted(Values.items(a.budget(), value), attribute);
    if (a.truth("reverse", false)) {
      Collections.reverse(items);
    }
    return items;
  }

  private static List<Object> sorted(List<Object> items, Object attribute) {
    List<Object> sorted = new ArrayList<>(items);
    sorted.sort((x, y) -> Operators.order(key(x, attribute), key(y, attribute)));
    return sorted;
  }

  /** Texts are in order whatever their case, as Jinja has it. */
  private static Object key(Object item, Object attribute) {
    Object key = attribute.equals("") ? item : part(item, attribute);
    return key instanceof String text ? text.toLowerCase(Locale.ROOT) : key;
  }

  /** A part of a part, such as {@code function.name}. */
  private static Object part(Object item, Object path) {
    if (!(path instanceof String names)) {
      return Operators.item(item, path);
    }
    Object part = item;
    for (String name : List.of(names.split("\\.", -1))) {
      boolean place = name.chars().allMatch(Character::isDigit);
      part = Operators.item(part, place ? (Object) Long.valueOf(name) : name);
    }
    return part;
  }

  private static Object round(Object value, int precision) {
    if (!(value instanceof Number number) || Math.abs(precision) > 15) {
      throw new JinjaException("round must have a number, got " + Values.kind(value));
    }
    double factor = Math.pow(10, precision);
    return Math.rint(number.doubleValue() * factor) / factor;
  }

  private static Object map(Frame frame, List<Object> given, Map<String, Object> named) {
    List<Object> items = Values.items(frame.budget(), given.get(0));
    Object attribute = named.get("attribute");
    if (attribute != null) {
      Object otherwise = named.get("default");
      items.replaceAll(
          item -> {
            Object part = part(item, attribute);
            return part instanceof Undefined && otherwise != null ? otherwise : part;
          });
      return items;
    }
    if (given.size() < 2) {
      throw new JinjaException("map must have a filter or an attribute");
    }
    String name = Values.string(given.get(1), "map");
    Function filter = named(name);
    if (filter == null) {
      throw new JinjaException("has the unknown filter " + name);
    }
    items.replaceAll(
        item -> {
          List<Object> arguments = new ArrayList<>(given.subList(1, given.size()));
          arguments.set(0, item);
          return filter.call(frame, arguments, named);
        });
    return items;
  }

  private static Object chosen(Frame frame, List<Object> given, boolean keep, boolean byPart) {
    int test = byPart ? 2 : 1;
    if (given.size() < test) {
      throw new JinjaException("a choice by a part must name the part");
    }
    Predicate<Object> holds = Values::truth;
    if (given.size() > test) {
      String name = Values.string(given.get(test), "a choice");
      List<Object> arguments = given.subList(test + 1, given.size());
      holds = value -> Conditions.holds(frame, name, value, arguments);
    }
    List<Object> kept = new ArrayList<>();
    for (Object item : Values.items(frame.budget(), given.get(0))) {
      if (holds.test(byPart ? part(item, given.get(1)) : item) == keep) {
        kept.add(item);
      }
    }
    return kept;
  }
}
