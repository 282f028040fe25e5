package io.haori.training.multidomain;

import java.util.Locale;

/** Whether domains that are learnt together share their head. */
public enum HeadChoice {
  /** Each domain has a head of its own: the same word may mean another thing in each. */
  OWN,
  /** One head for all: the same word means the same in every domain. */
  SHARED;

  /** Its name on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
