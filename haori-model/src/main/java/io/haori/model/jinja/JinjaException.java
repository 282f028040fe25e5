package io.haori.model.jinja;

/** A template that cannot be read or filled in. */
public final class JinjaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether the template itself refused what it was given. */
  private final boolean raised;

  /**
   * A fault.
   *
   * @param message what is wrong
   */
  JinjaException(String message) {
    this(message, false);
  }

  JinjaException(String message, boolean raised) {
    super(message);
    this.raised = raised;
  }

  /** Whether the template itself refused what it was given ({@code raise_exception}). */
  public boolean raised() {
    return raised;
  }
}
