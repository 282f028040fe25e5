package io.haori.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenizedRowsTest {
  /** A token a letter, 1 before and 2 behind each text, 9 as padding. */
  private static final RowTokenizer LETTERS =
      new RowTokenizer() {
        @Override
        public List<Tokens> encode(
            List<String> texts, @Nullable List<String> pairs, int maxLength) {
          List<Tokens> all = new ArrayList<>();
          for (int i = 0; i < texts.size(); i++) {
            String first = "\1" + texts.get(i) + "\2";
            String whole = pairs == null ? first : first + pairs.get(i) + "\2";
            int[] ids = whole.chars().limit(maxLength).toArray();
            int[] types =
                IntStream.range(0, ids.length).map(t -> t < first.length() ? 0 : 1).toArray();
            all.add(new Tokens(ids, types));
          }
          return all;
        }

        @Override
        public int padId() {
          return 9;
        }
      };

  @Test
  void fillsABatchUpToItsOwnLongestRow() {
    var rows = TokenizedRows.of(List.of(row("A"), row("BCDEFGH"), row("D", "E")), LETTERS, 16, 2);

    TokenBatch batch = rows.batch(2, 0);

    assertThat(rows.lengths()).containsExactly(3, 9, 5);
    assertThat(rows.tokens()).isEqualTo(17);
    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.length()).isEqualTo(5);
    assertThat(batch.ids()).containsExactly(1, 'D', 2, 'E', 2, 1, 'A', 2, 9, 9);
    assertThat(batch.typeIds()).containsExactly(0, 0, 0, 1, 1, 0, 0, 0, 0, 0);
    assertThat(batch.lengths()).containsExactly(5, 3);
    assertThat(batch.rowIndex()).containsExactly(2, 0);
    assertThat(batch.tokens()).isEqualTo(8);
  }

  @Test
  void keepsTheRowsOrderHoweverManyThreadsWork() {
    List<Row> rows =
        IntStream.range(0, 3_000)
            .mapToObj(i -> i % 3 == 0 ? row("t" + i, "p" + i) : row("t" + i))
            .toList();

    var one = TokenizedRows.of(rows, LETTERS, 32, 1);
    var four = TokenizedRows.of(rows, LETTERS, 32, 4);

    int[] all = IntStream.range(0, rows.size()).toArray();
    assertThat(four.batch(all).ids()).isEqualTo(one.batch(all).ids());
    assertThat(text(four.batch(2_999))).isEqualTo("\1t2999\2");
    assertThat(text(four.batch(2_997))).isEqualTo("\1t2997\2p2997\2");
  }

  @Test
  void cutsAtTheLongestLength() {
    assertThat(TokenizedRows.of(List.of(row("abcdefgh")), LETTERS, 4, 1).lengths())
        .containsExactly(4);
  }

  @Test
  void passesOnWhatTheTokenizerThrows() {
    RowTokenizer broken =
        new RowTokenizer() {
          @Override
          public List<Tokens> encode(
              List<String> texts, @Nullable List<String> pairs, int maxLength) {
            throw new IllegalStateException("no vocabulary");
          }

          @Override
          public int padId() {
            return 0;
          }
        };

    assertThatThrownBy(() -> TokenizedRows.of(List.of(row("a")), broken, 4, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no vocabulary");
  }

  private static String text(TokenBatch batch) {
    return Arrays.stream(batch.ids())
        .mapToObj(id -> String.valueOf((char) id))
        .reduce("", String::concat);
  }

  private static Row row(String text) {
    return new Row(text, null, null, null, 1);
  }

  private static Row row(String text, String pair) {
    return new Row(text, pair, null, null, 1);
  }
}
