package io.haori.tensor;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many threads one operation has when nobody chooses: every core that this process may use.
 *
 * <p>Why libtorch is not asked: it asks MKL, which counts the physical cores that the processor
 * reports of itself. In a virtual machine with two cores that is often one, and short texts then
 * take 1.3 to 1.6 times as long.
 */
final class ThreadCount {
  private ThreadCount() {}

  /**
   * The count: what {@code MKL_NUM_THREADS} says, else {@code OMP_NUM_THREADS} (of a list its first
   * number), else the number of cores. A variable that is no number above 0 counts as not set, as
   * OpenMP has it.
   *
   * @param environment variables of the process
   * @param cores that the process may use, by its affinity and its control group's limit
   */
  static int of(Map<String, String> environment, int cores) {
    return number(environment.get("MKL_NUM_THREADS"))
        .or(() -> number(environment.get("OMP_NUM_THREADS")))
        .orElse(cores);
  }

  private static Optional<Integer> number(@Nullable String value) {
    if (value == null) {
      return Optional.empty();
    }
    int comma = value.indexOf(',');
    String first = (comma < 0 ? value : value.substring(0, comma)).strip();
    try {
      int count = Integer.parseInt(first);
      return count >= 1 ? Optional.of(count) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
