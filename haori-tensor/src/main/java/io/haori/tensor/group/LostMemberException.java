package io.haori.tensor.group;

import java.io.Serial;

/** Another member of a group has left it, with its process or by a failure of its own. */
public final class LostMemberException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  LostMemberException(String message, Throwable cause) {
    super(message, cause);
  }
}
