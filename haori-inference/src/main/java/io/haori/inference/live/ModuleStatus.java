package io.haori.inference.live;

import java.util.List;
import java.util.Set;

/**
 * Status of a module of a live model.
 *
 * @param name unique in the model
 * @param method name of its method
 * @param enabled whether it takes part
 * @param weight of its update
 * @param history versions that can be gone back to, oldest first, and the live one at the end
 * @param uses modules that it mixes
 */
public record ModuleStatus(
    String name,
    String method,
    boolean enabled,
    double weight,
    List<Version> history,
    Set<String> uses) {
  /**
   * One version.
   *
   * @param number counted from 1
   * @param label what a person knows it by
   */
  public record Version(int number, String label) {}

  /** Copies the lists. */
  public ModuleStatus {
    history = List.copyOf(history);
  }

  static ModuleStatus of(LiveModule module) {
    return new ModuleStatus(
        module.name(),
        module.part().module().method().name(),
        module.enabled(),
        module.weight(),
        module.versions().stream()
            .map(version -> new Version(version.number(), version.part().value().label()))
            .toList(),
        module.part().uses());
  }

  /** Number of the live version. */
  public int version() {
    return history.get(history.size() - 1).number();
  }
}
