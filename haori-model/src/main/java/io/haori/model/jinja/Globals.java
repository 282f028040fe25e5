package io.haori.model.jinja;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Functions that every template has. */
final class Globals {
  /** By name. */
  static final Map<String, Object> ALL =
      Map.of(
          "range", (Function) Globals::range,
          "dict", (Function) Globals::mapping,
          "namespace", (Function) Globals::namespace,
          "raise_exception", (Function) Globals::raise,
          "strftime_now", (Function) Globals::now);

  private Globals() {}

  private static Object range(Frame frame, List<Object> given, Map<String, Object> named) {
    Arguments a =
        new Arguments("range", frame.budget(), given, named, List.of("start", "stop", "step"));
    boolean one = given.size() == 1;
    long from = one ? 0 : a.whole("start", 0);
    long to = one ? a.whole("start", 0) : a.whole("stop", 0);
    long step = a.whole("step", 1);
    if (step == 0 || given.isEmpty()) {
      throw new JinjaException("range must have an end, and a step that is not 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      frame.budget().spend(1);
      numbers.add(i);
    }
    return numbers;
  }

  private static Map<Object, Object> mapping(
      Frame frame, List<Object> given, Map<String, Object> named) {
    Map<Object, Object> made = new LinkedHashMap<>();
    for (Object one : given) {
      if (!(one instanceof Map<?, ?> map)) {
        throw new JinjaException("dict must have a mapping, got " + Values.kind(one));
      }
      map.forEach(made::put);
    }
    made.putAll(named);
    return made;
  }

  private static Object namespace(Frame frame, List<Object> given, Map<String, Object> named) {
    Map<String, Object> values = new LinkedHashMap<>();
    mapping(frame, given, named).forEach((key, value) -> values.put(Values.text(key), value));
    return new Namespace(values);
  }

  private static Object raise(Frame frame, List<Object> given, Map<String, Object> named) {
    throw new JinjaException(given.isEmpty() ? "" : Values.text(given.get(0)), true);
  }

  private static Object now(Frame frame, List<Object> given, Map<String, Object> named) {
    Arguments a = new Arguments("strftime_now", frame.budget(), given, named, List.of("format"));
    String format = a.text("format");
    ZonedDateTime now = ZonedDateTime.now(frame.clock());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      text.append(
          c == '%' && i + 1 < format.length() ? part(now, format.charAt(++i)) : String.valueOf(c));
    }
    return text.toString();
  }

  /** A part of a time as C's {@code strftime} writes it in English. */
  private static String part(ZonedDateTime now, char letter) {
    String pattern =
        switch (letter) {
          case 'd' -> "dd";
          case 'm' -> "MM";
          case 'y' -> "yy";
          case 'Y' -> "yyyy";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'j' -> "DDD";
          case 'p' -> "a";
          default -> "";
        };
    if (!pattern.isEmpty()) {
      return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
    }
    return switch (letter) {
      case 'b' -> now.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'a' -> now.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case '%' -> "%";
      default -> throw new JinjaException("strftime_now does not know %" + letter);
    };
  }
}
