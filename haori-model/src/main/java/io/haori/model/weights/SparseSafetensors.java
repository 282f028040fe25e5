package io.haori.model.weights;

import io.haori.core.check.Check;
import io.haori.core.weights.DType;
import io.haori.core.weights.WeightFiles;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tensors most of whose numbers are zero: only the others are stored, in a safetensors file of two
 * tensors. The numbers of all tensors follow one another in the order of the layout.
 *
 * <pre>
 * values   F32 [n]   the numbers that are stored
 * gaps     U8 [m]    how many zeros come before the next value; 255 means 255 zeros and no value
 * layout   metadata  one line a tensor: its name, a colon and its lengths with x between, "a.weight:8x384"
 * </pre>
 *
 * After the last value come fewer than 255 zeros, so a small file cannot ask for much memory.
 */
public final class SparseSafetensors implements Weights {
  /** Value of the metadata key {@code format}. */
  static final String FORMAT = "haori-sparse-1";

  static final String VALUES = "values";
  static final String GAPS = "gaps";
  static final String LAYOUT = "layout";

  /** A gap that no value follows. */
  static final int SKIP = 255;

  /** The engine's own bound is 64; nothing stored has more than a handful. */
  private static final int MAX_RANK = 8;

  /** One tensor's range of all numbers. */
  private record Range(List<Long> shape, int start, int count) {
    long[] lengths() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private final Path file;
  private final Map<String, Range> ranges;
  private final int[] places;
  private final float[] values;

  private SparseSafetensors(Path file, Map<String, Range> ranges, int[] places, float[] values) {
    this.file = file;
    this.ranges = ranges;
    this.places = places;
    this.values = values;
  }

  /**
   * Reads a file as a whole.
   *
   * @param file written by {@link SparseSafetensorsWriter}
   * @return its tensors, with their zeros
   * @throws io.haori.core.check.UserError in one sentence when anything in it does not fit
   */
  public static SparseSafetensors open(Path file) {
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      String format = stored.metadata().get("format");
      if (!FORMAT.equals(format)) {
        throw Check.in(file, "format must be " + FORMAT + ", got " + said(format));
      }
      if (!stored.names().equals(Set.of(VALUES, GAPS))) {
        throw Check.in(file, "must hold the tensors gaps and values alone");
      }
      requireList(file, stored, VALUES, DType.F32);
      requireList(file, stored, GAPS, DType.U8);
      Map<String, Range> ranges = new Layout(file).read(stored.metadata().get(LAYOUT));
      float[] values = stored.load(VALUES).toFloats();
      int numbers = ranges.values().stream().mapToInt(Range::count).sum();
      int[] places = places(file, stored.load(GAPS).toBytes(), values.length, numbers);
      return new SparseSafetensors(file, ranges, places, values);
    }
  }

  private static String said(@Nullable String text) {
    return text == null ? "nothing" : WeightFiles.quote(text);
  }

  private static void requireList(Path file, SafetensorsFile stored, String name, DType dtype) {
    long[] shape = stored.shape(name);
    if (stored.dtype(name) != dtype || shape.length != 1 || shape[0] > Integer.MAX_VALUE - 8) {
      String found = stored.dtype(name) + Arrays.toString(shape);
      throw Check.in(file, name + " must be a list of " + dtype + ", is " + found);
    }
  }

  /** Position of each value among all numbers. */
  private static int[] places(Path file, byte[] gaps, int count, int numbers) {
    int[] places = new int[count];
    int found = 0;
    long next = 0;
    for (byte stored : gaps) {
      int gap = Byte.toUnsignedInt(stored);
      next += gap;
      if (gap != SKIP) {
        if (found == count) {
          throw Check.in(file, "gaps must lead to " + count + " values, lead to more");
        }
        if (next >= numbers) {
          break;
        }
        places[found++] = (int) next++;
      }
    }
    if (next > numbers || numbers - next >= SKIP) {
      String bound = "gaps and values must fill " + numbers + " numbers but for the last 254";
      throw Check.in(file, bound + ", fill " + next);
    }
    if (found < count) {
      throw Check.in(file, "gaps must lead to " + count + " values, lead to " + found);
    }
    return places;
  }

  /** Reads the layout. */
  private record Layout(Path file) {
    Map<String, Range> read(@Nullable String layout) {
      if (layout == null || layout.isEmpty()) {
        throw Check.in(file, "layout must name the tensors, got " + said(layout));
      }
      Map<String, Range> ranges = new LinkedHashMap<>();
      long start = 0;
      for (String line : layout.split("\n", -1)) {
        int colon = line.lastIndexOf(':');
        if (colon < 1) {
          throw wrong(line);
        }
        long[] shape = shape(line, line.substring(colon + 1));
        long count = 1;
        for (long length : shape) {
          count = Math.min(Integer.MAX_VALUE, count * length);
        }
        if (start + count >= Integer.MAX_VALUE) {
          throw Check.in(file, "layout must have fewer than 2^31 - 1 numbers, has more");
        }
        if (ranges.put(
                line.substring(0, colon),
                new Range(Arrays.stream(shape).boxed().toList(), (int) start, (int) count))
            != null) {
          throw Check.in(file, "layout names " + WeightFiles.quote(line) + " twice");
        }
        start += count;
      }
      return Collections.unmodifiableMap(ranges);
    }

    private long[] shape(String line, String lengths) {
      String[] words = lengths.split("x", -1);
      long[] shape = new long[words.length];
      for (int i = 0; i < words.length; i++) {
        // Nine digits are below 2^31, so a product of two cannot overflow a long.
        if (!words[i].matches("[1-9][0-9]{0,8}") || words.length > MAX_RANK) {
          throw wrong(line);
        }
        shape[i] = Long.parseLong(words[i]);
      }
      return shape;
    }

    private io.haori.core.check.UserError wrong(String line) {
      return Check.in(
          file, "layout must have lines like a.weight:8x384, got " + WeightFiles.quote(line));
    }
  }

  @Override
  public Set<String> names() {
    return ranges.keySet();
  }

  @Override
  public boolean contains(String name) {
    return ranges.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return WeightFiles.find(file, ranges, name).lengths();
  }

  @Override
  public DType dtype(String name) {
    var unused = WeightFiles.find(file, ranges, name);
    return DType.F32;
  }

  @Override
  public Tensor load(String name) {
    Range range = WeightFiles.find(file, ranges, name);
    float[] numbers = new float[range.count()];
    int first = Arrays.binarySearch(places, range.start());
    for (int i = first < 0 ? -first - 1 : first; i < places.length; i++) {
      int place = places[i] - range.start();
      if (place >= numbers.length) {
        break;
      }
      numbers[place] = values[i];
    }
    return Tensors.of(numbers, range.lengths());
  }

  @Override
  public void close() {}
}
