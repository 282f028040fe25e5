package io.haori.adapter.spi;

/** What may happen to a module's structure during a stretch of training. */
public enum Phase {
  /** Its numbers are trained as they are. */
  GROWING,
  /** The method may take parts of it away, until {@link StepRule#isComplete()}. */
  SHAPING,
  /** What was taken away stays away; the rest is trained. */
  FIXED
}
