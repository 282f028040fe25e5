package io.haori.inference.task.tagging;

import io.haori.inference.task.spi.Label;
import java.util.List;

/**
 * The tags of a row's words.
 *
 * @param names one a word, in their order
 */
public record WordTags(List<String> names) implements Label {
  /** Copies the list. */
  public WordTags {
    names = names.stream().map(String::strip).toList();
  }

  /** Of some tags. */
  public static WordTags of(String... names) {
    return new WordTags(List.of(names));
  }

  @Override
  public String text() {
    return String.join(" ", names);
  }
}
