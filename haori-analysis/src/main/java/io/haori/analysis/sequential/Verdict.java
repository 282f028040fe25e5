package io.haori.analysis.sequential;

/** What a trial says. */
public enum Verdict {
  /** The candidate is worse: end the trial. */
  STOP("stop"),

  /** Nothing is certain yet. */
  GO_ON("go on"),

  /** The candidate is better: make it live. */
  SWITCH("switch");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  /** In words. */
  public String word() {
    return word;
  }
}
