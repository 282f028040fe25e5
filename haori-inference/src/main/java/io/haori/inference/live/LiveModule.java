package io.haori.inference.live;

import java.util.ArrayList;
import java.util.List;

/**
 * A named module of a live model with the versions that it can go back to.
 *
 * @param name unique in the model
 * @param enabled whether it takes part
 * @param weight of its update
 * @param versions in the order in which they were put in place; the last is the live one
 * @param numbered versions that there have been so far
 */
record LiveModule(
    String name, boolean enabled, double weight, List<Version> versions, int numbered) {
  /**
   * One version.
   *
   * @param number counted from 1, never used twice
   * @param part held by every state that has this version
   */
  record Version(int number, Shared<LivePart> part) {}

  LiveModule {
    versions = List.copyOf(versions);
  }

  static LiveModule attached(String name, Shared<LivePart> part) {
    return new LiveModule(name, true, 1, List.of(new Version(1, part)), 1);
  }

  Version live() {
    return versions.get(versions.size() - 1);
  }

  LivePart part() {
    return live().part().value();
  }

  LiveModule withEnabled(boolean newEnabled) {
    return new LiveModule(name, newEnabled, weight, versions, numbered);
  }

  LiveModule withWeight(double newWeight) {
    return new LiveModule(name, enabled, newWeight, versions, numbered);
  }

  /** The same with a new version in place, and at most this many before it. */
  LiveModule replaced(Shared<LivePart> part, int kept) {
    List<Version> line = new ArrayList<>(versions);
    line.add(new Version(numbered + 1, part));
    int dropped = Math.max(0, line.size() - 1 - kept);
    return new LiveModule(name, enabled, weight, line.subList(dropped, line.size()), numbered + 1);
  }

  /** The same with the version before the live one in place. */
  LiveModule rolledBack() {
    return new LiveModule(
        name, enabled, weight, versions.subList(0, versions.size() - 1), numbered);
  }
}
