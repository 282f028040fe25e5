package io.haori.inference.generate;

import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Conversation;
import io.haori.model.text.Tokenizer;
import java.util.List;
import java.util.Set;

/**
 * What a text begins with, as tokens, and what ends it besides what ends every text of the base.
 */
public final class Prompt {
  private final int[] ids;
  private final Set<Integer> ends;
  private final List<String> stop;

  private Prompt(int[] ids, Set<Integer> ends, List<String> stop) {
    this.ids = ids;
    this.ends = ends;
    this.stop = stop;
  }

  /**
   * A text that is written on as it is.
   *
   * @param tokenizer of the base
   * @param text may be empty
   */
  public static Prompt of(Tokenizer tokenizer, String text) {
    return new Prompt(tokenizer.prompt(text), Set.of(), List.of());
  }

  /**
   * A conversation that the assistant is to continue.
   *
   * @param tokenizer of the base
   * @param template of the base
   * @param conversation an answer that it has already is not read
   * @throws io.haori.core.check.UserError when the template refuses it
   */
  public static Prompt of(Tokenizer tokenizer, ChatTemplate template, Conversation conversation) {
    int[] ids = tokenizer.tokens(template.prompt(conversation)).ids();
    int[] end = tokenizer.tokens(template.turnEnd()).ids();
    if (end.length == 0) {
      return new Prompt(ids, Set.of(), List.of());
    }
    return end.length == 1 || tokenizer.specialIds().contains(end[0])
        ? new Prompt(ids, Set.of(end[0]), List.of())
        : new Prompt(ids, Set.of(), List.of(template.turnEnd()));
  }

  /** The tokens. */
  int[] ids() {
    return ids;
  }

  /** How many tokens it has. */
  public int length() {
    return ids.length;
  }

  /** Tokens that end the text. */
  Set<Integer> ends() {
    return ends;
  }

  /** Strings that end the text. */
  List<String> stop() {
    return stop;
  }
}
