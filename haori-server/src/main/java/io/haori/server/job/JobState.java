package io.haori.server.job;

import java.util.Locale;

/** Where a job is in its life. */
public enum JobState {
  /** Waits for its turn. */
  QUEUED,
  /** A process works on it, or did when the server ended; then it continues. */
  RUNNING,
  /** Its result is there. */
  DONE,
  /** It ended with a sentence that says why; it can be continued when that is put right. */
  FAILED,
  /** Somebody stopped it; it can be continued. */
  CANCELLED;

  /** As answers name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether nothing more happens by itself. */
  public boolean isOver() {
    return this == DONE || this == FAILED || this == CANCELLED;
  }
}
