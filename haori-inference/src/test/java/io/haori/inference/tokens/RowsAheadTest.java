package io.haori.inference.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.RowsAhead.Wanted;
import io.haori.model.base.FetchListener;
import io.haori.model.image.Picture;
import io.haori.model.image.Pixels;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RowsAheadTest {
  private static final int PICTURES = 6;

  @TempDir Path folder;
  private TextBase base;
  private final List<Row> rows = new ArrayList<>();
  private final AtomicInteger changed = new AtomicInteger();

  @BeforeEach
  void writePictures() throws IOException {
    base =
        TextBase.open(
            TinyVision.folder(folder.resolve("base")).toString(), DType.F32, FetchListener.SILENT);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < PICTURES; i++) {
      Path file = TinyVision.write(folder.resolve(i + ".png"), "hole", random);
      rows.add(new Row(i + ".png", null, null, null, 1).showing(new Picture.OfFile(file)));
    }
  }

  @AfterEach
  void closeBase() {
    base.close();
  }

  private TokenizedRows read(List<Row> some) {
    return base.reader().read(some, 128);
  }

  /** Copies of all rows, darker from epoch to epoch. */
  private List<Row> darkened() {
    return rows.stream()
        .map(row -> row.showing(new Picture.Altered(row.picture(), this::darkened)))
        .toList();
  }

  private Pixels darkened(Pixels pixels, int epoch) {
    changed.incrementAndGet();
    byte[] rgb = new byte[pixels.rgb().length];
    java.util.Arrays.fill(rgb, (byte) (100 - epoch));
    return Pixels.of(pixels.height(), pixels.width(), rgb);
  }

  private static float[] values(TokenBatch batch) {
    return Objects.requireNonNull(batch.pictures()).values();
  }

  @Test
  void aBatchIsTheSameWhetherItWasExpectedOrNot() {
    float[] wanted = values(read(rows).batch(3, 1, 5));
    try (RowsAhead ahead = new RowsAhead(read(rows))) {
      ahead.expect(List.of(new Wanted(0, 3, 1, 5), new Wanted(0, 0, 2)));

      assertThat(values(ahead.batch(0, 3, 1, 5))).isEqualTo(wanted);
    }
    try (RowsAhead ahead = new RowsAhead(read(rows))) {
      assertThat(values(ahead.batch(0, 3, 1, 5))).isEqualTo(wanted);
    }
  }

  @Test
  void aFileIsDecodedOnceAlsoForItsCopies() throws IOException {
    List<Row> both = new ArrayList<>(rows);
    both.addAll(darkened());
    try (RowsAhead ahead = new RowsAhead(read(both))) {
      float[] first = values(ahead.batch(0, 0, PICTURES));
      Files.delete(folder.resolve("0.png"));

      assertThat(values(ahead.batch(1, 0))).containsExactly(java.util.Arrays.copyOf(first, 768));
      assertThat(values(ahead.batch(1, PICTURES))).doesNotContain(first[768]);
      assertThat(values(ahead.batch(0, PICTURES))).containsOnly(first[768]);
    }
  }

  @Test
  void countsTheBatchesBehindTheFirstThatWereNotReady() {
    try (RowsAhead ahead = new RowsAhead(read(rows))) {
      ahead.expect(List.of(new Wanted(0, 0, 1), new Wanted(0, 2, 3)));
      ahead.batch(0, 0, 1);
      assertThat(ahead.waits()).as("the first may wait").isZero();

      while (!ahead.isReady(0, 2, 3)) {
        Thread.onSpinWait();
      }
      ahead.batch(0, 2, 3);
      assertThat(ahead.waits()).as("an expected one").isZero();

      ahead.batch(0, 4, 5);
      assertThat(ahead.waits()).as("one that nobody expected").isEqualTo(1);
    }
  }

  @Test
  void noMoreIsReadThanTheBoundAndABatch() {
    List<Row> copies = darkened();
    try (RowsAhead ahead = new RowsAhead(read(copies), 2 * 768)) {
      ahead.expect(
          List.of(new Wanted(0, 0, 1), new Wanted(0, 2), new Wanted(0, 3), new Wanted(0, 4)));

      while (!ahead.isReady(0, 0, 1, 2)) {
        Thread.onSpinWait();
      }
      assertThat(ahead.isReady(0, 3)).isFalse();
      assertThat(changed).hasValue(3);
    }
  }

  @Test
  void aBrokenPictureIsNamedWhenItsBatchComes() throws IOException {
    Files.writeString(folder.resolve("2.png"), "no picture");
    try (RowsAhead ahead = new RowsAhead(read(rows))) {
      ahead.expect(List.of(new Wanted(0, 0), new Wanted(0, 1, 2)));
      ahead.batch(0, 0);

      assertThatThrownBy(() -> ahead.batch(0, 1, 2))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(folder.resolve("2.png") + ": ");
    }
  }
}
