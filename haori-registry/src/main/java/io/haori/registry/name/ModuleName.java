package io.haori.registry.name;

/**
 * The name of a module, under which its versions are kept.
 *
 * @param text 1 to 100 characters of {@code a-z 0-9 . _ -}
 */
public record ModuleName(String text) implements Comparable<ModuleName> {
  /** Checks the form. */
  public ModuleName {
    NameRule.check("module name", text);
  }

  @Override
  public int compareTo(ModuleName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
