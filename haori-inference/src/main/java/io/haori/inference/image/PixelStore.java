package io.haori.inference.image;

import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import io.haori.model.image.Pixels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of one size by number: in memory up to a bound, the others in a temporary file, which
 * has no name any more once this is closed. Safe for many threads.
 */
final class PixelStore implements AutoCloseable {
  private final int height;
  private final int width;
  private final byte[] @Nullable [] inMemory;
  private final @Nullable FileChannel file;

  /**
   * An empty store.
   *
   * @param count of pictures
   * @param height of each, in pixels
   * @param width of each, in pixels
   * @param mostBytes how much may be in memory
   */
  PixelStore(int count, int height, int width, long mostBytes) {
    this.height = height;
    this.width = width;
    long held = Math.min(count, mostBytes / bytes());
    inMemory = new byte[(int) held][];
    file = held < count ? open() : null;
  }

  private static FileChannel open() {
    try {
      Path path = Files.createTempFile("haori-pixels", ".tmp");
      return FileChannel.open(
          path,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private static UserError refused(IOException e) {
    return new UserError(
        "decoded pictures cannot be kept in the folder for temporary files ("
            + FileFailures.cause(e)
            + ")",
        e);
  }

  private int bytes() {
    return 3 * height * width;
  }

  void put(int index, Pixels pixels) {
    if (index < inMemory.length) {
      inMemory[index] = pixels.rgb();
    } else {
      transfer(index, ByteBuffer.wrap(pixels.rgb()), FileChannel::write);
    }
  }

  /** A picture that was put before, as the caller knows. */
  Pixels get(int index) {
    byte[] rgb = index < inMemory.length ? inMemory[index] : null;
    if (rgb == null) {
      rgb = new byte[bytes()];
      transfer(index, ByteBuffer.wrap(rgb), FileChannel::read);
    }
    return Pixels.of(height, width, rgb);
  }

  private interface Transfer {
    int apply(FileChannel channel, ByteBuffer bytes, long position) throws IOException;
  }

  private void transfer(int index, ByteBuffer bytes, Transfer transfer) {
    FileChannel channel = file;
    if (channel == null) {
      throw new IllegalStateException("picture " + index + " was not put");
    }
    long start = (long) (index - inMemory.length) * bytes();
    try {
      while (bytes.hasRemaining()) {
        if (transfer.apply(channel, bytes, start + bytes.position()) < 0) {
          throw new IllegalStateException("picture " + index + " was not put");
        }
      }
    } catch (IOException e) {
      throw refused(e);
    }
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // A temporary file that cannot be closed harms nobody.
      }
    }
  }
}
