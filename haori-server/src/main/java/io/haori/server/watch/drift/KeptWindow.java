package io.haori.server.watch.drift;

import io.haori.analysis.drift.DriftAlarm;
import io.haori.analysis.drift.DriftKind;
import io.haori.analysis.drift.EncodedRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Where the watch of one version is, to go on from there later.
 *
 * @param began when its window did
 * @param rows that the window has seen
 * @param windows that were compared
 * @param drift of the last window by kind; empty before the first
 * @param alarm what it has seen
 * @param window the rows that are in it, at most as many as it has seen
 */
record KeptWindow(
    Instant began,
    long rows,
    long windows,
    Map<DriftKind, Double> drift,
    DriftAlarm.Seen alarm,
    List<EncodedRow> window) {
  /** Before the first row. */
  static KeptWindow empty(Instant began) {
    return new KeptWindow(began, 0, 0, Map.of(), DriftAlarm.Seen.NOTHING, List.of());
  }

  /** Copies what it holds. */
  KeptWindow {
    drift = Map.copyOf(drift);
    window = List.copyOf(window);
  }
}
