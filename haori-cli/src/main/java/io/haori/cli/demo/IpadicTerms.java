package io.haori.cli.demo;

import com.atilika.kuromoji.dict.TokenInfoDictionary;
import com.atilika.kuromoji.ipadic.Tokenizer;
import com.atilika.kuromoji.util.SimpleResourceResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nouns of the Japanese dictionary IPADIC, each with its category and its reading, as {@code
 * 霞が関（カスミガセキ）}.
 */
final class IpadicTerms {
  private static final String NOUN = "名詞";

  /** Where a word's entry has its form and its reading. */
  private static final int FORM = 6;

  private static final int READING = 7;

  private IpadicTerms() {}

  /**
   * Reads the dictionary.
   *
   * @return texts by category by script: {@code kanji}, {@code katakana} and {@code mixed}; a term
   *     that has several categories is left out
   */
  static Map<String, Map<String, List<String>>> read() {
    Map<String, Term> terms = new TreeMap<>();
    Set<String> ambiguous = new HashSet<>();
    TokenInfoDictionary dictionary = dictionary();
    for (int word = 0; ; word++) {
      String[] entry = entry(dictionary, word);
      if (entry == null) {
        break;
      }
      String category = category(entry);
      if (category == null) {
        if (entry[0].equals(NOUN)) {
          ambiguous.add(entry[FORM]);
        }
        continue;
      }
      Term term = new Term(entry[FORM], entry[READING], category);
      Term before = terms.putIfAbsent(term.form(), term);
      if (before != null && !before.category().equals(category)) {
        ambiguous.add(term.form());
      }
    }
    Map<String, Map<String, List<String>>> byScript = new TreeMap<>();
    for (Term term : terms.values()) {
      if (!ambiguous.contains(term.form()) && term.form().length() > 1) {
        byScript
            .computeIfAbsent(script(term.form()), script -> new LinkedHashMap<>())
            .computeIfAbsent(term.category(), category -> new ArrayList<>())
            .add(term.text());
      }
    }
    return byScript;
  }

  /** A noun. */
  private record Term(String form, String reading, String category) {
    private String text() {
      return form.equals(reading) ? form : form + "（" + reading + "）";
    }
  }

  private static TokenInfoDictionary dictionary() {
    try {
      return TokenInfoDictionary.newInstance(new SimpleResourceResolver(Tokenizer.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An entry by its number; null behind the last one, as the dictionary does not count them. */
  private static String @Nullable [] entry(TokenInfoDictionary dictionary, int word) {
    try {
      return dictionary.getAllFeaturesArray(word);
    } catch (IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static @Nullable String category(String[] entry) {
    if (!entry[0].equals(NOUN)) {
      return null;
    }
    return switch (entry[1]) {
      case "サ変接続" -> "動作";
      case "一般" -> "一般";
      case "固有名詞" ->
          switch (entry[2]) {
            case "人名" -> "人名";
            case "地域" -> "地名";
            case "組織" -> "組織";
            default -> null;
          };
      default -> null;
    };
  }

  private static String script(String form) {
    if (form.codePoints().allMatch(Character::isIdeographic)) {
      return "kanji";
    }
    return form.codePoints()
            .allMatch(letter -> letter == 'ー' || UnicodeScript.of(letter) == UnicodeScript.KATAKANA)
        ? "katakana"
        : "mixed";
  }
}
