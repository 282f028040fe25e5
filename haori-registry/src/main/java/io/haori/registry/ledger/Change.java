package io.haori.registry.ledger;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** A change while it is made: where it writes, and what the log will say of it. */
public final class Change {
  private final Handle handle;
  private final Instant now;
  private final String actor;
  private final long seq;
  private final Map<String, Object> details;
  private int version;
  private boolean idle;

  Change(Handle handle, Instant now, String actor, long seq, Intent intent) {
    this.handle = handle;
    this.now = now;
    this.actor = actor;
    this.seq = seq;
    this.details = new LinkedHashMap<>(intent.details());
    this.version = intent.version();
  }

  /** Where rows are read and written. */
  public Handle handle() {
    return handle;
  }

  /** The moment of the change, in milliseconds. */
  public Instant now() {
    return now;
  }

  /** Who makes it. */
  public String actor() {
    return actor;
  }

  /** The number that its log entry will have. */
  public long seq() {
    return seq;
  }

  /** Adds a detail to its log entry. */
  public void note(String key, Object value) {
    details.put(key, value);
  }

  /** Says which version it is about, when that was not known before. */
  public void about(int number) {
    version = number;
  }

  /** Says that all was as wanted already, so that there is nothing to log. */
  public void nothingChanged() {
    idle = true;
  }

  Map<String, Object> details() {
    return details;
  }

  int version() {
    return version;
  }

  boolean isIdle() {
    return idle;
  }
}
