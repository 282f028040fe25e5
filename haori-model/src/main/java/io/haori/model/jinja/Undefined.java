package io.haori.model.jinja;

/**
 * What a name means that nobody gave a value: empty as a text and as a list, an error where its
 * parts are asked for.
 *
 * @param name as the template has it
 */
public record Undefined(String name) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 1;
  }
}
