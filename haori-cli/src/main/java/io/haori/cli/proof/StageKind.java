package io.haori.cli.proof;

import java.util.Locale;

/** What a stage asks. */
public enum StageKind {
  /** Does a module gain over the frozen base, and is a smaller one as good? */
  CAPACITY,
  /** Does another method gain over LoRA? */
  METHOD,
  /** Does it gain on the next domain, too? */
  DOMAIN,
  /** Is one model for all domains as good as one for each? */
  SHARE;

  /** As sentences and tables name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
