package io.haori.inference.tokens;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.base.BaseInput;
import io.haori.model.image.Picture;
import io.haori.model.image.PictureValues;
import io.haori.model.image.Pixels;
import io.haori.model.image.UnreadPictures;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures as a base sees them, in 8 bits a number. Each is decoded when it is asked for first, and
 * kept. May be used by several threads.
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
    return new FittedPictures(
        input, IntStream.range(0, files.size()).toArray(), new Source(files, input));
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

  /** Bytes of each. */
  int bytes() {
    return 3 * input.steps().height() * input.steps().width();
  }

  /** Whether some are other ones in each epoch. */
  boolean vary() {
    return IntStream.of(index).anyMatch(source::varies);
  }

  FittedPictures select(int... rows) {
    return new FittedPictures(input, Arrays.stream(rows).map(row -> index[row]).toArray(), source);
  }

  /** One of them; decodes it where nobody did yet. */
  Pixels pixels(int epoch, int row) {
    return source.pixels(index[row], epoch);
  }

  /** Pictures of these as numbers. */
  PictureValues values(List<Pixels> pixels) {
    return new PictureValues(
        input.steps().values(pixels),
        pixels.size(),
        input.steps().height(),
        input.steps().width(),
        input.shape());
  }

  /** Some of them as numbers; all processors decode what nobody did yet. */
  PictureValues values(int epoch, int... rows) {
    Pixels[] pixels = new Pixels[rows.length];
    IntStream.range(0, rows.length).parallel().forEach(i -> pixels[i] = pixels(epoch, rows[i]));
    return values(List.of(pixels));
  }

  /** Decodes what was not decoded yet. */
  void load() {
    IntStream.range(0, size()).parallel().forEach(row -> pixels(0, row));
  }

  /** The pictures of some files, decoded once, also for selections and altered copies of them. */
  private static final class Source {
    private final BaseInput.Pictures input;
    private final Picture[] originals;
    private final int[] place;
    private final Picture.@Nullable Change[] changes;
    private final PixelStore store;
    private @Nullable UserError unread;

    Source(List<Picture> files, BaseInput.Pictures input) {
      this.input = input;
      place = new int[files.size()];
      changes = new Picture.Change[files.size()];
      IdentityHashMap<Picture, Integer> places = new IdentityHashMap<>();
      for (int i = 0; i < place.length; i++) {
        Picture picture = files.get(i);
        if (picture instanceof Picture.Altered altered) {
          changes[i] = altered.change();
          picture = altered.original();
        }
        place[i] = places.computeIfAbsent(picture, unused -> places.size());
      }
      originals = new Picture[places.size()];
      places.forEach((picture, at) -> originals[at] = picture);
      store = PixelStore.empty(originals.length, input.steps().height(), input.steps().width());
    }

    boolean varies(int file) {
      return changes[file] != null;
    }

    private Pixels read(Picture original) {
      try {
        return original.read();
      } catch (UserError e) {
        throw unread(e);
      }
    }

    /** Of all that cannot be read, once one could not be. */
    private synchronized UserError unread(UserError first) {
      UserError all = unread;
      if (all == null) {
        all = UnreadPictures.among(List.of(originals)).orElse(first);
        unread = all;
      }
      return all;
    }

    Pixels pixels(int file, int epoch) {
      Pixels fitted = store.get(place[file]);
      if (fitted == null) {
        fitted = input.steps().fit(read(originals[place[file]]));
        store.put(place[file], fitted);
      }
      Picture.Change change = changes[file];
      return change == null ? fitted : change.of(fitted, epoch);
    }
  }
}
