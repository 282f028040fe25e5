package io.haori.model.gguf;

import static io.haori.model.gguf.GgufBytes.quote;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.core.weights.StoredTensor;
import io.haori.core.weights.WeightFiles;
import io.haori.model.weights.StoredTensors;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
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
 * innermost last. Which types tensors have, {@link GgufType} says; others are refused. Safe for use
 * by several threads but for values that are longer than a line.
 */
public final class GgufFile implements AutoCloseable {
  public static final int MAGIC = 0x46554747;
  public static final int VERSION = 3;
  public static final int ALIGNMENT = 32;
  static final String ALIGNMENT_KEY = "general.alignment";
  public static final int FLOAT32 = 6;
  public static final int STRING = 8;

  /** Bytes of a value by the number of its type; 0 where they are not fixed. */
  private static final int[] VALUE_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  private static final int ARRAY = 9;
  private static final int INT32 = 5;

  /** Blocks that are decoded at once. */
  private static final int BLOCKS = 4096;

  /** More than the largest vocabulary and its merges. */
  private static final long MOST_ELEMENTS = 1 << 22;

  private static final int LONGEST_TEXT = 1 << 20;

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
  private final Map<String, Stored> tensors = new LinkedHashMap<>();
  private final GgufBytes bytes;

  private GgufFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.bytes = new GgufBytes(channel, file);
  }

  /**
   * Opens a file and checks its names, sizes and places.
   *
   * @param file stays open until {@link #close()}
   * @throws UserError in one sentence when it is missing or not sound
   */
  public static GgufFile open(Path file) {
    FileChannel channel = WeightFiles.open(file);
    boolean sound = false;
    try {
      GgufFile opened = new GgufFile(file, channel);
      opened.read();
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

  private void read() throws IOException {
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
      long offset = one.offset();
      if (offset < 0 || offset % alignment != 0) {
        throw bytes.error(name + " must begin at a multiple of " + alignment);
      }
      long needed = one.bytes();
      if (offset > bytes.size() - start || needed > bytes.size() - start - offset) {
        throw bytes.error("ends inside tensor " + name);
      }
      // Tensors that share their bytes would need more memory than the file is long.
      if (needed > left) {
        throw bytes.error("holds tensors that overlap");
      }
      left -= needed;
      Stored place = new Stored(one.name(), one.type(), one.shape(), start + offset);
      if (tensors.put(one.name(), place) != null) {
        throw bytes.error("holds the tensor " + name + " twice");
      }
    }
  }

  /** The next multiple of an alignment. */
  public static long aligned(long position, long alignment) {
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

  /** The bits of a number, a 32-bit float, or a text; the place of what is longer. */
  private static Object readValue(GgufBytes bytes, String key, int type) throws IOException {
    if (type == STRING) {
      long length = bytes.count("length of " + quote(key), 1, Long.MAX_VALUE);
      if (length > KEPT_TEXT) {
        Place place = new Place(STRING, length, bytes.position());
        bytes.skip(length);
        return place;
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
      Place place = new Place(element, count, bytes.position());
      for (long i = 0; width == 0 && i < count; i++) {
        bytes.skip(bytes.count("length of a text in " + quote(key), 1, Long.MAX_VALUE));
      }
      bytes.skip(count * width);
      return new Values(place);
    }
    long bits = bytes.number(VALUE_BYTES[type]);
    return type == FLOAT32 ? (Object) Float.intBitsToFloat((int) bits) : (Object) bits;
  }

  /** Where a long text, or the elements of an array, are. */
  private record Place(int type, long count, long position) {}

  /** An array. */
  private record Values(Place place) {}

  /** A tensor with its place; before all is read, from the beginning of the tensors. */
  @SuppressWarnings("ArrayRecordComponent") // Read as it is, never compared.
  private record Stored(String name, GgufType type, long[] shape, long offset) {
    long count() {
      long count = 1;
      for (long length : shape) {
        count *= length;
      }
      return count;
    }

    long bytes() {
      return count() / type.block() * type.bytes();
    }
  }

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
      if (shape[i] < 1 || shape[i] > 2 * bytes.size() / product) {
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
    GgufType known = GgufType.of(type);
    if (known == null) {
      throw bytes.error(
          "type of "
              + quote(name)
              + " must be one of "
              + GgufType.NAMES
              + ", got "
              + GgufType.shown(type));
    }
    if (shape[shape.length - 1] % known.block() != 0) {
      throw bytes.error(
          "rows of "
              + quote(name)
              + " must be a multiple of "
              + known.block()
              + " long for "
              + known
              + ", got "
              + shape[shape.length - 1]);
    }
    return new Stored(name, known, shape, bytes.number(8));
  }

  /** A value that must be a text of at most {@value #KEPT_TEXT} bytes; null when it is missing. */
  public @Nullable String text(String key) {
    return values.get(key) instanceof String text ? text : null;
  }

  /** Whether there is a value of any type. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /**
   * A value that is a 32-bit float.
   *
   * @param otherwise when it is missing
   * @throws UserError when it has another type
   */
  public float real(String key, float otherwise) {
    Object value = values.getOrDefault(key, otherwise);
    if (value instanceof Float real) {
      return real;
    }
    throw Check.in(file, key + " must be a 32-bit float, got another type");
  }

  /**
   * A value that is a whole number or a truth, which is 1 or 0.
   *
   * @param otherwise when it is missing; null when it must be there
   * @throws UserError when it has another type
   */
  public long whole(String key, @Nullable Long otherwise) {
    Object value = values.get(key);
    if (value == null && otherwise != null) {
      return otherwise;
    }
    if (value instanceof Long whole) {
      return whole;
    }
    throw Check.in(
        file, key + " must be a whole number, got " + (value == null ? "none" : "another type"));
  }

  /**
   * A text of any length; null when it is missing.
   *
   * @throws UserError when it has more than {@value #LONGEST_TEXT} bytes
   */
  public @Nullable String longText(String key) {
    if (!(values.get(key) instanceof Place place)) {
      return text(key);
    }
    if (place.count() > LONGEST_TEXT) {
      throw Check.in(
          file, key + " must have at most " + LONGEST_TEXT + " bytes, got " + place.count());
    }
    return at(place, () -> string((int) place.count()));
  }

  /**
   * An array of texts; empty when it is missing.
   *
   * @throws UserError when it has other elements
   */
  public List<String> texts(String key) {
    return elements(key, STRING, () -> bytes.text("a text in " + quote(key), LONGEST_TEXT));
  }

  /**
   * An array of whole numbers of 32 bits; empty when it is missing.
   *
   * @throws UserError when it has other elements
   */
  public List<Integer> wholes(String key) {
    return elements(key, INT32, () -> (int) bytes.number(4));
  }

  /**
   * An array of floats; empty when it is missing.
   *
   * @throws UserError when it has other elements
   */
  public List<Float> reals(String key) {
    return elements(key, FLOAT32, () -> Float.intBitsToFloat((int) bytes.number(4)));
  }

  /** Reads from the file. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private synchronized <T> T at(Place place, Reading<T> reading) {
    bytes.goTo(place.position());
    try {
      return reading.read();
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
  }

  private String string(int length) throws IOException {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) bytes.number(1);
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  private <T> List<T> elements(String key, int type, Reading<T> one) {
    Object value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof Values array) || array.place().type() != type) {
      throw Check.in(file, key + " must be an array of another type");
    }
    long count = array.place().count();
    if (count > MOST_ELEMENTS) {
      throw Check.in(file, key + " must have at most " + MOST_ELEMENTS + " elements, got " + count);
    }
    return at(
        array.place(),
        () -> {
          List<T> all = new ArrayList<>();
          for (long i = 0; i < count; i++) {
            all.add(one.read());
          }
          return all;
        });
  }

  /** Names of the tensors in the order of the file. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** Shape of a tensor that is there, the innermost dimension last. */
  public long[] shape(String name) {
    return WeightFiles.find(file, tensors, name).shape().clone();
  }

  /** Type of a tensor that is there. */
  public GgufType type(String name) {
    return WeightFiles.find(file, tensors, name).type();
  }

  /** Reads a tensor into the current scope, in its stored type; blocks as F32. */
  public Tensor load(String name) {
    Stored stored = WeightFiles.find(file, tensors, name);
    DType dtype = stored.type().dtype();
    return dtype == null
        ? decoded(stored)
        : StoredTensors.load(
            new StoredTensor(dtype, stored.shape(), stored.offset()), channel, file, name);
  }

  /** Block by block, some thousand at a time. */
  private Tensor decoded(Stored stored) {
    GgufType type = stored.type();
    try (Scope scope = Scope.open()) {
      Tensor tensor = Tensors.empty(DType.F32, stored.shape());
      Tensor flat = tensor.view(tensor.count());
      ByteBuffer part = ByteBuffer.allocate(BLOCKS * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      long blocks = tensor.count() / type.block();
      for (long first = 0; first < blocks; first += BLOCKS) {
        int count = (int) Math.min(BLOCKS, blocks - first);
        part.clear().limit(count * type.bytes());
        long position = stored.offset() + first * type.bytes();
        while (part.hasRemaining()) {
          int read = channel.read(part, position + part.position());
          if (read < 0) {
            throw Check.in(file, "ends inside tensor " + quote(stored.name()));
          }
        }
        part.flip();
        FloatBuffer to =
            flat.narrow(0, first * type.block(), (long) count * type.block())
                .buffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int block = 0; block < count; block++) {
          type.decode(part, to);
        }
      }
      return scope.keep(tensor);
    } catch (IOException e) {
      throw Check.in(file, "cannot be read: " + e.getMessage());
    }
  }

  /** The file, as messages name it. */
  public Path path() {
    return file;
  }

  @Override
  public void close() {
    WeightFiles.close(channel);
  }
}
