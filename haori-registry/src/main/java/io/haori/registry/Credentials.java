package io.haori.registry;

import org.jspecify.annotations.Nullable;

/**
 * Who comes to a registry.
 *
 * @param user of the operating system, whom a registry in a folder takes
 * @param token whom a registry in a database takes; null when none was given
 * @param databasePassword when the URL does not tell it
 */
public record Credentials(String user, @Nullable String token, @Nullable String databasePassword) {
  /**
   * The user of this process, as the operating system knows it.
   *
   * @param token may be null
   * @param databasePassword may be null
   */
  public static Credentials ofProcess(@Nullable String token, @Nullable String databasePassword) {
    String user =
        ProcessHandle.current().info().user().orElseGet(() -> System.getProperty("user.name"));
    return new Credentials(user, token, databasePassword);
  }

  /** Keeps secrets out of logs. */
  @Override
  public String toString() {
    return user;
  }
}
