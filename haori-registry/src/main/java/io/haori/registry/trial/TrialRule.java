package io.haori.registry.trial;

import io.haori.core.check.UserError;

/** What follows by itself from what a trial says. */
public enum TrialRule {
  /** Nothing: somebody looks and decides. */
  REPORT("report"),

  /** A candidate that is worse gets no more requests. */
  STOP("stop"),

  /** The same, and one that is better becomes live. */
  DECIDE("decide");

  private final String word;

  TrialRule(String word) {
    this.word = word;
  }

  /** As it is stored and shown. */
  public String word() {
    return word;
  }

  /** The rule of that word. */
  public static TrialRule of(String word) {
    for (TrialRule one : values()) {
      if (one.word.equals(word)) {
        return one;
      }
    }
    throw new UserError("rule must be report, stop or decide, got " + word);
  }
}
