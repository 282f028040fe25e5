package io.haori.model.chat;

import java.util.List;

/**
 * A conversation as the base reads it, with the places of what the assistant says.
 *
 * @param text all of it, special tokens by their names
 * @param answers where each is in the text, in order; each with what ends the turn
 * @param ended whether the last answer has what ends a turn; where not, the base's own end follows
 */
public record ChatText(String text, List<Span> answers, boolean ended) {
  /**
   * A part of the text.
   *
   * @param from index of its first character
   * @param to index behind its last one
   */
  public record Span(int from, int to) {}

  /** Copies the list. */
  public ChatText {
    answers = List.copyOf(answers);
  }
}
