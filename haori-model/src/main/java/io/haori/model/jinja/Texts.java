package io.haori.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Changes of texts that filters and methods share. */
final class Texts {
  private Texts() {}

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    StringBuilder result = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      result.append(inside ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inside = Character.isLetter(c);
    }
    return result.toString();
  }

  static List<Object> lines(String text) {
    List<Object> lines = new ArrayList<>();
    text.lines().forEach(lines::add);
    return lines;
  }

  static long count(String text, String part) {
    if (part.isEmpty()) {
      throw new JinjaException("count must have a text that is not empty");
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  static String replace(Budget budget, String text, String old, String with, int most) {
    long found = count(text, old);
    long times = most < 0 ? found : Math.min(most, found);
    budget.spend(text.length() + times * with.length());
    StringBuilder result = new StringBuilder();
    int from = 0;
    for (long i = 0; i < times; i++) {
      int at = text.indexOf(old, from);
      result.append(text, from, at).append(with);
      from = at + old.length();
    }
    return result.append(text.substring(from)).toString();
  }

  static String join(Budget budget, Object items, String between) {
    StringBuilder result = new StringBuilder();
    boolean first = true;
    for (Object item : Values.items(budget, items)) {
      String part = Values.text(item);
      budget.spend((long) part.length() + between.length());
      result.append(first ? "" : between).append(part);
      first = false;
    }
    return result.toString();
  }

  static String indented(Budget budget, String text, String by, boolean first, boolean blank) {
    StringBuilder result = new StringBuilder();
    String[] lines = text.split("\n", -1);
    budget.spend(text.length() + (long) lines.length * by.length());
    for (int i = 0; i < lines.length; i++) {
      boolean wanted = (i > 0 || first) && (blank || i == 0 || !lines[i].isEmpty());
      result.append(i > 0 ? "\n" : "").append(wanted ? by : "").append(lines[i]);
    }
    return result.toString();
  }
}
