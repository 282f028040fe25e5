package io.haori.registry.name;

import static io.haori.core.check.Check.require;

/**
 * One version of a module, written {@code food@3}.
 *
 * @param name the module
 * @param number counted from 1
 */
public record VersionId(ModuleName name, int number) implements Comparable<VersionId> {
  /** Checks the bound. */
  public VersionId {
    require(number >= 1, "version of " + name, "at least 1", number);
  }

  /**
   * A version of a module.
   *
   * @param name the module
   * @param number counted from 1
   */
  public static VersionId of(String name, int number) {
    return new VersionId(new ModuleName(name), number);
  }

  @Override
  public int compareTo(VersionId other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return name + "@" + number;
  }
}
