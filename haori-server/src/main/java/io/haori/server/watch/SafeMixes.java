package io.haori.server.watch;

import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.combination.Combinations;
import io.haori.registry.name.VersionId;
import io.haori.server.problem.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Refuses mixes in which a module loses more than a rule of the registry allows, or was not
 * measured. What was found is kept until the registry changes. Thread-safe.
 */
public final class SafeMixes {
  private static final int MOST_KEPT = 2_000;

  private final Registry registry;
  private final LongSupplier changes;
  private final Map<String, String> found = new LinkedHashMap<>();
  private long foundAt = -1;

  /**
   * By the rules of a registry.
   *
   * @param registry stays open as long as this
   * @param changes number of the registry's changes that were seen
   */
  public SafeMixes(Registry registry, LongSupplier changes) {
    this.registry = registry;
    this.changes = changes;
  }

  /**
   * Refuses a mix that is not safe.
   *
   * @param weights of its members
   * @throws Refused with the numbers
   */
  public void require(Map<VersionId, Double> weights) {
    String subject = Combinations.subject(weights);
    long now = changes.getAsLong();
    String refusal;
    synchronized (found) {
      if (now != foundAt || found.size() > MOST_KEPT) {
        found.clear();
        foundAt = now;
      }
      refusal = found.get(subject);
    }
    if (refusal == null) {
      refusal = look(weights);
      synchronized (found) {
        if (now == foundAt) {
          found.put(subject, refusal);
        }
      }
    }
    if (!refusal.isEmpty()) {
      throw Refused.conflict(refusal);
    }
  }

  private String look(Map<VersionId, Double> weights) {
    try {
      registry.combinations().requireSafe(weights);
      return "";
    } catch (UserError e) {
      if (e.getCause() != null) {
        throw Refused.unavailable("The registry cannot be read, whose rules decide on mixes", 5);
      }
      return Objects.requireNonNullElse(e.getMessage(), "");
    }
  }
}
