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

  /**
   * A mistake that is reported as it is.
   *
   * @param message one sentence for the user
   */
  public UserError(String message) {
    super(message);
  }

  /**
   * A mistake that another exception brought to light.
   *
   * @param message one sentence for the user
   * @param cause what made us notice
   */
  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
