package io.haori.registry.audit;

import java.util.Optional;

/** Follows the chain from its first entry and finds where it breaks. */
public final class ChainCheck {
  private long seq;
  private String hash = AuditEntry.NOTHING;

  /**
   * The next entry.
   *
   * @param entry in ascending order
   * @return what is broken, in a sentence, or nothing
   */
  public Optional<String> next(AuditEntry entry) {
    if (entry.seq() != seq + 1) {
      return Optional.of("log entry " + (seq + 1) + " is missing");
    }
    if (!entry.previous().equals(hash)) {
      return Optional.of("log entry " + entry.seq() + " does not follow the one before it");
    }
    if (!entry.computedHash().equals(entry.hash())) {
      return Optional.of("log entry " + entry.seq() + " was changed");
    }
    seq = entry.seq();
    hash = entry.hash();
    return Optional.empty();
  }

  /**
   * The end of the log.
   *
   * @param head as the registry remembers it
   * @return what is broken, in a sentence, or nothing
   */
  public Optional<String> end(AuditLog.Head head) {
    if (head.entries() > seq) {
      return Optional.of("log entry " + (seq + 1) + " is missing");
    }
    if (head.entries() < seq) {
      return Optional.of("log entry " + (head.entries() + 1) + " is not known to the registry");
    }
    return head.lastHash().equals(hash)
        ? Optional.empty()
        : Optional.of("log entry " + seq + " is not the one that the registry knows");
  }
}
