package io.haori.core.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of an English sentence: texts between places that hold anything, a number ({@code
 * {0:n}}) or a word without blanks ({@code {0:w}}).
 *
 * @param parts literal texts and places, in their order
 * @param key the longest literal, by which it is looked for
 * @param weight letters of all literals: of two patterns that fit, the heavier one is meant
 */
record Sentence(List<Part> parts, String key, int weight) {
  private static final Pattern PLACE = Pattern.compile("\\{(\\d+)(?::([nw]))?}");
  private static final Pattern NUMBER = Pattern.compile("(< ?)?[-+±−]?[0-9][0-9.,eE+-]*( ?%)?");
  private static final Pattern WORD = Pattern.compile("\\S+");

  /**
   * A literal text, or a place.
   *
   * @param literal the text; empty for a place
   * @param place its number; -1 for a text
   * @param kind {@code n}, {@code w} or empty
   */
  record Part(String literal, int place, String kind) {
    private boolean holds(String value) {
      return switch (kind) {
        case "n" -> NUMBER.matcher(value).matches();
        case "w" -> WORD.matcher(value).matches();
        default -> true;
      };
    }
  }

  /** The pattern as a catalogue's file has it. */
  static Sentence of(String pattern) {
    List<Part> parts = new ArrayList<>();
    Matcher places = PLACE.matcher(pattern);
    int from = 0;
    while (places.find()) {
      literal(parts, pattern.substring(from, places.start()));
      String kind = places.group(2);
      parts.add(new Part("", Integer.parseInt(places.group(1)), kind == null ? "" : kind));
      from = places.end();
    }
    literal(parts, pattern.substring(from));
    String key = "";
    int weight = 0;
    for (Part part : parts) {
      key = part.literal.length() > key.length() ? part.literal : key;
      weight += part.literal.length();
    }
    return new Sentence(List.copyOf(parts), key, weight);
  }

  private static void literal(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part(text, -1, ""));
    }
  }

  /** What the places hold, by their numbers; null where the text does not follow the pattern. */
  @Nullable Map<Integer, String> match(String text) {
    Map<Integer, String> places = new TreeMap<>();
    return text.contains(key) && match(text, 0, 0, places) ? places : null;
  }

  private boolean match(String text, int from, int part, Map<Integer, String> places) {
    if (part == parts.size()) {
      return from == text.length();
    }
    Part first = parts.get(part);
    if (first.place < 0) {
      return text.startsWith(first.literal, from)
          && match(text, from + first.literal.length(), part + 1, places);
    }
    String next = part + 1 < parts.size() ? parts.get(part + 1).literal : "";
    int end = next.isEmpty() && part + 1 == parts.size() ? text.length() : text.indexOf(next, from);
    while (end >= from) {
      String value = text.substring(from, end);
      boolean fits =
          first.holds(value)
              && (part > 0 || next.startsWith(":") || next.startsWith(" (") || !namesAPlace(value));
      if (fits && match(text, end, part + 1, places)) {
        places.put(first.place, value);
        return true;
      }
      end = end >= text.length() ? -1 : text.indexOf(next, end + 1);
    }
    return false;
  }

  /** Whether a place is in quotes: what it holds is the user's own. */
  boolean isQuoted(int place) {
    for (int i = 1; i < parts.size(); i++) {
      if (parts.get(i).place == place) {
        return parts.get(i - 1).literal.endsWith("\"") || parts.get(i - 1).literal.endsWith("'");
      }
    }
    return false;
  }

  /** Whether a subject begins with where something is wrong: {@code rows.csv:3: label}. */
  private static boolean namesAPlace(String subject) {
    return subject.endsWith(":") || subject.contains(": ");
  }

  /** The numbers of its places. */
  List<Integer> places() {
    return parts.stream().map(Part::place).filter(place -> place >= 0).sorted().toList();
  }
}
