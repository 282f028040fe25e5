package io.haori.training.pretrain;

import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Conversation;
import io.haori.model.text.Encoding;
import io.haori.model.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts, and prompts with their answers, as rows that a decoder learns to write. Tokens that are to
 * be predicted have the type 1, others the type 0.
 *
 * <pre>{@code
 * text              [begin] Pump P-101 leaks [end]          predicted: all but [begin]
 * prompt, answer    [begin] Pump P-101 leaks.  Replace the seal [end]
 *                   0       0                  1                1
 * }</pre>
 *
 * {@link ConversationTokens} has the rows of conversations.
 *
 * <p>A prompt is tokenised as {@link io.haori.inference.generate.Generator} does it, and its answer
 * apart from it, so that both read the same tokens. A text that is too long continues in the next
 * row; a prompt that is too long loses its beginning, then an answer its end.
 */
final class AnswerRows {
  private final Tokenizer tokenizer;
  private final int maxLength;
  private final @Nullable Integer endId;
  private final int begins;
  private final List<Encoding> rows = new ArrayList<>();
  private @Nullable ConversationTokens conversations;

  /**
   * Rows of a base.
   *
   * @param tokenizer of the base
   * @param endId what ends a text; null for nothing
   * @param maxLength tokens of a row at most
   */
  AnswerRows(Tokenizer tokenizer, @Nullable Integer endId, int maxLength) {
    this.tokenizer = tokenizer;
    this.endId = endId;
    this.maxLength = maxLength;
    this.begins = tokenizer.before().length;
  }

  /** Adds the rows of a text. */
  void addText(String text) {
    int[] ids = ended(tokenizer.prompt(text));
    int[] types = new int[ids.length];
    Arrays.fill(types, Math.min(begins, ids.length), ids.length, 1);
    for (int from = 0; from < ids.length; from += maxLength) {
      int to = Math.min(ids.length, from + maxLength);
      add(Arrays.copyOfRange(ids, from, to), Arrays.copyOfRange(types, from, to));
    }
  }

  /** Adds the row of a prompt with its answer. */
  void addAnswer(String prompt, String answer) {
    int[] asked = tokenizer.prompt(prompt);
    int[] said = tokenizer.prompt(answer);
    int[] ids = ended(Arrays.copyOfRange(said, begins, said.length));
    int room = maxLength - begins;
    int kept = AnswerLengths.answerKept(ids.length, room);
    int promptKept = AnswerLengths.promptKept(asked.length - begins, kept, room);
    int[] row = new int[begins + promptKept + kept];
    System.arraycopy(asked, 0, row, 0, begins);
    System.arraycopy(asked, asked.length - promptKept, row, begins, promptKept);
    System.arraycopy(ids, 0, row, begins + promptKept, kept);
    int[] types = new int[row.length];
    Arrays.fill(types, begins + promptKept, row.length, 1);
    add(row, types);
  }

  /** Adds the rows of a conversation. */
  void addConversation(Conversation conversation) {
    ConversationTokens known = conversations;
    if (known == null) {
      ChatTemplate template = ChatTemplate.required(tokenizer);
      known = new ConversationTokens(tokenizer, template, endId);
      conversations = known;
    }
    known.rows(conversation, maxLength).forEach(row -> add(row.ids(), row.typeIds()));
  }

  /** A row of one token predicts nothing. */
  private void add(int[] ids, int[] types) {
    if (ids.length > 1) {
      rows.add(new Encoding(ids, types));
    }
  }

  private int[] ended(int[] ids) {
    if (endId == null) {
      return ids;
    }
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = endId;
    return ended;
  }

  /** How many rows were added. */
  int size() {
    return rows.size();
  }

  TokenizedRows toRows() {
    return TokenizedRows.of(rows, tokenizer.padId());
  }
}
