package io.haori.core.check;

import java.io.Serial;

/**
 * A mistake that the user can fix. The message is one sentence that names the setting or the {@code
 * file:line}, what is allowed and what was found.
 *
 * <p>Part of the public interface: programs may catch it and show the message to their own users.
 * The command line prints it and ends with exit code 2. Every other exception is a fault of ours.
 */
public final class UserError extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** What is against a wish, for programs that answer each kind in their own way. */
  public enum Kind {
    /** What was given is wrong. */
    INPUT,
    /** Who asks lacks a role. */
    ROLE,
    /** What it is about does not exist. */
    ABSENT,
    /** It exists, but in a state in which this cannot be done. */
    STATE
  }

  private final Kind kind;

  /**
   * A mistake that is reported as it is.
   *
   * @param message one sentence for the user
   */
  public UserError(String message) {
    this(Kind.INPUT, message);
  }

  /**
   * A mistake of a kind.
   *
   * @param kind what is against it
   * @param message one sentence for the user
   */
  public UserError(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * A mistake that another exception brought to light.
   *
   * @param message one sentence for the user
   * @param cause what made us notice
   */
  public UserError(String message, Throwable cause) {
    super(message, cause);
    kind = Kind.INPUT;
  }

  /** What is against it; {@link Kind#INPUT} unless something else was said. */
  public Kind kind() {
    return kind;
  }
}
