package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.time.InstantSource;

/** A registry for a test, which several people can open. Its admin is {@code admin}. */
public interface TestDatabase {
  /** Where it is. */
  RegistryLocation location();

  /**
   * Opens it as somebody.
   *
   * @param account who has a role there, or not
   * @param clock for the times in the log
   */
  Registry open(String account, InstantSource clock);

  /** What a process of its own needs to open it as somebody. */
  Credentials credentials(String account);
}
