package io.haori.model.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Values as Python sees them. */
final class Values {
  private Values() {}

  /**
   * A Java value as one of a template.
   *
   * @param value text, number, truth, list, map or null
   */
  static Object of(@Nullable Object value) {
    if (value == null) {
      return None.NONE;
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(of(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      map.forEach((key, entry) -> entries.put(of(key), of(entry)));
      return entries;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Number number && !(value instanceof Long)) {
      return number.doubleValue();
    }
    return value instanceof Long || value instanceof Boolean ? value : value.toString();
  }

  /** Whether a condition holds. */
  static boolean truth(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof Long number) {
      return number != 0;
    }
    if (value instanceof Double number) {
      return number != 0;
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value != None.NONE && !(value instanceof Undefined);
  }

  /** As a result has it. */
  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    return value instanceof Undefined ? "" : shown(value);
  }

  /** As Python's {@code repr} has it. */
  static String shown(Object value) {
    if (value instanceof String text) {
      char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
      String escaped =
          text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
      return quote + (quote == '\'' ? escaped.replace("'", "\\'") : escaped) + quote;
    }
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value instanceof Double number) {
      return number(number);
    }
    if (value instanceof List<?> list) {
      StringJoiner items = new StringJoiner(", ", "[", "]");
      list.forEach(item -> items.add(shown(item)));
      return items.toString();
    }
    if (value instanceof Map<?, ?> map) {
      StringJoiner entries = new StringJoiner(", ", "{", "}");
      map.forEach((key, entry) -> entries.add(shown(key) + ": " + shown(entry)));
      return entries.toString();
    }
    if (value instanceof Long || value == None.NONE) {
      return value.toString();
    }
    throw new JinjaException("cannot write " + kind(value) + " as a text");
  }

  /** A number with a fraction as Python writes it. */
  static String number(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    if (number == Math.rint(number) && Math.abs(number) < 1e16) {
      return (long) number + ".0";
    }
    return Double.toString(number).replace("E-", "e-").replace("E", "e+");
  }

  /** The items of what a loop can go over. */
  static List<Object> items(Budget budget, Object value) {
    if (value instanceof List<?> list) {
      budget.spend(list.size());
      return new ArrayList<>(list);
    }
    if (value instanceof Map<?, ?> map) {
      budget.spend(map.size());
      return new ArrayList<>(map.keySet());
    }
    if (value instanceof String text) {
      budget.spend(text.length());
      List<Object> letters = new ArrayList<>();
      text.codePoints().forEach(letter -> letters.add(Character.toString(letter)));
      return letters;
    }
    if (value instanceof Undefined) {
      return List.of();
    }
    throw new JinjaException("cannot go through " + kind(value));
  }

  /** Characters of a text, items of a list. */
  static long length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Undefined) {
      return 0;
    }
    throw new JinjaException(kind(value) + " has no length");
  }

  /** A text, or a fault that names what wanted one. */
  static String string(Object value, String what) {
    if (value instanceof String text) {
      return text;
    }
    throw new JinjaException(what + " must have a text, got " + kind(value));
  }

  /** A whole number, or a fault that names what wanted one. */
  static int whole(Object value, String what) {
    if (value instanceof Long number && Math.abs(number) <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    throw new JinjaException(what + " must have a whole number, got " + kind(value));
  }

  /** What a message calls a value. */
  static String kind(Object value) {
    if (value instanceof Undefined undefined) {
      return undefined.name() + ", which is undefined";
    }
    return value instanceof String
        ? "a text"
        : value instanceof Boolean
            ? "true or false"
            : value instanceof Number
                ? "a number"
                : value instanceof List<?>
                    ? "a list"
                    : value instanceof Map<?, ?>
                        ? "a mapping"
                        : value == None.NONE
                            ? "none"
                            : value instanceof Function ? "a function" : "a namespace";
  }
}
