package io.haori.registry;

import io.haori.registry.version.BaseIdentity;
import io.haori.registry.version.Parent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What else is known of a folder that is added.
 *
 * @param parents versions that it was made of
 * @param base of a PEFT folder without {@code haori.json}, else null
 * @param note for those who read the log, may be empty
 */
public record Addition(List<Parent> parents, @Nullable BaseIdentity base, String note) {
  /** Keeps the list from being changed. */
  public Addition {
    parents = List.copyOf(parents);
  }

  /** Nothing else. */
  public static Addition plain() {
    return new Addition(List.of(), null, "");
  }

  /** Made of other versions. */
  public static Addition of(List<Parent> parents) {
    return new Addition(parents, null, "");
  }
}
