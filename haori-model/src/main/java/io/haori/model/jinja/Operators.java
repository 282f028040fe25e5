package io.haori.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What signs between values compute. */
final class Operators {
  private Operators() {}

  static Object add(Budget budget, Object left, Object right) {
    if (left instanceof String a && right instanceof String b) {
      budget.spend((long) a.length() + b.length());
      return a + b;
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      budget.spend((long) a.size() + b.size());
      List<Object> both = new ArrayList<>(a);
      both.addAll(b);
      return both;
    }
    return arithmetic("+", left, right);
  }

  static Object multiply(Budget budget, Object left, Object right) {
    if (left instanceof String text && right instanceof Long times) {
      return repeated(budget, text, times);
    }
    return left instanceof Long times && right instanceof String text
        ? repeated(budget, text, times)
        : arithmetic("*", left, right);
  }

  private static String repeated(Budget budget, String text, long times) {
    long count = Math.max(0, Math.min(times, Integer.MAX_VALUE));
    budget.spend(count * text.length());
    return text.repeat(text.isEmpty() ? 0 : (int) count);
  }

  static Object arithmetic(String sign, Object left, Object right) {
    if (!(number(left) instanceof Number a) || !(number(right) instanceof Number b)) {
      throw new JinjaException(
          "cannot compute " + Values.kind(left) + " " + sign + " " + Values.kind(right));
    }
    try {
      return a instanceof Long x && b instanceof Long y && !sign.equals("/")
          ? whole(sign, x, y)
          : real(sign, a.doubleValue(), b.doubleValue());
    } catch (ArithmeticException e) {
      throw new JinjaException("cannot compute " + left + " " + sign + " " + right);
    }
  }

  /** Truths count as 1 and 0. */
  private static Object number(Object value) {
    return value instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : value;
  }

  private static Object whole(String sign, long a, long b) {
    return switch (sign) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      default -> power(a, b);
    };
  }

  private static Object power(long base, long exponent) {
    if (exponent < 0) {
      return Math.pow((double) base, (double) exponent);
    }
    double about = Math.pow((double) base, (double) exponent);
    if (Math.abs(about) > 1L << 52) {
      throw new ArithmeticException();
    }
    return (long) about;
  }

  private static Object real(String sign, double a, double b) {
    if (b == 0 && (sign.equals("/") || sign.equals("//") || sign.equals("%"))) {
      throw new ArithmeticException();
    }
    return switch (sign) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - b * Math.floor(a / b);
      default -> Math.pow(a, b);
    };
  }

  static Object negate(Object value) {
    return arithmetic("-", 0L, value);
  }

  static boolean equal(Object left, Object right) {
    Object a = number(left);
    Object b = number(right);
    if (a instanceof Number x && b instanceof Number y && x.getClass() != y.getClass()) {
      return x.doubleValue() == y.doubleValue();
    }
    return a.equals(b);
  }

  static boolean compare(String sign, Object left, Object right) {
    return switch (sign) {
      case "==" -> equal(left, right);
      case "!=" -> !equal(left, right);
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      case "<" -> order(left, right) < 0;
      case "<=" -> order(left, right) <= 0;
      case ">" -> order(left, right) > 0;
      default -> order(left, right) >= 0;
    };
  }

  /** Below 0 where the first comes first. */
  static int order(Object left, Object right) {
    if (left instanceof String a && right instanceof String b) {
      return a.compareTo(b);
    }
    if (number(left) instanceof Number a && number(right) instanceof Number b) {
      return a instanceof Long x && b instanceof Long y
          ? Long.compare(x, y)
          : Double.compare(a.doubleValue(), b.doubleValue());
    }
    throw new JinjaException("cannot compare " + Values.kind(left) + " with " + Values.kind(right));
  }

  static boolean contains(Object whole, Object part) {
    if (whole instanceof String text) {
      return text.contains(Values.string(part, "in"));
    }
    if (whole instanceof Map<?, ?> map) {
      return map.containsKey(part);
    }
    if (whole instanceof List<?> list) {
      return list.stream().anyMatch(item -> equal(item, part));
    }
    if (whole instanceof Undefined) {
      return false;
    }
    throw new JinjaException("cannot look into " + Values.kind(whole));
  }

  /** A part by its name: a method first, as of a mapping with a key of the same name. */
  static Object attribute(Object value, String name) {
    if (value instanceof Undefined undefined) {
      throw new JinjaException(undefined.name() + " is undefined, and has no " + name);
    }
    if (value instanceof Attributes own) {
      return own.attribute(name);
    }
    Object method = Methods.of(value, name);
    return method instanceof Undefined && value instanceof Map<?, ?> map
        ? entry(map, name)
        : method;
  }

  /** A part by its place or key. */
  static Object item(Object value, Object key) {
    if (value instanceof Undefined undefined) {
      throw new JinjaException(undefined.name() + " is undefined, and has no " + Values.text(key));
    }
    if (value instanceof Map<?, ?> map) {
      Object found = entry(map, key);
      return found instanceof Undefined && key instanceof String name
          ? Methods.of(value, name)
          : found;
    }
    if (value instanceof List<?> list && key instanceof Long index) {
      long at = index < 0 ? index + list.size() : index;
      return at >= 0 && at < list.size() ? list.get((int) at) : new Undefined("item " + index);
    }
    if (value instanceof String text && key instanceof Long index) {
      long length = Values.length(text);
      long at = index < 0 ? index + length : index;
      return at >= 0 && at < length ? letters(text, at, at + 1) : new Undefined("item " + index);
    }
    if (key instanceof String name) {
      return attribute(value, name);
    }
    throw new JinjaException(Values.kind(value) + " has no part " + Values.text(key));
  }

  private static Object entry(Map<?, ?> map, Object key) {
    Object found = map.get(key);
    return found == null ? new Undefined(Values.text(key)) : found;
  }

  private static String letters(String text, long from, long to) {
    int begin = text.offsetByCodePoints(0, (int) from);
    return text.substring(begin, text.offsetByCodePoints(begin, (int) (to - from)));
  }

  /** A part from one place to another; {@link None} leaves an end or the step open. */
  static Object slice(Budget budget, Object value, Object from, Object to, Object by) {
    List<Object> all = Values.items(budget, value);
    if (value instanceof Map<?, ?> || value instanceof Undefined) {
      throw new JinjaException("cannot cut a part out of " + Values.kind(value));
    }
    int step = by == None.NONE ? 1 : Values.whole(by, "a step");
    if (step == 0) {
      throw new JinjaException("a step must not be 0");
    }
    int size = all.size();
    int low = step > 0 ? 0 : -1;
    int high = step > 0 ? size : size - 1;
    int begin = from == None.NONE ? (step > 0 ? low : high) : end(from, size, low, high);
    int stop = to == None.NONE ? (step > 0 ? high : low) : end(to, size, low, high);
    List<Object> part = new ArrayList<>();
    for (long at = begin; step > 0 ? at < stop : at > stop; at += step) {
      part.add(all.get((int) at));
    }
    if (!(value instanceof String)) {
      return part;
    }
    StringBuilder text = new StringBuilder();
    part.forEach(text::append);
    return text.toString();
  }

  private static int end(Object place, int size, int low, int high) {
    int at = Values.whole(place, "a place");
    return Math.max(low, Math.min(high, at < 0 ? at + size : at));
  }
}
