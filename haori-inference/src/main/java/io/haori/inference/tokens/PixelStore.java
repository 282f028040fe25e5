package io.haori.inference.tokens;

import io.haori.core.files.FileFailures;
import io.haori.model.image.Pixels;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Pictures of one size, 8 bits a number. May be used by several threads. */
interface PixelStore {
  /** Bytes up to which pictures are kept in memory. */
  long MOST_IN_MEMORY = 1L << 28;

  /** Keeps one; each place always gets the same one. */
  void put(int place, Pixels pixels);

  /** One that was kept; null when it was not. */
  @Nullable Pixels get(int place);

  /**
   * A store without pictures: in memory where they are few, in a temporary file where that takes at
   * most half of what is free there; else nothing is kept, and each picture is decoded again.
   *
   * @param count how many it will have
   */
  static PixelStore empty(int count, int height, int width) {
    return of(count, height, width, MOST_IN_MEMORY, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * The same with a bound and a folder.
   *
   * @param most bytes in memory
   * @param folder for the temporary file
   */
  static PixelStore of(int count, int height, int width, long most, Path folder) {
    long bytes = 3L * count * height * width;
    if (bytes <= most) {
      return new InMemory(count);
    }
    return bytes <= free(folder) / 2 ? new InFile(folder, count, height, width) : new Nowhere();
  }

  private static long free(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Few pictures. */
  final class InMemory implements PixelStore {
    private final AtomicReferenceArray<@Nullable Pixels> all;

    private InMemory(int count) {
      all = new AtomicReferenceArray<>(count);
    }

    @Override
    public void put(int place, Pixels pixels) {
      all.set(place, pixels);
    }

    @Override
    public @Nullable Pixels get(int place) {
      return all.get(place);
    }
  }

  /** More pictures than there is room for. */
  final class Nowhere implements PixelStore {
    private Nowhere() {}

    @Override
    public void put(int place, Pixels pixels) {}

    @Override
    public @Nullable Pixels get(int place) {
      return null;
    }
  }

  /**
   * Many pictures: in a temporary file that, where the system can, has no name any more as soon as
   * it is open, so that nothing is left behind, however the process ends.
   */
  final class InFile implements PixelStore {
    private final int height;
    private final int width;
    private final Path path;
    private final FileChannel channel;

    /** 1 for each place that is written as a whole. */
    private final AtomicIntegerArray written;

    private InFile(Path folder, int count, int height, int width) {
      this.height = height;
      this.width = width;
      written = new AtomicIntegerArray(count);
      try {
        path = Files.createTempFile(folder, "haori-pixels-", ".bin");
        channel =
            FileChannel.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
      } catch (IOException e) {
        throw FileFailures.unwritable(folder, e);
      }
    }

    private long bytes() {
      return 3L * height * width;
    }

    @Override
    public void put(int place, Pixels pixels) {
      ByteBuffer buffer = ByteBuffer.wrap(pixels.rgb());
      try {
        while (buffer.hasRemaining()) {
          channel.write(buffer, place * bytes() + buffer.position());
        }
        written.set(place, 1);
      } catch (IOException e) {
        throw FileFailures.unwritable(path, e);
      }
    }

    @Override
    public @Nullable Pixels get(int place) {
      if (written.get(place) == 0) {
        return null;
      }
      byte[] rgb = new byte[Math.toIntExact(bytes())];
      ByteBuffer buffer = ByteBuffer.wrap(rgb);
      try {
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, place * bytes() + buffer.position()) < 0) {
            throw new EOFException("its end is missing");
          }
        }
      } catch (IOException e) {
        throw FileFailures.unreadable(path, e);
      }
      return Pixels.of(height, width, rgb);
    }
  }
}
