package io.haori.server.watch.drift;

import io.haori.analysis.drift.DriftAlarm;
import io.haori.analysis.drift.DriftKind;
import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.EncodedRow;
import io.haori.analysis.drift.ObservedRow;
import io.haori.analysis.drift.WindowCounts;
import io.haori.server.engine.ServedVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Duration interval;
  private final Random random;
  private final DriftAlarm alarm;
  private final EncodedRow[] window = new EncodedRow[DriftProfile.WINDOW];
  private Map<DriftKind, Double> drift;
  private Instant began;
  private long rows;
  private long windows;

  /** Whether something was seen since {@link #changed} was asked. */
  private boolean hasNew;

  /**
   * A version that is watched from now on.
   *
   * @param interval between two windows
   * @param kept where it was; its rows are of this profile
   */
  WatchedVersion(
      ServedVersion id, DriftProfile profile, Duration interval, Random random, KeptWindow kept) {
    this.id = id;
    this.profile = profile;
    this.interval = interval;
    this.random = random;
    alarm = new DriftAlarm(profile.limits(), kept.alarm());
    began = kept.began();
    rows = kept.rows();
    windows = kept.windows();
    drift = kept.drift();
    for (int i = 0; i < kept.window().size(); i++) {
      window[i] = kept.window().get(i);
    }
  }

  ServedVersion id() {
    return id;
  }

  /**
   * Sees rows.
   *
   * @param seen of one answer
   * @param now the moment
   * @return the kinds for which an alarm begins; null when no window ended
   */
  synchronized @Nullable Set<DriftKind> see(List<ObservedRow> seen, Instant now) {
    for (ObservedRow row : seen) {
      int place = rows < window.length ? (int) rows : place();
      if (place < window.length) {
        window[place] = profile.encode(row);
      }
      rows++;
    }
    hasNew = hasNew || !seen.isEmpty();
    if (rows < window.length || now.isBefore(began.plus(interval))) {
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

  /** Where it is, if it saw something since the last call. */
  synchronized Optional<KeptWindow> changed() {
    if (!hasNew) {
      return Optional.empty();
    }
    hasNew = false;
    List<EncodedRow> sample = Arrays.asList(window).subList(0, (int) Math.min(rows, window.length));
    return Optional.of(new KeptWindow(began, rows, windows, drift, alarm.seen(), sample));
  }

  synchronized DriftStatus status() {
    return new DriftStatus(
        id, profile.rows(), rows, windows, drift, profile.limits(), alarm.raised());
  }
}
