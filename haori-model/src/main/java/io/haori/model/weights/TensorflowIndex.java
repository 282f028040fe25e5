package io.haori.model.weights;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.core.weights.SafetensorsHeader;
import io.haori.core.weights.StoredTensor;
import io.haori.core.weights.WeightFiles;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The table that says where TensorFlow's variables are: sorted blocks of keys and values as LevelDB
 * writes them, each key stored as what differs from the one before. The last 48 bytes point to an
 * index block, whose values point to the other blocks. A value is a {@code BundleEntryProto}.
 */
final class TensorflowIndex implements AutoCloseable {
  private static final int FOOTER = 48;
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int MAX_ENTRIES = 1_000_000;
  private static final int MAX_KEY = 4096;
  private static final int MAX_RANK = 64;

  private final FileChannel channel;
  private final FileBytes bytes;
  private final Map<String, StoredTensor> tensors = new TreeMap<>();

  private TensorflowIndex(FileChannel channel, FileBytes bytes) {
    this.channel = channel;
    this.bytes = bytes;
  }

  static TensorflowIndex open(Path file) {
    FileChannel channel = WeightFiles.open(file);
    return new TensorflowIndex(channel, new FileBytes(channel, file));
  }

  /** The error of this file. */
  UserError error(String what) {
    return bytes.error(what);
  }

  /**
   * Reads the whole table.
   *
   * @param dataBytes length of the file that holds the numbers
   * @return places in that file by the variables' names; every one lies inside it
   */
  Map<String, StoredTensor> read(long dataBytes) {
    long footer = bytes.size() - FOOTER;
    if (footer < 0 || bytes.littleEndian(bytes.size() - 8, 8) != MAGIC) {
      throw error("is no index of TensorFlow variables");
    }
    ProtobufFields handles = new ProtobufFields(bytes, footer, bytes.size() - 8);
    handles.nextPacked();
    handles.nextPacked();
    walk(
        handles.nextPacked(),
        handles.nextPacked(),
        (key, start, end) -> {
          ProtobufFields handle = new ProtobufFields(bytes, start, end);
          walk(
              handle.nextPacked(),
              handle.nextPacked(),
              (variable, from, to) -> {
                // The empty key holds what is common to all: one little-endian data file.
                if (!variable.isEmpty()) {
                  tensors.put(variable, entry(variable, from, to, dataBytes));
                }
                if (tensors.size() > MAX_ENTRIES) {
                  throw error("must have at most " + MAX_ENTRIES + " variables, has more");
                }
              });
        });
    return tensors;
  }

  /** Takes one key of a block and where its value lies. */
  private interface Entries {
    void take(String key, long start, long end);
  }

  private void walk(long start, long length, Entries entries) {
    if (start < 0 || length < 4 || length > bytes.size() || start > bytes.size() - length - 1) {
      throw error("has a block of " + length + " bytes at " + start);
    }
    if (bytes.at(start + length) != 0) {
      throw error("has a compressed block at " + start + ", which cannot be read");
    }
    long restarts = bytes.littleEndian(start + length - 4, 4);
    long end = start + length - 4 - 4 * restarts;
    if (end < start) {
      throw error("has a damaged block at " + start);
    }
    byte[] key = {};
    long position = start;
    while (position < end) {
      ProtobufFields sizes = new ProtobufFields(bytes, position, end);
      long shared = sizes.nextPacked();
      long added = sizes.nextPacked();
      long valueLength = sizes.nextPacked();
      position = sizes.position();
      boolean sound =
          shared >= 0
              && shared <= key.length
              && added >= 0
              && added <= MAX_KEY - shared
              && valueLength >= 0
              && valueLength <= end - position
              && added <= end - position - valueLength;
      if (!sound) {
        throw error("has a damaged entry before " + position);
      }
      byte[] suffix = bytes.copy(position, added);
      key = Arrays.copyOf(key, (int) (shared + added));
      System.arraycopy(suffix, 0, key, (int) shared, suffix.length);
      position += added;
      entries.take(new String(key, StandardCharsets.UTF_8), position, position + valueLength);
      position += valueLength;
    }
  }

  private StoredTensor entry(String variable, long start, long end, long dataBytes) {
    String what = "has a variable " + WeightFiles.quote(variable);
    long type = 0;
    long[] shape = {};
    long shard = 0;
    long offset = 0;
    long size = 0;
    ProtobufFields fields = new ProtobufFields(bytes, start, end);
    while (fields.next()) {
      switch (fields.number()) {
        case 1 -> type = fields.value();
        case 2 -> shape = shape(what, fields.message());
        case 3 -> shard = fields.value();
        case 4 -> offset = fields.value();
        case 5 -> size = fields.value();
        default -> {}
      }
    }
    if (type != 1 || shard != 0) {
      throw error(what + " of type " + type + " in part " + shard + ", must be type 1 in part 0");
    }
    Long needed = SafetensorsHeader.bytes(shape, DType.F32);
    if (needed == null || needed != size || offset < 0 || offset > dataBytes - size) {
      String place = size + " bytes at " + offset + " of " + dataBytes;
      throw error(what + " of shape " + Arrays.toString(shape) + " with " + place);
    }
    return new StoredTensor(DType.F32, shape, offset);
  }

  private long[] shape(String what, ProtobufFields proto) {
    long[] shape = {};
    while (proto.next()) {
      if (proto.number() == 2) {
        ProtobufFields dimension = proto.message();
        long length = 0;
        while (dimension.next()) {
          length = dimension.number() == 1 ? dimension.value() : length;
        }
        if (length < 0 || shape.length == MAX_RANK) {
          throw error(what + " of a negative length or of more than " + MAX_RANK + " dimensions");
        }
        shape = Arrays.copyOf(shape, shape.length + 1);
        shape[shape.length - 1] = length;
      }
    }
    return shape;
  }

  @Override
  public void close() {
    WeightFiles.close(channel);
  }
}
