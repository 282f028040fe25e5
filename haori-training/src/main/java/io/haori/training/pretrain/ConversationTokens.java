package io.haori.training.pretrain;

import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.ChatText;
import io.haori.model.chat.ChatText.Span;
import io.haori.model.chat.Conversation;
import io.haori.model.text.Encoding;
import io.haori.model.text.TextTokens;
import io.haori.model.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conversations as rows that a decoder learns: the text of its chat template, of which the tokens
 * of what the assistant says are predicted and have the type 1.
 *
 * <pre>{@code
 * <|im_start|> user \n How much ? <|im_end|> \n <|im_start|> assistant \n Five . <|im_end|>
 * 0            0    0  0   0    0 0          0  0            0         0  1    1 1
 * }</pre>
 *
 * A token belongs to an answer when it has a character of it, as in {@code apply_chat_template} of
 * transformers with {@code return_assistant_tokens_mask}.
 */
final class ConversationTokens {
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final @Nullable Integer endId;

  /**
   * Rows of a base.
   *
   * @param tokenizer of the base
   * @param template of the base
   * @param endId what ends a text where the template does not end a turn; null for nothing
   */
  ConversationTokens(Tokenizer tokenizer, ChatTemplate template, @Nullable Integer endId) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.endId = endId;
  }

  /** The rows of a conversation, whole; the last one has all of it. */
  List<Encoding> rows(Conversation conversation) {
    return template.learnt(conversation).stream().map(this::row).toList();
  }

  private Encoding row(ChatText chat) {
    TextTokens tokens = tokenizer.tokens(chat.text());
    int count = tokens.ids().length;
    int[] types = new int[count];
    for (Span answer : chat.answers()) {
      for (int at = 0; at < count; at++) {
        if (tokens.starts()[at] < answer.to() && tokens.ends()[at] > answer.from()) {
          types[at] = 1;
        }
      }
    }
    if (chat.ended() || endId == null) {
      return new Encoding(tokens.ids(), types);
    }
    int[] ids = Arrays.copyOf(tokens.ids(), count + 1);
    int[] more = Arrays.copyOf(types, count + 1);
    ids[count] = endId;
    more[count] = 1;
    return new Encoding(ids, more);
  }

  /**
   * A row that is not too long: it loses what comes first behind the beginning, but for one token
   * before its last answer, then that answer's end.
   */
  Encoding cut(Encoding row, int maxLength) {
    int size = row.length();
    if (size <= maxLength) {
      return row;
    }
    int begins = begins(row);
    int room = maxLength - begins;
    int from = Math.min(size - room, Math.max(begins, lastAnswer(row) - 1));
    return new Encoding(
        part(row.ids(), begins, from, room), part(row.typeIds(), begins, from, room));
  }

  private static int[] part(int[] all, int begins, int from, int room) {
    int[] part = Arrays.copyOf(all, begins + room);
    System.arraycopy(all, from, part, begins, room);
    return part;
  }

  /** Tokens that begin every text of the base, where the template has written them. */
  private int begins(Encoding row) {
    int[] before = tokenizer.before();
    boolean there =
        row.length() >= before.length
            && Arrays.equals(row.ids(), 0, before.length, before, 0, before.length);
    return there ? before.length : 0;
  }

  /** Where the last answer begins. */
  static int lastAnswer(Encoding row) {
    int at = row.length();
    while (at > 0 && row.typeIds()[at - 1] == 1) {
      at--;
    }
    return at;
  }

  /** The rows of a conversation, none too long. */
  List<Encoding> rows(Conversation conversation, int maxLength) {
    List<Encoding> rows = new ArrayList<>();
    rows(conversation).forEach(row -> rows.add(cut(row, maxLength)));
    return rows;
  }
}
