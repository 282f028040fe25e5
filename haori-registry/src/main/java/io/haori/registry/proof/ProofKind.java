package io.haori.registry.proof;

import java.util.Locale;
import java.util.stream.Stream;

/** What an entry about a proof of concept says. */
public enum ProofKind {
  /** What is fixed before anything is trained. */
  START,
  /** What a stage found and decided. */
  STAGE,
  /** What follows from all stages. */
  END;

  private static final String PREFIX = "poc-";

  /** As the log names it, for example {@code poc-stage}. */
  public String action() {
    return PREFIX + name().toLowerCase(Locale.ROOT);
  }

  static ProofKind of(String action) {
    return Stream.of(values()).filter(one -> one.action().equals(action)).findFirst().orElseThrow();
  }
}
