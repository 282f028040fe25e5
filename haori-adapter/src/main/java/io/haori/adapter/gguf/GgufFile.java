package io.haori.adapter.gguf;

import static io.haori.adapter.gguf.GgufBytes.quote;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.core.weights.StoredTensor;
import io.haori.core.weights.WeightFiles;
import io.haori.model.weights.StoredTensors;
import io.haori.tensor.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF file of versions 2 and 3, little-endian: names with values, names with tensors, then the
 * tensors' numbers. Opening reads and checks all but the numbers.
 *
 * <p>Dimensions are stored with the innermost first; the shapes here are the usual ones, with the
 * innermost last. Tensors are F32, F16 or BF16; others are refused.
 */
final class GgufFile implements AutoCloseable {
  static final int MAGIC = 0x46554747;
  static final int VERSION = 3;
  static final int ALIGNMENT = 32;
  static final String ALIGNMENT_KEY = "general.alignment";
  static final int FLOAT32 = 6;
  static final int STRING = 8;

  /** Bytes of a value by the number of its type; 0 where they are not fixed. */
  private static final int[] VALUE_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  private static final int ARRAY = 9;
  private static final Map<Integer, DType> TYPES =
      Map.of(0, DType.F32, 1, DType.F16, 30, DType.BF16);

  /** More than the largest model has; keeps what is held in memory small. */
  private static final long MOST_ENTRIES = 1 << 16;

  private static final int MOST_NAME = 1 << 10;
  private static final int MOST_KEY = (1 << 16) - 1;

  /** Longer texts, such as a chat template, are passed over. */
  private static final int KEPT_TEXT = 1 << 10;

  private static final int MOST_DIMENSIONS = 4;
  private static final long MOST_ALIGNMENT = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private GgufFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file and checks its names, sizes and places.
   *
   * @param file stays open until {@link #close()}
   * @throws UserError in one sentence when it is missing or not sound
   */
  static GgufFile open(Path file) {
    FileChannel channel = WeightFiles.open(file);
    boolean sound = false;
    try {
      GgufFile opened = new GgufFile(file, channel);
      opened.read(new GgufBytes(channel, file));
      sound = true;
      return opened;
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    } finally {
      if (!sound) {
        WeightFiles.close(channel);
      }
    }
  }

  private void read(GgufBytes bytes) throws IOException {
    if (bytes.size() < 4 || bytes.number(4) != MAGIC) {
      throw bytes.error("must be a GGUF file, which begins with GGUF, and does not");
    }
    long version = bytes.number(4);
    if (version != 2 && version != VERSION) {
      throw bytes.error("version of GGUF must be 2 or 3 in little-endian order, got " + version);
    }
    long tensorCount = bytes.count("number of tensors", 24, MOST_ENTRIES);
    long valueCount = bytes.count("number of values", 13, MOST_ENTRIES);
    for (long i = 0; i < valueCount; i++) {
      readValue(bytes);
    }
    long alignment = values.get(ALIGNMENT_KEY) instanceof Long one ? one : ALIGNMENT;
    if (alignment < 8 || alignment > MOST_ALIGNMENT || Long.bitCount(alignment) != 1) {
      throw bytes.error(
          ALIGNMENT_KEY
              + " must be a power of 2 from 8 to "
              + MOST_ALIGNMENT
              + ", got "
              + Long.toUnsignedString(alignment));
    }
    List<Stored> found = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      found.add(readTensor(bytes));
    }
    long start = aligned(bytes.position(), alignment);
    long left = Math.max(0, bytes.size() - start);
    for (Stored one : found) {
      String name = quote(one.name());
      long offset = one.place().offset();
      if (offset < 0 || offset % alignment != 0) {
        throw bytes.error(name + " must begin at a multiple of " + alignment);
      }
      long needed = one.place().end() - offset;
      if (offset > bytes.size() - start || needed > bytes.size() - start - offset) {
        throw bytes.error("ends inside tensor " + name);
      }
      // Tensors that share their bytes would need more memory than the file is long.
      if (needed > left) {
        throw bytes.error("holds tensors that overlap");
      }
      left -= needed;
      StoredTensor place =
          new StoredTensor(one.place().dtype(), one.place().shape(), start + offset);
      if (tensors.put(one.name(), place) != null) {
        throw bytes.error("holds the tensor " + name + " twice");
      }
    }
  }

  /** The next multiple of an alignment. */
  static long aligned(long position, long alignment) {
    return (position + alignment - 1) / alignment * alignment;
  }

