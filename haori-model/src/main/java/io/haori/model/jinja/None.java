package io.haori.model.jinja;

/** Python's value for nothing. */
public enum None {
  /** The only one. */
  NONE;

  @Override
  public String toString() {
    return "None";
  }
}
