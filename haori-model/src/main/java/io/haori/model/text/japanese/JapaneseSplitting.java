package io.haori.model.text.japanese;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.Check;
import io.haori.core.json.JsonFile;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * How a base with the class {@code BertJapaneseTokenizer} cuts texts before its vocabulary does.
 *
 * @param mecab whether words are those of MeCab with IPADIC; else those between blanks and
 *     punctuation
 * @param characters whether the vocabulary has single characters; else pieces of words
 * @param compatible whether letters of half and full width become one (NFKC)
 * @param lowercase whether words are lower-cased
 */
public record JapaneseSplitting(
    boolean mecab, boolean characters, boolean compatible, boolean lowercase) {
  /** The class by which Hugging Face's libraries know it. */
  public static final String CLASS = "BertJapaneseTokenizer";

  /** A vocabulary that was made from IPADIC's words has nearly all of these. */
  private static final int LEAST_OWN_WORDS = IpadicWords.OWN_WORDS.size() / 2;

  private static final String MECAB = "mecab_kwargs";

  /**
   * What a folder asks for.
   *
   * @param file its {@code tokenizer_config.json}
   * @param json content of that
   * @throws io.haori.core.check.UserError when it cannot be done here
   */
  public static JapaneseSplitting read(Path file, JsonNode json) {
    String words = json.path("word_tokenizer_type").asText("basic");
    require(
        words.equals("basic") || words.equals("mecab"),
        file,
        "word_tokenizer_type must be basic or mecab, got " + JsonFile.printable(words));
    String pieces = json.path("subword_tokenizer_type").asText("wordpiece");
    require(
        pieces.equals("wordpiece") || pieces.equals("character"),
        file,
        "subword_tokenizer_type must be wordpiece or character, got " + JsonFile.printable(pieces));
    for (String step : List.of("do_word_tokenize", "do_subword_tokenize")) {
      require(json.path(step).asBoolean(true), file, step + " must be true, got false");
    }
    JsonNode mecab = json.path(MECAB);
    String dictionary = mecab.path("mecab_dic").asText("ipadic");
    require(
        !words.equals("mecab") || dictionary.equals("ipadic"),
        file,
        MECAB
            + ".mecab_dic must be ipadic, got "
            + JsonFile.printable(dictionary)
            + ": the words of that dictionary are others; choose a base whose words are IPADIC's,"
            + " or one with a tokenizer.json, for example mbert");
    require(
        mecab.path("mecab_option").asText("").isEmpty(),
        file,
        MECAB + ".mecab_option must be left out");
    require(
        json.path("never_split").isEmpty() && mecab.path("never_split").isEmpty(),
        file,
        "never_split must be empty");
    return new JapaneseSplitting(
        words.equals("mecab"),
        pieces.equals("character"),
        mecab.path("normalize_text").asBoolean(true),
        json.path("do_lower_case").asBoolean(false));
  }

  /**
   * Refuses a vocabulary that was made from the words of another dictionary: its tokens would mean
   * something else than in the training of the base.
   *
   * @param vocabulary file of it, for the message
   * @param has whether a word is in it
   * @throws io.haori.core.check.UserError when it lacks the words that IPADIC alone has
   */
  public void requireFits(Path vocabulary, Predicate<String> has) {
    if (!mecab || characters) {
      return;
    }
    long found = IpadicWords.OWN_WORDS.stream().filter(has).count();
    require(
        found >= LEAST_OWN_WORDS,
        vocabulary,
        "must have at least "
            + LEAST_OWN_WORDS
            + " of the words "
            + String.join(", ", IpadicWords.OWN_WORDS)
            + ", got "
            + found
            + ": it was made from the words of another dictionary than IPADIC; choose another"
            + " base");
  }

  private static void require(boolean allowed, Path file, String what) {
    if (!allowed) {
      throw Check.in(file, what);
    }
  }

  /**
   * The parts of a text whose pieces the vocabulary has: words, or characters.
   *
   * @param text without special tokens
   */
  public List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    for (String word : IpadicWords.of(compatible ? compatible(text) : text)) {
      String one = lowercase ? word.toLowerCase(Locale.ROOT) : word;
      if (characters) {
        compatible(one).codePoints().mapToObj(Character::toString).forEach(parts::add);
      } else {
        parts.add(one);
      }
    }
    return parts;
  }

  private static String compatible(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC);
  }
}
