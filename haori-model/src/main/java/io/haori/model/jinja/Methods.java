package io.haori.model.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What Python's texts, lists and mappings can be asked that changes nothing. */
final class Methods {
  private static final String BLANKS = " \t\n\r\f\u000b\u001c\u001d\u001e\u001f\u0085\u00a0";

  private Methods() {}

  /** A method of a value; {@link Undefined} where there is none of the name. */
  static Object of(Object value, String name) {
    Object method =
        value instanceof String text
            ? ofText(text, name)
            : value instanceof Map<?, ?> map
                ? ofMapping(map, name)
                : value instanceof List<?> list ? ofList(list, name) : null;
    return method == null ? new Undefined(name) : method;
  }

  private static Arguments arguments(
      String name, Frame frame, List<Object> given, Map<String, Object> named, String... names) {
    return new Arguments(name, frame.budget(), given, named, List.of(names));
  }

  @SuppressWarnings("NullAway") // The default of the switch is looked at by the only caller.
  private static Object ofText(String text, String name) {
    return switch (name) {
      case "strip" -> method(name, a -> strip(text, a, true, true), "chars");
      case "lstrip" -> method(name, a -> strip(text, a, true, false), "chars");
      case "rstrip" -> method(name, a -> strip(text, a, false, true), "chars");
      case "upper" -> method(name, a -> text.toUpperCase(java.util.Locale.ROOT));
      case "lower" -> method(name, a -> text.toLowerCase(java.util.Locale.ROOT));
      case "title" -> method(name, a -> Texts.title(text));
      case "capitalize" -> method(name, a -> Texts.capitalized(text));
      case "startswith" -> method(name, a -> any(a.get("prefix"), text::startsWith), "prefix");
      case "endswith" -> method(name, a -> any(a.get("suffix"), text::endsWith), "suffix");
      case "removeprefix" ->
          method(
              name,
              a -> {
                String part = a.text("prefix");
                return text.startsWith(part) ? text.substring(part.length()) : text;
              },
              "prefix");
      case "removesuffix" ->
          method(
              name,
              a -> {
                String part = a.text("suffix");
                return text.endsWith(part)
                    ? text.substring(0, text.length() - part.length())
                    : text;
              },
              "suffix");
      case "split" -> method(name, a -> split(text, a, false), "sep", "maxsplit");
      case "rsplit" -> method(name, a -> split(text, a, true), "sep", "maxsplit");
      case "splitlines" -> method(name, a -> Texts.lines(text));
      case "replace" ->
          method(
              name,
              a ->
                  Texts.replace(
                      a.budget(), text, a.text("old"), a.text("new"), a.whole("count", -1)),
              "old",
              "new",
              "count");
      case "join" -> method(name, a -> Texts.join(a.budget(), a.get("iterable"), text), "iterable");
      case "find" -> method(name, a -> place(text, text.indexOf(a.text("sub"))), "sub");
      case "rfind" -> method(name, a -> place(text, text.lastIndexOf(a.text("sub"))), "sub");
      case "count" -> method(name, a -> Texts.count(text, a.text("sub")), "sub");
      case "isdigit" -> method(name, a -> all(text, Character::isDigit));
      case "isalpha" -> method(name, a -> all(text, Character::isLetter));
      case "isspace" -> method(name, a -> all(text, Character::isWhitespace));
      default -> null;
    };
  }

  @SuppressWarnings("NullAway") // As above.
  private static Object ofMapping(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" -> method(name, a -> entries(map));
      case "keys" -> method(name, a -> new ArrayList<Object>(map.keySet()));
      case "values" -> method(name, a -> new ArrayList<Object>(map.values()));
      case "get" ->
          method(
              name,
              a -> {
                Object found = map.get(a.get("key"));
                return found == null ? a.get("default", None.NONE) : found;
              },
              "key",
              "default");
      default -> null;
    };
  }

  @SuppressWarnings("NullAway") // As above.
  private static Object ofList(List<?> list, String name) {
    return switch (name) {
      case "count" ->
          method(
              name,
              a -> list.stream().filter(item -> Operators.equal(item, a.get("value"))).count(),
              "value");
      case "index" ->
          method(
              name,
              a -> {
                for (int i = 0; i < list.size(); i++) {
                  if (Operators.equal(list.get(i), a.get("value"))) {
                    return (long) i;
                  }
                }
                throw new JinjaException("the list has no such item");
              },
              "value");
      default -> null;
    };
  }

  /** Computes from arguments. */
  @FunctionalInterface
  private interface Body {
    Object of(Arguments arguments);
  }

  private static Function method(String name, Body body, String... names) {
    return (frame, given, named) -> {
      Object made = body.of(arguments(name, frame, given, named, names));
      frame.budget().spend(made instanceof String text ? text.length() : 1);
      return made;
    };
  }

  /** Pairs of key and value. */
  static List<Object> entries(Map<?, ?> map) {
    List<Object> entries = new ArrayList<>();
    map.forEach((key, value) -> entries.add(List.of(key, value)));
    return entries;
  }

  private static String strip(String text, Arguments a, boolean left, boolean right) {
    Object given = a.get("chars", None.NONE);
    return strip(text, given == None.NONE ? BLANKS : Values.string(given, "strip"), left, right);
  }

  /** Without any of some characters at its ends. */
  static String strip(String text, String characters, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && characters.indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (right && to > from && characters.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }

  /** Without blanks at its ends. */
  static String strip(String text) {
    return strip(text, BLANKS, true, true);
  }

  private static boolean any(Object given, java.util.function.Predicate<String> holds) {
    List<?> choices = given instanceof List<?> list ? list : List.of(given);
    return choices.stream().anyMatch(one -> holds.test(Values.string(one, "startswith")));
  }

  private static boolean all(String text, java.util.function.IntPredicate holds) {
    return !text.isEmpty() && text.codePoints().allMatch(holds);
  }

  private static long place(String text, int index) {
    return index < 0 ? -1 : text.codePointCount(0, index);
  }

  private static List<Object> split(String text, Arguments a, boolean fromRight) {
    int most = a.whole("maxsplit", -1);
    Object given = a.get("sep", None.NONE);
    List<Object> parts = new ArrayList<>();
    if (given == None.NONE) {
      if (most >= 0) {
        throw new JinjaException("split with maxsplit must have a separator");
      }
      for (String part : List.of(strip(text).split("\\s+", -1))) {
        if (!part.isEmpty()) {
          parts.add(part);
        }
      }
      return parts;
    }
    String separator = Values.string(given, "split");
    if (separator.isEmpty()) {
      throw new JinjaException("split must have a separator that is not empty");
    }
    String rest = text;
    while (most < 0 || parts.size() < most) {
      int at = fromRight ? rest.lastIndexOf(separator) : rest.indexOf(separator);
      if (at < 0) {
        break;
      }
      a.budget().spend(rest.length());
      String before = rest.substring(0, at);
      String behind = rest.substring(at + separator.length());
      parts.add(fromRight ? behind : before);
      rest = fromRight ? before : behind;
    }
    parts.add(rest);
    if (fromRight) {
      Collections.reverse(parts);
    }
    return parts;
  }
}
