package io.haori.inference.image;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.ImageFile;
import io.haori.model.image.Pixels;
import io.haori.model.image.Preprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of rows, resized and cropped as a base wants them, 8 bits a colour. Threads decode each
 * file once, in the rows' order and ahead of its use; whoever needs a picture that has not been
 * reached decodes it itself. What is decoded is kept: in memory, and what is too much for it in a
 * temporary file.
 *
 * <pre>{@code
 * try (FittedImages images = FittedImages.of(rows, steps)) {
 *   float[] values = steps.values(List.of(images.get(7), images.get(3))); // [2, 3, height, width]
 * }
 * }</pre>
 *
 * <p>A file that cannot be read is reported by the next call of {@link #get}, whichever picture it
 * asks for. Safe for many threads. To be closed, which ends the threads.
 */
public final class FittedImages implements AutoCloseable {
  /** How much is kept in memory, in bytes; 3,500 pictures of 224 x 224 pixels. */
  private static final long MOST_BYTES = 1L << 29;

  private static final int MOST_THREADS = 8;

  private enum State {
    BEGUN,
    DONE
  }

  private final List<Path> files;
  private final Preprocessing steps;
  private final PixelStore store;
  private final AtomicReferenceArray<@Nullable State> states;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final AtomicInteger next = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  private FittedImages(List<Path> files, Preprocessing steps, PixelStore store) {
    this.files = files;
    this.steps = steps;
    this.store = store;
    states = new AtomicReferenceArray<>(files.size());
  }

  /**
   * Begins to decode.
   *
   * @param rows of pictures
   * @param steps of the base
   * @throws UserError when a row is a text
   */
  public static FittedImages of(List<Row> rows, Preprocessing steps) {
    return of(rows, steps, MOST_BYTES);
  }

  /** The same with another bound of what is in memory. */
  static FittedImages of(List<Row> rows, Preprocessing steps, long mostBytes) {
    List<Path> files = rows.stream().map(FittedImages::file).toList();
    PixelStore store = new PixelStore(files.size(), steps.height(), steps.width(), mostBytes);
    FittedImages images = new FittedImages(files, steps, store);
    images.start();
    return images;
  }

  private static Path file(Row row) {
    Path file = row.image();
    if (file == null) {
      throw new UserError(
          "rows must be pictures for this base, got a text"
              + (row.line() > 0 ? " in line " + row.line() : ""));
    }
    return file;
  }

  private void start() {
    int count = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < Math.min(count, files.size()); i++) {
      Thread thread = new Thread(this::decodeAhead, "haori-decode-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void decodeAhead() {
    for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
      if (closed || failure.get() != null) {
        return;
      }
      decode(i);
    }
  }

  /** Decodes a picture unless another thread has begun to. */
  private void decode(int index) {
    if (!states.compareAndSet(index, null, State.BEGUN)) {
      return;
    }
    try {
      store.put(index, steps.fit(ImageFile.read(files.get(index))));
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e instanceof UserError ? e : failed(files.get(index), e));
    } catch (OutOfMemoryError e) {
      failure.compareAndSet(null, failed(files.get(index), e));
    }
    states.set(index, State.DONE);
    synchronized (states) {
      states.notifyAll();
    }
  }

  private static RuntimeException failed(Path file, Throwable e) {
    return e instanceof OutOfMemoryError
        ? new UserError(file + ": is too large a picture for the memory of Java", e)
        : new IllegalStateException(file + " cannot be decoded", e);
  }

  /**
   * One picture.
   *
   * @param row its index among the rows
   * @return of the size that the base wants
   * @throws UserError when a file cannot be read, this one's or another's
   */
  public Pixels get(int row) {
    decode(row);
    synchronized (states) {
      while (states.get(row) != State.DONE && failure.get() == null) {
        try {
          states.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while a picture is decoded", e);
        }
      }
    }
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return store.get(row);
  }

  /** How many pictures there are. */
  public int size() {
    return files.size();
  }

  /** What is done to pictures before they are values. */
  public Preprocessing steps() {
    return steps;
  }

  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    store.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
