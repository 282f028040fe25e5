package io.haori.registry.audit;

import io.haori.core.digest.Sha256;
import io.haori.registry.store.Json;
import java.time.Instant;
import java.util.List;

/**
 * One entry of the log.
 *
 * @param seq counted from 1 without gaps
 * @param happened when, in milliseconds
 * @param actor who did it or tried to
 * @param action for example {@code promote}
 * @param module its name, empty when it was about none
 * @param version its number, 0 when it was about none
 * @param outcome {@link #DONE} or {@link #REFUSED}
 * @param details a JSON object
 * @param previous digest of the entry before, of 64 zeros for the first
 * @param hash digest of all of the above
 */
public record AuditEntry(
    long seq,
    Instant happened,
    String actor,
    String action,
    String module,
    int version,
    String outcome,
    String details,
    String previous,
    String hash) {
  /** Outcome of what was done. */
  public static final String DONE = "done";

  /** Outcome of what was refused. */
  public static final String REFUSED = "refused";

  /** What the first entry follows. */
  public static final String NOTHING = "0".repeat(64);

  /** The digest that the entry's content should have. */
  public String computedHash() {
    return hash(seq, happened, actor, action, module, version, outcome, details, previous);
  }

  static String hash(
      long seq,
      Instant happened,
      String actor,
      String action,
      String module,
      int version,
      String outcome,
      String details,
      String previous) {
    // A JSON list keeps the fields apart whatever they hold.
    return Sha256.of(
        Json.text(
            List.of(
                seq,
                happened.toEpochMilli(),
                actor,
                action,
                module,
                version,
                outcome,
                details,
                previous)));
  }
}
