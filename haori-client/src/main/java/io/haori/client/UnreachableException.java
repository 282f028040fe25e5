package io.haori.client;

import java.io.Serial;

/** The server was not reached, or did not answer in time, also after all attempts. */
public final class UnreachableException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
