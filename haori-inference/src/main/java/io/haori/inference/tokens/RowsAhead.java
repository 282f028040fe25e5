package io.haori.inference.tokens;

import io.haori.model.image.Pixels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a run, one after another, whose pictures are decoded and altered by all processors
 * before the batch is asked for. At most {@link #MOST_BYTES} are ahead. Rows of text, which are
 * tokens already, are taken as they are.
 *
 * <p>One thread uses it; several may read the same rows, each with its own.
 */
public final class RowsAhead implements AutoCloseable {
  /** Bytes of pictures that wait for their batch at most, beyond one batch. */
  static final long MOST_BYTES = 1L << 26;

  private final TokenizedRows rows;
  private final @Nullable FittedPictures pictures;
  private final long most;
  private Map<Place, Reading> readings = new HashMap<>();
  private long taken;
  private long waits;

  /**
   * Nothing is read yet.
   *
   * @param rows that batches are made of
   */
  public RowsAhead(TokenizedRows rows) {
    this(rows, MOST_BYTES);
  }

  RowsAhead(TokenizedRows rows, long most) {
    this.rows = rows;
    this.most = most;
    this.pictures = rows.pictures();
  }

  /**
   * A batch that will be asked for.
   *
   * @param epoch counted from 0
   * @param rows {@code [n]} which rows
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record Wanted(int epoch, int... rows) {}

  /** Whether there is anything to be read before it is asked for. */
  public boolean reads() {
    return pictures != null;
  }

  /**
   * Begins to read batches and forgets all that are not among them.
   *
   * @param soon the next batches in their order; those behind the bound are left for later
   */
  public void expect(List<Wanted> soon) {
    if (pictures == null) {
      return;
    }
    Map<Place, Reading> kept = new HashMap<>();
    long bytes = 0;
    for (Wanted batch : soon) {
      if (bytes > most) {
        break;
      }
      for (int row : batch.rows) {
        Place place = new Place(batch.epoch, row);
        if (!kept.containsKey(place)) {
          Reading begun = readings.remove(place);
          kept.put(place, begun == null ? begin(pictures, place) : begun);
          bytes += pictures.bytes();
        }
      }
    }
    readings.values().forEach(Reading::forget);
    readings = kept;
  }

  private static Reading begin(FittedPictures pictures, Place place) {
    Reading reading = new Reading(pictures, place);
    ForkJoinPool.commonPool().execute(reading);
    return reading;
  }

  /**
   * A batch, now.
   *
   * @param epoch counted from 0
   * @param rowIndex {@code [n]} which rows, in the order wanted; at least one
   * @throws io.haori.core.check.UserError when a picture cannot be read
   */
  public TokenBatch batch(int epoch, int... rowIndex) {
    if (pictures == null) {
      return rows.batch(rowIndex);
    }
    if (taken > 0 && !isReady(epoch, rowIndex)) {
      waits++;
    }
    List<Reading> ours = new ArrayList<>();
    for (int row : rowIndex) {
      Place place = new Place(epoch, row);
      Reading begun = readings.get(place);
      ours.add(begun == null ? begin(pictures, place) : begun);
    }
    taken++;
    // This thread helps with what no other has begun.
    ours.forEach(Reading::run);
    List<Pixels> pixels = ours.stream().map(Reading::get).toList();
    return TokenBatch.of(pictures.values(pixels), pictures.tokens(), rowIndex.clone());
  }

  /** Whether a batch can be had without waiting. */
  boolean isReady(int epoch, int... rowIndex) {
    for (int row : rowIndex) {
      Reading begun = readings.get(new Place(epoch, row));
      if (begun == null || !begun.isDone()) {
        return pictures == null;
      }
    }
    return true;
  }

  /** How many batches behind the first were not read whole when they were asked for. */
  public long waits() {
    return waits;
  }

  /** Begins no reading any more. */
  @Override
  public void close() {
    readings.values().forEach(Reading::forget);
    readings.clear();
  }

  /** A row in an epoch. */
  private record Place(int epoch, int row) {}

  /** One picture, read once by whoever comes first. */
  private static final class Reading implements Runnable {
    private final FittedPictures pictures;
    private final Place place;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<Pixels> result = new CompletableFuture<>();

    Reading(FittedPictures pictures, Place place) {
      this.pictures = pictures;
      this.place = place;
    }

    @Override
    public void run() {
      if (begun.compareAndSet(false, true)) {
        try {
          result.complete(pictures.pixels(place.epoch, place.row));
        } catch (RuntimeException | Error e) {
          result.completeExceptionally(e);
        }
      }
    }

    /** Is not read any more where nobody has begun. */
    void forget() {
      begun.set(true);
    }

    boolean isDone() {
      return result.isDone();
    }

    Pixels get() {
      try {
        return result.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw e;
      }
    }
  }
}
