package io.haori.training.pretrain;

import io.haori.core.check.Check;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.text.Encoding;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.data.DataFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Which two readings must find each other in contrastive learning. */
enum Views {
  /** The same text twice. */
  SAME("simcse"),
  /**
   * Two texts that belong together, such as title and body, question and answer, order and
   * resolution (weakly supervised pairs, Wang et al. 2022, arXiv 2212.03533).
   */
  PAIRS("pairs"),
  /**
   * Two spans of the text, each of half to all of its tokens (independent cropping, Izacard et al.
   * 2022, arXiv 2112.09118).
   */
  CROPS("crops"),
  /**
   * The text twice, each time with other tokens hidden by the mask token, 15 % of them (Liu et al.
   * 2021, arXiv 2104.08027, hide spans).
   */
  MASKS("masks");

  /** Between the texts of a pair as long as they are one string; no text of a user has it. */
  private static final char BETWEEN = '\u001e';

  private static final double LEAST_CROP = 0.5;
  private static final double HIDDEN = 0.15;

  private final String word;

  Views(String word) {
    this.word = word;
  }

  /** As the user writes it. */
  String word() {
    return word;
  }

  /**
   * A row of a corpus as one string.
   *
   * @param file that the row is in
   * @param row a text, or a pair of texts
   * @throws io.haori.core.check.UserError when pairs are wanted and it is none
   */
  String joined(DataFile file, Row row) {
    String pair = row.textPair();
    if (this != PAIRS) {
      return pair == null ? row.text() : row.text() + " " + pair;
    }
    if (pair == null) {
      throw Check.at(
          file.path(), row.line(), "must have a text_pair for the objective pairs, got none");
    }
    return row.text().replace(BETWEEN, ' ') + BETWEEN + pair.replace(BETWEEN, ' ');
  }

  /** The texts of a joined row: one, or the two of a pair. */
  static List<String> parted(String joined) {
    return List.of(joined.split("" + BETWEEN, 2));
  }

  /** A joined row as a reader sees it. */
  static String shown(String joined) {
    return ConversationText.is(joined)
        ? ConversationText.read(joined).shown()
        : joined.replace(BETWEEN, ' ');
  }

  /** Joined rows as tokens; those of a pair's second text have the type 1 until they are parted. */
  TokenizedRows rows(List<String> texts, Tokenizer tokenizer, int maxLength) {
    if (this != PAIRS) {
      return TokenizedRows.of(
          texts.stream().map(text -> new Row(text, null, null, null, 1)).toList(),
          tokenizer,
          maxLength);
    }
    List<String> firsts = texts.stream().map(text -> text.split("" + BETWEEN, 2)[0]).toList();
    List<String> seconds = texts.stream().map(text -> text.split("" + BETWEEN, 2)[1]).toList();
    List<Encoding> first = tokenizer.encode(firsts, null, maxLength);
    List<Encoding> second = tokenizer.encode(seconds, null, maxLength);
    List<Encoding> both = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      int[] a = first.get(i).ids();
      int[] b = second.get(i).ids();
      int[] ids = Arrays.copyOf(a, a.length + b.length);
      System.arraycopy(b, 0, ids, a.length, b.length);
      int[] types = new int[ids.length];
      Arrays.fill(types, a.length, types.length, 1);
      both.add(new Encoding(ids, types));
    }
    return TokenizedRows.of(both, tokenizer.padId());
  }

  /**
   * All first readings, then all second ones.
   *
   * @param rows made by {@link #rows}
   * @param index which of them
   * @param tokenizer of the base
   * @param seed of this batch; a row's readings do not depend on the rows beside it
   */
  TokenBatch readings(TokenizedRows rows, int[] index, Tokenizer tokenizer, long seed) {
    int[] twice = new int[2 * index.length];
    System.arraycopy(index, 0, twice, 0, index.length);
    System.arraycopy(index, 0, twice, index.length, index.length);
    TokenBatch plain = rows.batch(twice);
    if (this == SAME) {
      return plain;
    }
    List<long[]> read = new ArrayList<>();
    for (int i = 0; i < twice.length; i++) {
      int from = i * plain.length();
      int to = from + plain.lengths()[i];
      long[] ids = Arrays.copyOfRange(plain.ids(), from, to);
      int reading = i / index.length;
      SplittableRandom random =
          new SplittableRandom(Seeds.of(seed, Purpose.MASK, reading, twice[i]));
      read.add(
          switch (this) {
            case PAIRS -> part(ids, Arrays.copyOfRange(plain.typeIds(), from, to), reading);
            case CROPS -> cropped(ids, tokenizer.specialIds(), random);
            default -> masked(ids, tokenizer.specialIds(), tokenizer.maskId(), random);
          });
    }
    int longest = read.stream().mapToInt(one -> one.length).max().orElse(0);
    long[] ids = new long[read.size() * longest];
    Arrays.fill(ids, tokenizer.padId());
    int[] lengths = new int[read.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = read.get(i).length;
      System.arraycopy(read.get(i), 0, ids, i * longest, lengths[i]);
    }
    return new TokenBatch(ids, new long[ids.length], lengths, lengths.length, longest, twice);
  }

  private static long[] part(long[] ids, long[] types, int which) {
    int second = 0;
    while (types[second] == 0) {
      second++;
    }
    return which == 0 ? Arrays.copyOf(ids, second) : Arrays.copyOfRange(ids, second, ids.length);
  }

  /** A span of the text between the special tokens at its ends, which stay. */
  private static long[] cropped(long[] ids, Set<Integer> special, SplittableRandom random) {
    int before = 0;
    while (before < ids.length && special.contains((int) ids[before])) {
      before++;
    }
    int after = 0;
    while (after < ids.length - before && special.contains((int) ids[ids.length - 1 - after])) {
      after++;
    }
    int text = ids.length - before - after;
    if (text < 2) {
      return ids;
    }
    double share = LEAST_CROP + (1 - LEAST_CROP) * random.nextDouble();
    int kept = (int) Math.ceil(share * text);
    int first = before + random.nextInt(text - kept + 1);
    long[] cropped = new long[before + kept + after];
    System.arraycopy(ids, 0, cropped, 0, before);
    System.arraycopy(ids, first, cropped, before, kept);
    System.arraycopy(ids, ids.length - after, cropped, before + kept, after);
    return cropped;
  }

  private static long[] masked(
      long[] ids, Set<Integer> special, int maskId, SplittableRandom random) {
    for (int i = 0; i < ids.length; i++) {
      if (!special.contains((int) ids[i]) && random.nextDouble() < HIDDEN) {
        ids[i] = maskId;
      }
    }
    return ids;
  }
}
