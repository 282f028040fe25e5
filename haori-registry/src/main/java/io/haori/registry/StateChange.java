package io.haori.registry;

import io.haori.registry.name.ModuleName;
import java.util.Set;

/**
 * What a registry holds, with what was done since an earlier look.
 *
 * @param state as of now
 * @param whole whether something was done that is about all of the registry, such as a role that
 *     was given, or more than can be said module by module
 * @param modules those about which something was done, by the log; none where it is the whole
 */
public record StateChange(RegistryState state, boolean whole, Set<ModuleName> modules) {
  /** Copies the names. */
  public StateChange {
    modules = Set.copyOf(modules);
  }
}
