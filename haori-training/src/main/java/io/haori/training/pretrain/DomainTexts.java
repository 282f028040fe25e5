package io.haori.training.pretrain;

import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.text.Encoding;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import java.util.List;
import java.util.Set;

/**
 * A corpus as rows of tokens.
 *
 * @param train rows to learn from
 * @param heldOut rows to measure on
 * @param trainTexts number of texts behind the first
 * @param heldOutTexts number of texts behind the second
 * @param unknownShare share of tokens that the vocabulary lacks
 * @param piecesPerWord tokens a word on average
 */
record DomainTexts(
    TokenizedRows train,
    TokenizedRows heldOut,
    int trainTexts,
    int heldOutTexts,
    double unknownShare,
    double piecesPerWord) {
  /** Texts that tell the language. */
  private static final int LOOKED_AT = 500;

  /** Beyond this the vocabulary does not know the language. */
  private static final double MOST_UNKNOWN = 0.02;

  /** English of any field stays below this; single letters are a vocabulary's last resort. */
  private static final double MOST_PIECES = 3;

  private static final int LETTERS_OF_A_WORD = 2;

  static DomainTexts of(
      DomainCorpus corpus, Objective objective, Tokenizer tokenizer, PretrainSettings settings) {
    DomainCorpus.Parts parts = parts(corpus, objective, settings);
    List<String> looked = parts.train().stream().limit(LOOKED_AT).map(Views::shown).toList();
    Set<Integer> special = tokenizer.specialIds();
    long unknown = 0;
    long pieces = 0;
    for (Encoding text : tokenizer.encode(looked, null, Integer.MAX_VALUE)) {
      for (int id : text.ids()) {
        if (tokenizer.isUnknown(id)) {
          unknown++;
          pieces++;
        } else if (!special.contains(id)) {
          pieces++;
        }
      }
    }
    long words = looked.stream().mapToLong(DomainTexts::words).sum();
    return new DomainTexts(
        objective.rows(parts.train(), tokenizer),
        objective.rows(parts.heldOut(), tokenizer),
        parts.train().size(),
        parts.heldOut().size(),
        (double) unknown / Math.max(1, pieces),
        (double) pieces / Math.max(1, words));
  }

  /** The texts to learn from and those to measure on, both in the order of the seed. */
  static DomainCorpus.Parts parts(
      DomainCorpus corpus, Objective objective, PretrainSettings settings) {
    long seed = Seeds.ofDomain(settings.seed(), corpus.name());
    return corpus.parts(
        settings.heldOutShare(),
        PretrainSettings.MOST_HELD_OUT,
        Seeds.of(seed, Purpose.PARTS),
        objective::joined);
  }

  /**
   * About how many words a text has. Japanese and Chinese have no blanks between theirs, which are
   * two letters long on average.
   */
  static long words(String text) {
    long close = text.codePoints().filter(Character::isIdeographic).count();
    close += text.codePoints().filter(DomainTexts::isKana).count();
    return text.strip().split("\\s+").length + close / LETTERS_OF_A_WORD;
  }

  private static boolean isKana(int letter) {
    Character.UnicodeScript script = Character.UnicodeScript.of(letter);
    return script == Character.UnicodeScript.HIRAGANA || script == Character.UnicodeScript.KATAKANA;
  }

  /** Whether the base's vocabulary hardly knows the language of the texts. */
  boolean isForeign() {
    return isForeign(unknownShare, piecesPerWord);
  }

  static boolean isForeign(double unknownShare, double piecesPerWord) {
    return unknownShare > MOST_UNKNOWN || piecesPerWord > MOST_PIECES;
  }
}