  private void readValue(GgufBytes bytes) throws IOException {
    String key = bytes.text("a key", MOST_KEY);
    Object value = readValue(bytes, key, typeOf(bytes, key, (int) bytes.number(4)));
    if (key.length() <= MOST_NAME && values.put(key, value) != null) {
      throw bytes.error("holds the key " + quote(key) + " twice");
    }
  }

  private static int typeOf(GgufBytes bytes, String key, int type) {
    if (type < 0 || type >= VALUE_BYTES.length) {
      throw bytes.error(
          "type of "
              + quote(key)
              + " must be a number from 0 to 12, got "
              + Integer.toUnsignedLong(type));
    }
    return type;
  }

  /** The bits of a number, a 32-bit float, or a text; a word where a value is not kept. */
  private static Object readValue(GgufBytes bytes, String key, int type) throws IOException {
    if (type == STRING) {
      long length = bytes.count("length of " + quote(key), 1, Long.MAX_VALUE);
      if (length > KEPT_TEXT) {
        bytes.skip(length);
        return Skipped.TEXT;
      }
      byte[] text = new byte[(int) length];
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) bytes.number(1);
      }
      return new String(text, StandardCharsets.UTF_8);
    }
    if (type == ARRAY) {
      int element = typeOf(bytes, key, (int) bytes.number(4));
      if (element == ARRAY) {
        throw bytes.error(quote(key) + " must be an array of numbers or texts, got one of arrays");
      }
      int width = VALUE_BYTES[element];
      long count = bytes.count("length of " + quote(key), width == 0 ? 8 : width, Long.MAX_VALUE);
      for (long i = 0; width == 0 && i < count; i++) {
        bytes.skip(bytes.count("length of a text in " + quote(key), 1, Long.MAX_VALUE));
      }
      bytes.skip(count * width);
      return Skipped.ARRAY;
    }
    long bits = bytes.number(VALUE_BYTES[type]);
    return type == FLOAT32 ? (Object) Float.intBitsToFloat((int) bits) : (Object) bits;
  }

  /** What is known of a value that is not kept. */
  private enum Skipped {
    TEXT,
    ARRAY
  }

  private record Stored(String name, StoredTensor place) {}

  private static Stored readTensor(GgufBytes bytes) throws IOException {
    String name = bytes.text("a tensor's name", MOST_NAME);
    long dimensions = bytes.number(4);
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw bytes.error("dimensions of " + quote(name) + " must be from 1 to 4, got " + dimensions);
    }
    long[] shape = new long[(int) dimensions];
    long product = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      shape[i] = bytes.number(8);
      if (shape[i] < 1 || shape[i] > bytes.size() / product) {
        throw bytes.error(
            "size of "
                + quote(name)
                + " must fit into the file of "
                + bytes.size()
                + " bytes, got a length of "
                + Long.toUnsignedString(shape[i]));
      }
      product *= shape[i];
    }
    int type = (int) bytes.number(4);
    DType dtype = TYPES.get(type);
    if (dtype == null) {
      throw bytes.error(
          "type of "
              + quote(name)
              + " must be F32, F16 or BF16 (0, 1 or 30), got "
              + Integer.toUnsignedLong(type));
    }
    return new Stored(name, new StoredTensor(dtype, shape, bytes.number(8)));
  }

  /** A value that must be a text of at most {@value #KEPT_TEXT} bytes; null when it is missing. */
  @Nullable String text(String key) {
    return values.get(key) instanceof String text ? text : null;
  }

  /** Whether there is a value of any type. */
  boolean has(String key) {
    return values.containsKey(key);
  }

  /**
   * A value that is a 32-bit float.
   *
   * @param otherwise when it is missing
   * @throws UserError when it has another type
   */
  float real(String key, float otherwise) {
    Object value = values.getOrDefault(key, otherwise);
    if (value instanceof Float real) {
      return real;
    }
    throw Check.in(file, key + " must be a 32-bit float, got another type");
  }

  /** Names of the tensors in the order of the file. */
  Set<String> names() {
    return tensors.keySet();
  }

  /** Shape of a tensor that is there, the innermost dimension last. */
  long[] shape(String name) {
    return WeightFiles.find(file, tensors, name).shape();
  }

  /** Reads a tensor into the current scope, in its stored type. */
  Tensor load(String name) {
    return StoredTensors.load(WeightFiles.find(file, tensors, name), channel, file, name);
  }

  @Override
  public void close() {
    WeightFiles.close(channel);
  }
}
