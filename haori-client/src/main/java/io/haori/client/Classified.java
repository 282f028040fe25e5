package io.haori.client;

import io.haori.core.text.Classification;
import java.util.List;

/**
 * Answers of {@code /v1/classify}.
 *
 * @param by which version gave them
 * @param rows one a text, in their order
 */
public record Classified(AnsweredBy by, List<Classification> rows) {
  /** Copies the list. */
  public Classified {
    rows = List.copyOf(rows);
  }
}
