package io.haori.training.pretrain;

import io.haori.inference.task.spi.Row;
import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Conversation;
import io.haori.model.config.ModelConfig;
import io.haori.model.text.Encoding;
import io.haori.model.text.Tokenizer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How long prompts and their answers are as a decoder learns them, and what a row has no room for:
 * a prompt that is too long loses its beginning, then an answer its end.
 */
public final class AnswerLengths {
  private final Tokenizer tokenizer;
  private final int begins;
  private final int ends;
  private final int maxLength;
  private final @Nullable Integer endId;
  private @Nullable ConversationTokens conversations;

  /**
   * Tokens of a row.
   *
   * @param prompt of the prompt, with those that begin every text
   * @param answer of the answer, with the one that ends a text
   * @param lostPrompt those at the prompt's beginning that are not read
   * @param lostAnswer those at the answer's end that are not learnt
   * @param unknown those of both that the base has no token for
   */
  public record Length(int prompt, int answer, int lostPrompt, int lostAnswer, int unknown) {
    /** Tokens of the whole row, before any is lost. */
    public int total() {
      return prompt + answer;
    }

    /** Whether the row loses tokens. */
    public boolean isCut() {
      return lostPrompt + lostAnswer > 0;
    }
  }

  /**
   * Lengths on a base.
   *
   * @param tokenizer of the base; not kept open
   * @param config of the base
   * @param maxLength tokens of a row that are read
   */
  public AnswerLengths(Tokenizer tokenizer, ModelConfig config, int maxLength) {
    this.tokenizer = tokenizer;
    this.begins = tokenizer.before().length;
    this.endId = endId(tokenizer, config);
    this.ends = endId == null ? 0 : 1;
    this.maxLength = maxLength;
  }

  /** The length of a row of a prompt with its answer, or of a conversation. */
  public Length of(Row row) {
    Conversation said = row.conversation();
    return said == null ? of(row.text(), Objects.requireNonNull(row.textPair())) : of(said);
  }

  private Length of(Conversation said) {
    ConversationTokens known = conversations;
    if (known == null) {
      ChatTemplate template = ChatTemplate.required(tokenizer);
      known = new ConversationTokens(tokenizer, template, endId);
      conversations = known;
    }
    List<Encoding> rows = known.rows(said);
    Encoding whole = rows.get(rows.size() - 1);
    int prompt = ConversationTokens.lastAnswer(whole);
    Encoding cut = known.cut(whole, maxLength);
    int lostAnswer = whole.length() - prompt - (cut.length() - ConversationTokens.lastAnswer(cut));
    int unknown = (int) IntStream.of(whole.ids()).filter(tokenizer::isUnknown).count();
    return new Length(
        prompt,
        whole.length() - prompt,
        whole.length() - cut.length() - lostAnswer,
        lostAnswer,
        unknown);
  }

  /** The length of a prompt with its answer. */
  public Length of(String prompt, String answer) {
    int[] asked = tokenizer.prompt(prompt);
    int[] said = tokenizer.prompt(answer);
    int answerTokens = said.length - begins + ends;
    int room = maxLength - begins;
    int keptAnswer = answerKept(answerTokens, room);
    int keptPrompt = promptKept(asked.length - begins, keptAnswer, room);
    long unknown =
        IntStream.concat(IntStream.of(asked).skip(begins), IntStream.of(said).skip(begins))
            .filter(tokenizer::isUnknown)
            .count();
    return new Length(
        asked.length,
        answerTokens,
        asked.length - begins - keptPrompt,
        answerTokens - keptAnswer,
        (int) unknown);
  }

  /** Tokens of an answer that a row has room for; one is left for the prompt. */
  static int answerKept(int answer, int room) {
    return Math.min(answer, room - 1);
  }

  /** Tokens of a prompt that a row has room for beside its answer. */
  static int promptKept(int prompt, int answerKept, int room) {
    return Math.min(prompt, room - answerKept);
  }

  /** What ends a text that is learnt; null for nothing. */
  static @Nullable Integer endId(Tokenizer tokenizer, ModelConfig config) {
    Integer named = tokenizer.endId();
    List<Integer> ofBase = config.endTokens();
    return named != null || ofBase.isEmpty() ? named : ofBase.get(0);
  }
}
