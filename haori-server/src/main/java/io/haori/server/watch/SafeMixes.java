package io.haori.server.watch;

import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.combination.Combinations;
import io.haori.registry.name.VersionId;
import io.haori.server.problem.Refused;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Refuses mixes in which a module loses more than a rule of the registry allows, or was not
 * measured. What was found is kept until something is done about a member or all of the registry.
 * Thread-safe.
 */
public final class SafeMixes {
  private static final int MOST_KEPT = 2_000;

  private final Registry registry;
  private final Supplier<ModuleDirectory> directory;
  private final Map<String, Found> found = new HashMap<>();

  /**
   * What the registry said of a mix.
   *
   * @param refusal empty where it is safe
   * @param at number of the registry's changes when something was last done about its members
   */
  private record Found(String refusal, long at) {}

  /**
   * By the rules of a registry.
   *
   * @param registry stays open as long as this
   * @param directory what was seen of it last
   */
  public SafeMixes(Registry registry, Supplier<ModuleDirectory> directory) {
    this.registry = registry;
    this.directory = directory;
  }

  /**
   * Refuses a mix that is not safe.
   *
   * @param weights of its members
   * @throws Refused with the numbers
   */
  public void require(Map<VersionId, Double> weights) {
    String subject = Combinations.subject(weights);
    ModuleDirectory seen = directory.get();
    long at =
        weights.keySet().stream()
            .mapToLong(id -> seen.seenAt(id.name()))
            .max()
            .orElse(seen.wholeSeenAt());
    Found known;
    synchronized (found) {
      known = found.get(subject);
    }
    if (known == null || known.at() != at) {
      known = new Found(look(weights), at);
      synchronized (found) {
        if (found.size() >= MOST_KEPT) {
          found.clear();
        }
        found.put(subject, known);
      }
    }
    if (!known.refusal().isEmpty()) {
      throw Refused.conflict(known.refusal());
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
