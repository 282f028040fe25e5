package io.haori.inference.task.multilabel;

import io.haori.inference.task.spi.Label;
import java.util.List;

/**
 * The labels of a row.
 *
 * @param names distinct, in ascending order; none at all is a label as well
 */
public record LabelNames(List<String> names) implements Label {
  /** Sorts the names. */
  public LabelNames {
    names = names.stream().map(String::strip).distinct().sorted().toList();
  }

  /** Of some names. */
  public static LabelNames of(String... names) {
    return new LabelNames(List.of(names));
  }

  @Override
  public String text() {
    return names.isEmpty() ? "none" : String.join("; ", names);
  }
}
