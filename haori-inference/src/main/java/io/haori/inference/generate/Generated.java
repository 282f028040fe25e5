package io.haori.inference.generate;

import java.util.Locale;

/**
 * What was written on from one prompt.
 *
 * @param text without the prompt and without what ended it
 * @param promptTokens tokens of the prompt
 * @param tokens that were written, the one that ended the text included
 * @param end why the text ends
 */
public record Generated(String text, int promptTokens, int tokens, End end) {
  /** Why a text ends. */
  public enum End {
    /** The base wrote a token that ends texts. */
    TOKEN,
    /** A string of the settings came. */
    STOP,
    /** As many tokens as were wanted, or as the base has positions for. */
    LENGTH,
    /** The caller wanted no more. */
    CANCELLED;

    /** As a program reads it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
