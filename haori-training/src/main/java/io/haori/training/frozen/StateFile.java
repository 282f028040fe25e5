package io.haori.training.frozen;

import io.haori.core.files.FileFailures;
import io.haori.core.weights.DType;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * States of rows' tokens in a temporary file of this process alone: where the system can, it has no
 * name any more as soon as it is open, so that nobody else reaches it and nothing is left behind,
 * however the process ends. Elsewhere it is deleted when this is closed.
 */
final class StateFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final DType dtype;
  private final int width;
  private final long[] starts;
  private final int[] lengths;

  /**
   * An empty file.
   *
   * @param folder where it is made
   * @param rows whose states it will hold
   * @param dtype of the states
   * @param width of a state
   */
  StateFile(Path folder, TokenizedRows rows, DType dtype, int width) throws IOException {
    this.path = Files.createTempFile(folder, "haori-states-", ".bin");
    this.channel =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    this.dtype = dtype;
    this.width = width;
    this.lengths = rows.lengths();
    this.starts = new long[lengths.length];
    for (int row = 1; row < lengths.length; row++) {
      starts[row] = starts[row - 1] + bytes(row - 1);
    }
  }

  /** Bytes that the states of some rows take. */
  static long bytes(TokenizedRows rows, DType dtype, int width) {
    return rows.tokens() * width * dtype.bytes();
  }

  private long bytes(int row) {
    return (long) lengths[row] * width * dtype.bytes();
  }

  /**
   * Writes the states of some rows.
   *
   * @param states {@code [tokens, width]} of these rows, one after another
   * @param rowIndex which rows
   */
  void write(Tensor states, int... rowIndex) throws IOException {
    ByteBuffer all = states.contiguous().buffer();
    for (int row : rowIndex) {
      ByteBuffer part = all.slice(all.position(), Math.toIntExact(bytes(row)));
      all.position(all.position() + part.capacity());
      long at = starts[row];
      while (part.hasRemaining()) {
        at += channel.write(part, at);
      }
    }
  }

  /**
   * Reads the states of some rows.
   *
   * @param rowIndex which rows
   * @return {@code [tokens, width]} in the current scope
   * @throws io.haori.core.check.UserError when the disk cannot be read
   */
  Tensor read(int... rowIndex) {
    long tokens = 0;
    for (int row : rowIndex) {
      tokens += lengths[row];
    }
    Tensor states = Tensors.empty(dtype, tokens, width);
    ByteBuffer all = states.buffer();
    try {
      for (int row : rowIndex) {
        ByteBuffer part = all.slice(all.position(), Math.toIntExact(bytes(row)));
        all.position(all.position() + part.capacity());
        read(row, part);
      }
    } catch (IOException e) {
      throw FileFailures.unreadable(path, e);
    }
    return states;
  }

  private void read(int row, ByteBuffer part) throws IOException {
    while (part.hasRemaining()) {
      int count = channel.read(part, starts[row] + part.position());
      if (count < 0) {
        throw new EOFException("its end is missing");
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileFailures.unwritable(path, e);
    }
  }
}
