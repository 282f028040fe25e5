package io.haori.training.pretrain;

import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.text.Encoding;
import io.haori.model.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts one after another in rows of full length, with the base's separator between them; long
 * texts continue in the next row. Tokens of one row see each other whatever text they belong to, as
 * in RoBERTa's full sentences (Liu et al. 2019, arXiv 1907.11692, section 4.2).
 *
 * <pre>{@code
 * [CLS] pump leaks [SEP] replace hose [SEP] engine over
 * [CLS] heats on hill [SEP] …
 * }</pre>
 */
final class Packing {
  private final Tokenizer tokenizer;
  private final int maxLength;
  private final int[] before;
  private final int[] after;
  private final List<Encoding> rows = new ArrayList<>();
  private int[] row;
  private int filled;

  Packing(Tokenizer tokenizer, int maxLength) {
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.before = tokenizer.before();
    this.after = tokenizer.after();
    this.row = new int[maxLength];
  }

  TokenizedRows pack(List<String> texts) {
    begin();
    for (Encoding text : tokenizer.encode(texts, null, Integer.MAX_VALUE)) {
      int end = text.length() - after.length;
      for (int at = before.length; at < end; ) {
        // A row always ends in the separator, also where it cuts a text.
        int room = maxLength - after.length - filled;
        if (room < 1) {
          finish();
          begin();
          continue;
        }
        int taken = Math.min(room, end - at);
        append(text.ids(), at, taken);
        append(after, 0, after.length);
        at += taken;
      }
    }
    if (filled > before.length) {
      finish();
    }
    return TokenizedRows.of(rows, tokenizer.padId());
  }

  private void begin() {
    filled = 0;
    append(before, 0, before.length);
  }

  private void append(int[] ids, int from, int count) {
    System.arraycopy(ids, from, row, filled, count);
    filled += count;
  }

  private void finish() {
    rows.add(new Encoding(Arrays.copyOf(row, filled), new int[filled]));
    row = new int[maxLength];
  }
}
