package io.haori.check;

import java.io.Serial;

/**
 * A mistake that the user can mend, told in one sentence that names the setting or the {@code
 * file:line}, what is allowed and what was found. The command line answers it with exit code 2;
 * every other exception is a fault of ours.
 */
public final class UserError extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * A mistake that is told as it is.
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
