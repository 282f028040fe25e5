package io.haori.server.engine;

import io.haori.inference.task.spi.Row;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request wants computed.
 *
 * @param weights modules that act together, with what each one's update is multiplied with; none
 *     for the base alone
 * @param head whose heads answer; null when the vectors are wanted
 * @param rows at least one
 */
public record Work(Map<ServedModule, Double> weights, @Nullable ServedModule head, List<Row> rows) {
  /** Copies map and list. */
  public Work {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    rows = List.copyOf(rows);
  }

  /** Characters of all texts: what the queue is bounded by. */
  public long characters() {
    return rows.stream()
        .mapToLong(
            row -> row.text().length() + (row.textPair() == null ? 0 : row.textPair().length()))
        .sum();
  }
}
