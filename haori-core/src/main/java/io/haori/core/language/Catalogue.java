package io.haori.core.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says English sentences in another language. A sentence is looked for by the pattern that it
 * follows, and what its places hold is translated in the same way, where it is a phrase of its own
 * ({@code at least 1}). A part behind a semicolon, such as a cure, is a sentence of its own. What
 * follows no pattern stays English. Any number of threads may ask one.
 *
 * <p>The patterns are in files beside this class, in the folder {@code ja}: a line of English,
 * below it the translation, indented; both with places {@code {0}}, {@code {1:n}} (a number) and
 * {@code {2:w}} (a word without blanks). {@code {is|are}} in English matches either. The files of
 * {@code headings} hold single words, which are translated where they head a column or a title.
 */
public final class Catalogue {
  private static final Pattern EITHER = Pattern.compile("\\{([^{}|\"]*)\\|([^{}\"]*)}");
  private static final Pattern LETTERS = Pattern.compile("[A-Za-z]{2}");
  private static final int DEEPEST = 8;

  /** Letters of a pattern that says enough for several sentences in a row to follow it. */
  private static final int LEAST_OF_A_LIST = 6;

  /** Of English: it says everything as it is. */
  private static final Catalogue NONE = new Catalogue(Language.ENGLISH, List.of(), Map.of());

  private static final Map<Language, Catalogue> READ = new ConcurrentHashMap<>();

  /** A pattern and what it says in the other language. */
  private record Entry(Sentence english, String pattern, String translated) {
    private boolean isTail() {
      return pattern.startsWith("; ");
    }
  }

  private record Found(Entry entry, Map<Integer, String> places, String head) {}

  private final Language language;
  private final List<Entry> entries;
  private final Map<String, String> headings;

  private Catalogue(Language language, List<Entry> entries, Map<String, String> headings) {
    this.language = language;
    this.entries = entries;
    this.headings = headings;
  }

  /** The catalogue of a language, which is read once; of English one that changes nothing. */
  public static Catalogue of(Language language) {
    return language == Language.ENGLISH ? NONE : READ.computeIfAbsent(language, Catalogue::read);
  }

  private static Catalogue read(Language language) {
    return of(language, CatalogueFile.sentences(language), CatalogueFile.headings(language));
  }

  /**
   * A catalogue of one's own.
   *
   * @param language that it translates into
   * @param sentences translations by English patterns
   * @param headings translations of words that head a column
   */
  static Catalogue of(
      Language language, Map<String, String> sentences, Map<String, String> headings) {
    List<Entry> entries = new ArrayList<>();
    sentences.forEach(
        (pattern, translated) -> {
          for (String one : alternatives(pattern)) {
            entries.add(new Entry(Sentence.of(one), pattern, translated));
          }
        });
    entries.sort(
        Comparator.<Entry>comparingInt(one -> -one.english.weight())
            .thenComparing(one -> one.english.parts().size()));
    return new Catalogue(language, List.copyOf(entries), Map.copyOf(headings));
  }

  private static List<String> alternatives(String pattern) {
    Matcher either = EITHER.matcher(pattern);
    if (pattern.indexOf('|') < 0 || !either.find()) {
      return List.of(pattern);
    }
    List<String> all = new ArrayList<>();
    for (String one : either.group(0).substring(1, either.group(0).length() - 1).split("\\|", -1)) {
      all.addAll(
          alternatives(
              pattern.substring(0, either.start()) + one + pattern.substring(either.end())));
    }
    return all;
  }

  /** The language that it translates into. */
  public Language language() {
    return language;
  }

  /** Whether it changes nothing. */
  public boolean isEnglish() {
    return entries.isEmpty();
  }

  /**
   * A sentence, or several lines of sentences.
   *
   * @param english as the program says it
   */
  public String text(String english) {
    return isEnglish() || !LETTERS.matcher(english).find() ? english : translate(english).text();
  }

  /**
   * A column's name or a title: one word, or a phrase.
   *
   * @param english as the program says it
   */
  public String heading(String english) {
    @Nullable String word = headings.get(english);
    return word == null ? text(english) : word;
  }

  /** The patterns of all sentences, as the files have them. */
  public List<String> patterns() {
    return entries.stream().map(Entry::pattern).distinct().toList();
  }

  /** The translation of a pattern of {@link #patterns}. */
  public String translation(String pattern) {
    return entries.stream()
        .filter(one -> one.pattern.equals(pattern))
        .findFirst()
        .orElseThrow()
        .translated;
  }

  /** The words of all headings. */
  public List<String> headings() {
    return List.copyOf(headings.keySet());
  }

