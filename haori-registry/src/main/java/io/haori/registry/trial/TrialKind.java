package io.haori.registry.trial;

import io.haori.core.check.UserError;

/** How a candidate is tried. */
public enum TrialKind {
  /** It answers a share of the requests. */
  SHARE("share"),

  /** It computes every request, and what is live answers. */
  SHADOW("shadow");

  private final String word;

  TrialKind(String word) {
    this.word = word;
  }

  /** As it is stored and shown. */
  public String word() {
    return word;
  }

  /** The kind of that word. */
  public static TrialKind of(String word) {
    for (TrialKind one : values()) {
      if (one.word.equals(word)) {
        return one;
      }
    }
    throw new UserError("kind must be share or shadow, got " + word);
  }
}
