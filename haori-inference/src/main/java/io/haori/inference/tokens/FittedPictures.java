package io.haori.inference.tokens;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.PictureValues;
import io.haori.model.base.BaseInput;
import io.haori.model.image.Picture;
import io.haori.model.image.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures as a base sees them, in 8 bits a number. All processors decode them when the first is
 * asked for, so that no later step waits; few are kept in memory, many in a temporary file.
 */
final class FittedPictures {
  private final BaseInput.Pictures input;
  private final int[] index;
  private final Source source;

  private FittedPictures(BaseInput.Pictures input, int[] index, Source source) {
    this.input = input;
    this.index = index;
    this.source = source;
  }

  static FittedPictures of(List<Row> rows, BaseInput.Pictures input) {
    List<Picture> files = rows.stream().map(row -> Objects.requireNonNull(row.picture())).toList();
    return new FittedPictures(input, all(files.size()), new Source(files, input));
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  int size() {
    return index.length;
  }

  /** Tokens of each. */
  int tokens() {
    int side = input.shape().patchSize();
    int patches = input.steps().height() / side * (input.steps().width() / side);
    return input.shape().leadingTokens() + patches;
  }

  FittedPictures select(int... rows) {
    return new FittedPictures(input, picked(rows), source);
  }

  /** Some of them as numbers. */
  PictureValues values(int... rows) {
    PixelStore store = source.store();
    List<Pixels> pixels = Arrays.stream(picked(rows)).mapToObj(store::get).toList();
    return new PictureValues(
        input.steps().values(pixels),
        rows.length,
        input.steps().height(),
        input.steps().width(),
        input.shape());
  }

  /** Decodes what was not decoded yet. */
  void load() {
    var unused = source.store();
  }

  private int[] picked(int... rows) {
    return Arrays.stream(rows).map(row -> index[row]).toArray();
  }

  /** The pictures of some files, decoded once, also for selections of them. */
  private static final class Source {
    private final List<Picture> files;
    private final BaseInput.Pictures input;
    private @Nullable PixelStore kept;

    Source(List<Picture> files, BaseInput.Pictures input) {
      this.files = files;
      this.input = input;
    }

    synchronized PixelStore store() {
      PixelStore store = kept;
      if (store == null) {
        store = decoded();
        kept = store;
      }
      return store;
    }

    private PixelStore decoded() {
      PixelStore store =
          PixelStore.empty(files.size(), input.steps().height(), input.steps().width());
      UserError[] errors = new UserError[files.size()];
      IntStream.range(0, files.size())
          .parallel()
          .forEach(
              i -> {
                try {
                  store.put(i, input.steps().fit(files.get(i).read()));
                } catch (UserError e) {
                  errors[i] = e;
                }
              });
      for (UserError error : errors) {
        if (error != null) {
          throw error;
        }
      }
      return store;
    }
  }
}
