package io.haori.server.watch.drift;

import io.haori.analysis.drift.DriftKind;
import io.haori.server.engine.ServedVersion;
import java.util.Map;
import java.util.Set;

/**
 * What is known of one version's live texts.
 *
 * @param id which version
 * @param referenceRows evaluation rows that they are compared with; 0 when none were stored
 * @param rows seen since the last window
 * @param windows that were compared
 * @param drift of the last window by kind; empty before the first
 * @param limits by kind
 * @param raised kinds for which there is an alarm
 */
public record DriftStatus(
    ServedVersion id,
    int referenceRows,
    long rows,
    long windows,
    Map<DriftKind, Double> drift,
    Map<DriftKind, Double> limits,
    Set<DriftKind> raised) {
  /** Copies what it holds. */
  public DriftStatus {
    drift = Map.copyOf(drift);
    limits = Map.copyOf(limits);
    raised = Set.copyOf(raised);
  }

  /**
   * In a word: {@code none} without a reference, {@code waiting}, {@code fine} or {@code alarm}.
   */
  public String word() {
    if (referenceRows == 0) {
      return "none";
    }
    if (!raised.isEmpty()) {
      return "alarm";
    }
    return windows == 0 ? "waiting" : "fine";
  }
}
