package io.haori.registry.ledger;

import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to do, as the log will name it whether it is done or refused.
 *
 * @param action for example {@code promote}
 * @param role needed for it
 * @param module about which, null for all of the registry
 * @param version its number, 0 when it is not known yet or none is meant
 * @param details what else is written into the log
 */
public record Intent(
    String action,
    Role role,
    @Nullable ModuleName module,
    int version,
    Map<String, Object> details) {
  /** Keeps the details from being changed. */
  public Intent {
    details = Map.copyOf(details);
  }

  /** One about the whole registry. */
  public static Intent ofRegistry(String action, Role role) {
    return new Intent(action, role, null, 0, Map.of());
  }

  /** One about a module. */
  public static Intent of(String action, Role role, ModuleName module) {
    return new Intent(action, role, module, 0, Map.of());
  }

  /** One about a version. */
  public static Intent of(String action, Role role, VersionId id) {
    return new Intent(action, role, id.name(), id.number(), Map.of());
  }

  /** The same with one more detail. */
  public Intent with(String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(details);
    more.put(key, value);
    return new Intent(action, role, module, version, more);
  }
}
