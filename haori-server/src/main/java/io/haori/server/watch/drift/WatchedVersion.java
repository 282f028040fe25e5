package io.haori.server.watch.drift;

import io.haori.analysis.drift.DriftAlarm;
import io.haori.analysis.drift.DriftKind;
import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.EncodedRow;
import io.haori.analysis.drift.ObservedRow;
import io.haori.analysis.drift.WindowCounts;
import io.haori.server.engine.ServedVersion;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One version's windows. A window is a sample of the rows between two looks, each of which is in it
 * with the same probability (reservoir sampling, Vitter 1985, algorithm R), so that a busy hour is
 * one window of as many rows as a quiet one. Thread-safe.
 */
final class WatchedVersion {
  private final ServedVersion id;
  private final DriftProfile profile;
  private final long interval;
  private final Random random;
  private final DriftAlarm alarm;
  private final EncodedRow[] window = new EncodedRow[DriftProfile.WINDOW];
  private Map<DriftKind, Double> drift = Map.of();
  private long began;
  private long rows;
  private long windows;

  /**
   * A version that is watched from now on.
   *
   * @param interval between two windows, in nanoseconds
   * @param now in nanoseconds
   */
  WatchedVersion(ServedVersion id, DriftProfile profile, long interval, Random random, long now) {
    this.id = id;
    this.profile = profile;
    this.interval = interval;
    this.random = random;
    this.alarm = new DriftAlarm(profile.limits());
    this.began = now;
  }

  /**
   * Sees rows.
   *
   * @param seen of one answer
   * @param now in nanoseconds
   * @return the kinds for which an alarm begins; null when no window ended
   */
  synchronized @Nullable Set<DriftKind> see(List<ObservedRow> seen, long now) {
    for (ObservedRow row : seen) {
      int place = rows < window.length ? (int) rows : place();
      if (place < window.length) {
        window[place] = profile.encode(row);
      }
      rows++;
    }
    if (rows < window.length || now - began < interval) {
      return null;
    }
    WindowCounts counts = profile.newCounts();
    for (EncodedRow row : window) {
      counts.add(row);
    }
    drift = profile.drift(counts);
    rows = 0;
    windows++;
    began = now;
    return alarm.look(drift);
  }

  private int place() {
    return (int) Math.min(Integer.MAX_VALUE, (long) (random.nextDouble() * (rows + 1)));
  }

  synchronized DriftStatus status() {
    return new DriftStatus(
        id, profile.rows(), rows, windows, drift, profile.limits(), alarm.raised());
  }
}
