package io.haori.server.engine;

import io.haori.inference.task.spi.Row;
import io.haori.model.image.Picture;
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

  /** What the queue is bounded by: characters of all texts, an eighth of all pictures' bytes. */
  public long characters() {
    return rows.stream().mapToLong(Work::characters).sum();
  }

  private static long characters(Row row) {
    long pair = row.textPair() == null ? 0 : row.textPair().length();
    long picture = row.picture() instanceof Picture.Content sent ? sent.content().length / 8 : 0;
    return row.text().length() + pair + picture;
  }
}
