package io.haori.analysis.drift;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Raises an alarm for a kind of drift when two windows in a row are above its limit, and ends it
 * when two in a row are not. Not thread-safe.
 */
public final class DriftAlarm {
  private final Map<DriftKind, Double> limits;
  private final Map<DriftKind, Boolean> before = new EnumMap<>(DriftKind.class);
  private final Set<DriftKind> raised = EnumSet.noneOf(DriftKind.class);

  /**
   * What it has seen so far.
   *
   * @param above whether the last window was above its limit, by kind; empty before the first
   * @param raised kinds for which there is an alarm
   */
  public record Seen(Map<DriftKind, Boolean> above, Set<DriftKind> raised) {
    /** Nothing yet. */
    public static final Seen NOTHING = new Seen(Map.of(), Set.of());

    /** Copies what it holds. */
    public Seen {
      above = Map.copyOf(above);
      raised = Set.copyOf(raised);
    }
  }

  /**
   * With the limits of a profile.
   *
   * @param limits by kind
   * @param seen from where it goes on
   */
  public DriftAlarm(Map<DriftKind, Double> limits, Seen seen) {
    this.limits = Map.copyOf(limits);
    before.putAll(seen.above());
    raised.addAll(seen.raised());
  }

  /** With the limits of a profile, before the first window. */
  public DriftAlarm(Map<DriftKind, Double> limits) {
    this(limits, Seen.NOTHING);
  }

  /** What it has seen so far. */
  public Seen seen() {
    return new Seen(before, raised);
  }

  /**
   * Looks at the next window.
   *
   * @param drift of it, by kind
   * @return the kinds for which an alarm begins with this window
   */
  public Set<DriftKind> look(Map<DriftKind, Double> drift) {
    Set<DriftKind> begun = EnumSet.noneOf(DriftKind.class);
    drift.forEach(
        (kind, value) -> {
          boolean above = value > limits.getOrDefault(kind, Double.POSITIVE_INFINITY);
          Boolean last = before.put(kind, above);
          if (above && Boolean.TRUE.equals(last) && raised.add(kind)) {
            begun.add(kind);
          } else if (!above && Boolean.FALSE.equals(last)) {
            raised.remove(kind);
          }
        });
    return begun;
  }

  /** The kinds for which there is an alarm now. */
  public Set<DriftKind> raised() {
    return raised.isEmpty() ? EnumSet.noneOf(DriftKind.class) : EnumSet.copyOf(raised);
  }
}
