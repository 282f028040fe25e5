package io.haori.cluster;

import io.haori.tensor.group.ReduceGroup;
import io.haori.tensor.group.ThreadGroups;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where members that are threads of one process find each other. */
final class LocalGroups {
  /** Of this process. */
  static final LocalGroups OF_PROCESS = new LocalGroups();

  private final Map<String, List<ReduceGroup>> groups = new HashMap<>();
  private final Map<String, Integer> joined = new HashMap<>();

  /**
   * A member's view of a group.
   *
   * @param name of the group, the same for all members
   * @param rank of the member
   * @param size members
   * @param patience how long one waits for the others
   */
  synchronized ReduceGroup join(String name, int rank, int size, Duration patience) {
    ReduceGroup group =
        groups.computeIfAbsent(name, key -> ThreadGroups.of(size, patience)).get(rank);
    if (joined.merge(name, 1, Integer::sum) == size) {
      groups.remove(name);
      joined.remove(name);
    }
    return group;
  }
}
