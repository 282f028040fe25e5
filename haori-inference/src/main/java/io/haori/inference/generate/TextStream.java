package io.haori.inference.generate;

import io.haori.model.text.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens of one text to the text itself, while they come. A token may hold a part of a character,
 * and its text may depend on the tokens before it, so a few tokens are read again each time; what
 * may become a string that ends the text is held back.
 */
final class TextStream {
  /** Tokens before the text that are read with it: enough for the longest character. */
  private static final int BEFORE = 6;

  /** In place of a part of a character. */
  private static final String PART = "\uFFFD";

  private final Tokenizer tokenizer;
  private final List<String> stop;
  private final StringBuilder text = new StringBuilder();
  private int[] ids;
  private int from;
  private int read;
  private int shown;
  private boolean stopped;

  TextStream(Tokenizer tokenizer, List<String> stop, int[] promptIds) {
    this.tokenizer = tokenizer;
    this.stop = stop;
    this.ids =
        Arrays.copyOfRange(promptIds, Math.max(0, promptIds.length - BEFORE), promptIds.length);
    this.read = ids.length;
  }

  /**
   * Takes a token.
   *
   * @return what can be shown now; may be empty
   */
  String add(int id) {
    ids = Arrays.copyOf(ids, ids.length + 1);
    ids[ids.length - 1] = id;
    take(false);
    return shown(false);
  }

  /** What is left when no token follows. */
  String end() {
    take(true);
    return shown(true);
  }

  /** Whether a string came that ends the text. */
  boolean stopped() {
    return stopped;
  }

  /** The whole text so far. */
  String text() {
    return text.toString();
  }

  private void take(boolean last) {
    String before = tokenizer.text(Arrays.copyOfRange(ids, from, read));
    String now = tokenizer.text(Arrays.copyOfRange(ids, from, ids.length));
    if (stopped || now.length() <= before.length() || (now.endsWith(PART) && !last)) {
      return;
    }
    text.append(now, before.length(), now.length());
    ids = Arrays.copyOfRange(ids, read, ids.length);
    from = 0;
    read = ids.length;
    int end = firstStop();
    if (end >= 0) {
      stopped = true;
      text.setLength(end);
    }
  }

  private int firstStop() {
    int first = -1;
    for (String end : stop) {
      int at = text.indexOf(end, Math.max(0, shown - end.length()));
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    return first;
  }

  private String shown(boolean last) {
    int until = last || stopped ? text.length() : text.length() - heldBack();
    String piece = text.substring(Math.min(shown, until), until);
    shown = Math.max(shown, until);
    return piece;
  }

  /** Characters at the end that a string of the settings may begin with. */
  private int heldBack() {
    int most = 0;
    for (String end : stop) {
      for (int count = Math.min(end.length() - 1, text.length()); count > most; count--) {
        if (end.startsWith(text.substring(text.length() - count))) {
          most = count;
        }
      }
    }
    return most;
  }
}
