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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pictures of one size, 8 bits a number. May be used by several threads. */
interface PixelStore {
  /** Bytes up to which pictures are kept in memory. */
  long MOST_IN_MEMORY = 1L << 28;

  /** Keeps one; each place once. */
  void put(int place, Pixels pixels);

  /** One that was kept. */
  Pixels get(int place);

  /**
   * A store without pictures.
   *
   * @param count how many it will have
   */
  static PixelStore empty(int count, int height, int width) {
    return (long) count * 3 * height * width <= MOST_IN_MEMORY
        ? new InMemory(new Pixels[count])
        : new InFile(height, width);
  }

  /** A store of these. */
  static PixelStore inMemory(List<Pixels> pictures) {
    return new InMemory(pictures.toArray(Pixels[]::new));
  }

  /** Few pictures. */
  final class InMemory implements PixelStore {
    private final @Nullable Pixels[] all;

    private InMemory(@Nullable Pixels[] all) {
      this.all = all;
    }

    @Override
    public void put(int place, Pixels pixels) {
      all[place] = pixels;
    }

    @Override
    public Pixels get(int place) {
      Pixels pixels = all[place];
      if (pixels == null) {
        throw new IllegalStateException("no picture " + place);
      }
      return pixels;
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

    private InFile(int height, int width) {
      this.height = height;
      this.width = width;
      Path folder = Path.of(System.getProperty("java.io.tmpdir"));
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
      } catch (IOException e) {
        throw FileFailures.unwritable(path, e);
      }
    }

    @Override
    public Pixels get(int place) {
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
