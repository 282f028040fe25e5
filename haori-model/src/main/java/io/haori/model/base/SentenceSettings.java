package io.haori.model.base;

import io.haori.model.backbone.Pooling;
import org.jspecify.annotations.Nullable;

/**
 * How a base was trained to make one vector of a text, as a folder of sentence-transformers says.
 *
 * @param pooling how tokens become one vector; {@link Pooling#AUTO} where nothing says so
 * @param normalize whether vectors that are compared have the length 1
 * @param maxLength tokens of a text at most; null where nothing says so
 * @param mostTokens tokens of a text at most as the tokenizer bounds them; null where it does not
 * @param lowercase whether texts are lower-cased before they are cut into words
 */
public record SentenceSettings(
    Pooling pooling,
    boolean normalize,
    @Nullable Integer maxLength,
    @Nullable Integer mostTokens,
    boolean lowercase) {
  /** Nothing said. */
  public static final SentenceSettings NONE =
      new SentenceSettings(Pooling.AUTO, false, null, null, false);

  /**
   * Tokens of a text at most where the user does not say.
   *
   * @param usual for bases that do not say either
   * @return what sentence-transformers would take; else the usual, or fewer where the tokenizer has
   *     a lower bound
   */
  public int maxLengthOr(int usual) {
    if (maxLength != null) {
      return maxLength;
    }
    return mostTokens == null ? usual : Math.min(usual, mostTokens);
  }
}
