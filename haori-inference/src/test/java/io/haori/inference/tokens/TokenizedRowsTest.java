package io.haori.inference.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizedRowsTest {
  private static final int PAD = 0;
  private static final int CLS = 2;
  private static final int SEP = 3;
  private static final int SOUP = 5;
  private static final int WITH = 6;
  private static final int OKRA = 7;

  @TempDir static Path folder;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    Path vocabulary = folder.resolve("vocab.txt");
    Files.writeString(vocabulary, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nsoup\nwith\nokra\n");
    tokenizer = Tokenizer.ofVocabulary(vocabulary, true);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void fillsABatchUpToItsOwnLongestRow() {
    var rows =
        TokenizedRows.of(
            List.of(row("okra"), row("soup soup soup with okra"), row("soup", "okra")),
            tokenizer,
            16);

    TokenBatch batch = rows.batch(2, 0);

    assertThat(rows.size()).isEqualTo(3);
    assertThat(rows.lengths()).containsExactly(3, 7, 5);
    assertThat(rows.tokens()).isEqualTo(15);
    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.length()).isEqualTo(5);
    assertThat(batch.ids()).containsExactly(CLS, SOUP, SEP, OKRA, SEP, CLS, OKRA, SEP, PAD, PAD);
    assertThat(batch.typeIds()).containsExactly(0, 0, 0, 1, 1, 0, 0, 0, 0, 0);
    assertThat(batch.lengths()).containsExactly(5, 3);
    assertThat(batch.rowIndex()).containsExactly(2, 0);
    assertThat(batch.tokens()).isEqualTo(8);
  }

  @Test
  void countsUnknownTokensAndCutRows() {
    var rows =
        TokenizedRows.of(
            List.of(row("okra ключ"), row("soup soup soup with okra"), row("soup", "ключ")),
            tokenizer,
            5);

    assertThat(rows.coverage()).isEqualTo(new TextCoverage(3, 1, 7, 7, 2));
    assertThat(rows.coverage().unknownShare()).isEqualTo(2 / 7.0);
    assertThat(rows.coverage().cutShare()).isEqualTo(1 / 3.0);
    assertThat(rows.coverage().manyUnknown()).isTrue();
    assertThat(rows.cut(0)).isZero();
    assertThat(rows.cut(1)).isEqualTo(2);
    assertThat(rows.select(1).coverage()).isEqualTo(new TextCoverage(1, 1, 7, 3, 0));
    assertThat(rows.select(1).coverage().manyUnknown()).isFalse();
    assertThat(TextCoverage.NONE.plus(rows.coverage())).isEqualTo(rows.coverage());
    assertThat(TextCoverage.NONE.unknownShare()).isZero();
    assertThat(TextCoverage.NONE.cutShare()).isZero();
  }

  @Test
  void someOfTheRowsAreReadInTheOrderAskedFor() {
    var all = TokenizedRows.of(List.of(row("okra"), row("soup"), row("with")), tokenizer, 16);

    TokenizedRows some = all.select(2, 0);

    assertThat(some.size()).isEqualTo(2);
    assertThat(some.batch(0, 1).ids()).isEqualTo(all.batch(2, 0).ids());
  }

  @Test
  void keepsTheOrderOfManyRowsOfBothKinds() {
    List<Row> many =
        IntStream.range(0, 3_000)
            .mapToObj(i -> "soup ".repeat(1 + i % 7))
            .map(text -> text.length() % 2 == 0 ? row(text, "okra") : row(text))
            .toList();

    var rows = TokenizedRows.of(many, tokenizer, 32);

    assertThat(rows.lengths())
        .isEqualTo(
            many.stream()
                .mapToInt(r -> r.text().length() / 5 + (r.textPair() == null ? 2 : 4))
                .toArray());
  }

  @Test
  void cutsAtTheLongestLength() {
    var rows = TokenizedRows.of(List.of(row("soup with okra")), tokenizer, 4);

    assertThat(rows.batch(0).ids()).containsExactly(CLS, SOUP, WITH, SEP);
  }

  @Test
  void noRowsAreNoTokens() {
    assertThat(TokenizedRows.of(List.of(), tokenizer, 8).tokens()).isZero();
  }

  @Test
  void refusesALengthWithoutRoomForText() {
    assertThatThrownBy(() -> TokenizedRows.of(List.of(row("soup")), tokenizer, 2))
        .isInstanceOf(UserError.class)
        .hasMessage("maxLength must be above 2, got 2");
  }

  private static Row row(String text) {
    return new Row(text, null, null, null, 1);
  }

  private static Row row(String text, String pair) {
    return new Row(text, pair, null, null, 1);
  }
}