  /**
   * A sentence, with the patterns that it follows and what is left of it.
   *
   * @param english one or several lines
   */
  public Translation translate(String english) {
    List<String> used = new ArrayList<>();
    List<String> left = new ArrayList<>();
    String text =
        Arrays.stream(english.split("\n", -1))
            .map(line -> line(line, used, left))
            .collect(Collectors.joining("\n"));
    return new Translation(text, used, left);
  }

  private String line(String line, List<String> used, List<String> left) {
    String bare = line.strip();
    int begin = line.indexOf(bare);
    @Nullable String translated = sentence(bare, used, left, 0);
    if (translated == null) {
      left.add(bare);
      return line;
    }
    return line.substring(0, begin) + translated + line.substring(begin + bare.length());
  }

  /** A sentence, a list of sentences, or one with a full stop behind it. */
  private @Nullable String sentence(
      String english, List<String> used, List<String> left, int depth) {
    if (depth > DEEPEST) {
      return null;
    }
    boolean stops = english.endsWith(".");
    String bare = stops ? english.substring(0, english.length() - 1) : english;
    @Nullable Found found = find(english);
    boolean whole = found != null && (found.entry.pattern.contains("; ") || !found.head.isEmpty());
    List<String> parts = whole ? List.of(english) : list(bare);
    if (parts.size() > 1) {
      return parts.stream()
          .map(part -> Objects.requireNonNull(sentence(part, used, left, depth)))
          .collect(Collectors.joining("；", "", stops ? "。" : ""));
    }
    if (found != null) {
      return filled(found, used, left, depth);
    }
    @Nullable Found withoutStop = stops ? find(bare) : null;
    return withoutStop == null ? null : filled(withoutStop, used, left, depth) + "。";
  }

  /**
   * The parts of a list of sentences, each of which follows a pattern of its own; else the whole.
   */
  private List<String> list(String english) {
    List<String> parts = List.of(english.split("; ", -1));
    return parts.size() > 1 && parts.stream().allMatch(this::isOfList) ? parts : List.of(english);
  }

  /** Whether a sentence, or a phrase in one of its places, follows a pattern that says enough. */
  private boolean isOfList(String part) {
    @Nullable Found found = LETTERS.matcher(part).find() ? find(part) : null;
    return found != null
        && (found.entry.english.weight() >= LEAST_OF_A_LIST
            || found.places.values().stream()
                .anyMatch(place -> place.length() < part.length() && isOfList(place)));
  }

  private String filled(Found found, List<String> used, List<String> left, int depth) {
    used.add(found.entry.pattern);
    Map<Integer, String> values = new HashMap<>();
    found.places.forEach(
        (place, value) ->
            values.put(
                place,
                found.entry.english.isQuoted(place) ? value : place(value, used, left, depth)));
    Spacing whole = new Spacing();
    for (Sentence.Part part : Sentence.of(found.entry.translated).parts()) {
      whole.add(part.place() < 0 ? part.literal() : values.getOrDefault(part.place(), ""));
    }
    String text = whole.toString();
    return found.head.isEmpty() ? text : joined(place(found.head, used, left, depth), text);
  }

  private static String joined(String head, String tail) {
    return head + (head.isEmpty() || head.endsWith("。") ? "" : "。") + tail;
  }

  /** What a place holds: a phrase that is known, or a value that stays as it is. */
  private String place(String value, List<String> used, List<String> left, int depth) {
    String bare = value.strip();
    if (bare.isEmpty() || !LETTERS.matcher(bare).find()) {
      return value;
    }
    @Nullable String phrase = sentence(bare, used, left, depth + 1);
    if (phrase == null) {
      left.add(bare);
      return value;
    }
    return phrase;
  }

  private @Nullable Found find(String english) {
    @Nullable Found whole = null;
    boolean mayHaveTail = english.contains("; ");
    for (Entry entry : entries) {
      if (entry.isTail()) {
        @Nullable Found tail = mayHaveTail ? tail(entry, english) : null;
        if (tail != null) {
          return tail;
        }
      } else if (whole == null && english.contains(entry.english.key())) {
        @Nullable Map<Integer, String> places = entry.english.match(english);
        if (places != null) {
          whole = new Found(entry, places, "");
          if (!mayHaveTail || entry.pattern.contains("; ")) {
            return whole;
          }
        }
      }
    }
    return whole;
  }

  private static @Nullable Found tail(Entry entry, String english) {
    if (!english.contains(entry.english.key())) {
      return null;
    }
    for (int at = english.indexOf("; "); at >= 0; at = english.indexOf("; ", at + 1)) {
      @Nullable Map<Integer, String> places = entry.english.match(english.substring(at));
      if (places != null) {
        return new Found(entry, places, english.substring(0, at));
      }
    }
    return null;
  }
}
