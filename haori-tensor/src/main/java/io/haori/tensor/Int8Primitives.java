package io.haori.tensor;

import io.haori.core.weights.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reduction;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's int8 products, called on libtorch's memory. Nothing else in the project calls oneDNN by
 * itself: libtorch's own int8 operators take one scale for all rows of the activations, or leave
 * the scaling to passes that cost more than the cheaper product saves.
 *
 * <p>A primitive is made for one shape and one number of threads, among which it divides its work,
 * which takes milliseconds; oneDNN keeps its code, and each thread keeps the last {@value #KEPT}
 * that it used. Callers round the number of rows, so that few shapes exist.
 */
final class Int8Primitives {
  /** Primitives that a thread keeps. */
  private static final int KEPT = 256;

  private static final ThreadLocal<Int8Primitives> OF_THREAD =
      ThreadLocal.withInitial(() -> new Int8Primitives(exactCodes()));

  /** Terms that are added four at a time; what is left over comes out wrong with some lengths. */
  private static final int TOGETHER = 4;

  private final Int8Codes allowed;
  private final engine processor;
  private final stream order;
  private final Map<Shape, Prepared> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Shape, Prepared> eldest) {
          if (size() <= KEPT) {
            return false;
          }
          eldest.getValue().close();
          return true;
        }
      };

  private enum Kind {
    LARGEST,
    SMALLEST,
    QUANTISE,
    BY_COLUMNS,
    BY_ROWS
  }

  /**
   * What one primitive is made for; {@code adds}: to what the target holds, or a bias; {@code
   * threads}: of the process when it was made.
   */
  private record Shape(
      Kind kind, long rows, long inner, long outer, DType dtype, boolean adds, int threads) {
    /** For the number of threads that there are now. */
    Shape(Kind kind, long rows, long inner, long outer, DType dtype, boolean adds) {
      this(kind, rows, inner, outer, dtype, adds, Engine.threads());
    }

    /** Of one that is no product. */
    Shape(Kind kind, Tensor x) {
      this(kind, x.size(0), x.size(1), 0, x.dtype(), false);
    }
  }

  /** A primitive with the descriptions of its arguments, in the order in which they are passed. */
  private static final class Prepared {
    private final primitive compute;
    private final List<memory.desc> arguments;

    /** Keeps them beyond the scope in which they were made. */
    Prepared(primitive compute, memory.desc... arguments) {
      this.compute = compute.retainReference();
      this.arguments = List.of(arguments);
      this.arguments.forEach(memory.desc::retainReference);
    }

    void close() {
      compute.close();
      arguments.forEach(memory.desc::close);
    }
  }

  private Int8Primitives(Int8Codes allowed) {
    this.allowed = allowed;
    try (PointerScope scope = new PointerScope()) {
      processor = new engine(dnnl.dnnl_cpu, 0).retainReference();
      order = new stream(processor).retainReference();
    }
  }

  /**
   * The codes whose products come out right: none where oneDNN was not resolved for this platform
   * or its products of the largest ones are wrong.
   */
  static Int8Codes exactCodes() {
    return Holder.EXACT;
  }

  /**
   * Whether {@link #byRows} may add to what its target holds. Without VNNI oneDNN has fast code for
   * that only before the rows' scales are multiplied in, and falls back to plain loops behind them.
   */
  static boolean addToTarget() {
    return Holder.EXACT == Int8Codes.ALL;
  }

  /** Whether rows and results may be BF16; F32 always. */
  static boolean haveBf16() {
    return Holder.EXACT == Int8Codes.ALL;
  }

  private static final class Holder {
    static final Int8Codes EXACT = load() ? exact() : Int8Codes.NONE;

    private static boolean load() {
      Engine.load();
      try {
        Loader.load(dnnl.class);
        return true;
      } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
        return false;
      }
    }

    /** By products of the largest codes, whose results are known. */
    private static Int8Codes exact() {
      if (Processor.mayMultiplyEveryInt8()
          && areExact(Int8Codes.ALL, 127, List.of(DType.F32, DType.BF16))) {
        return Int8Codes.ALL;
      }
      return areExact(Int8Codes.PAIRED, Int8Pairs.LARGEST_SUM - 127, List.of(DType.F32))
          ? Int8Codes.PAIRED
          : Int8Codes.NONE;
    }

    /** Some processors lack primitives that are needed, which oneDNN says by an exception. */
    private static boolean areExact(Int8Codes codes, int neighbour, List<DType> dtypes) {
      try (Scope scope = Scope.open()) {
        Int8Primitives primitives = new Int8Primitives(codes);
        boolean exact = dtypes.stream().allMatch(dtype -> primitives.areExact(neighbour, dtype));
        primitives.kept.values().forEach(Prepared::close);
        return exact;
      } catch (RuntimeException e) {
        return false;
      }
    }
  }

  /**
   * Whether rows of equal numbers have all codes 127, and their products with a weight in which
   * every code 127 has neighbours of another one the sums of those.
   */
  private boolean areExact(int neighbour, DType dtype) {
    long rows = 64;
    long inner = 512;
    Tensor x = Tensors.full(2, dtype, rows, inner);
    Tensor codes = Tensors.empty(DType.I8, rows, inner);
    quantise(x, Tensors.full(2.0 / 127, DType.F32, rows, 1), codes);
    Tensor ones = Tensors.full(1, DType.F32, inner, 1);
    Tensor ofRows = ones.narrow(0, 0, rows);
    Tensor weight = chessboard(neighbour, rows, inner);
    Tensor byColumns = Tensors.empty(dtype, rows, rows);
    byColumns(codes, ofRows, weight, ofRows.view(rows), null, byColumns);
    Tensor byRows = Tensors.empty(dtype, rows, inner);
    byRows(codes.narrow(1, 0, rows).contiguous(), ofRows, weight, byRows, false);
    double mean = 127 * (127 + neighbour) / 2.0;
    return isAll(codes, 127) && isAll(byColumns, mean * inner) && isAll(byRows, mean * rows);
  }

  private static Tensor chessboard(int other, long rows, long columns) {
    float[] codes = new float[(int) (rows * columns)];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (i / columns + i % columns) % 2 == 0 ? 127 : other;
    }
    return Tensors.of(codes, rows, columns).to(DType.I8);
  }

  /** Within what BF16 rounds. */
  private static boolean isAll(Tensor numbers, double expected) {
    for (float number : numbers.to(DType.F32).toFloats()) {
      if (Math.abs(number / expected - 1) > 1.0 / 256) {
        return false;
      }
    }
    return true;
  }

  static Int8Primitives ofThread() {
    return OF_THREAD.get();
  }

  /** How many primitives are kept. */
  int count() {
    return kept.size();
  }

  /**
   * The largest size of the numbers of each row.
   *
   * @param x dense, F32 or BF16 {@code [n, i]}
   * @return F32 {@code [n, 1]}
   */
  Tensor largestSizes(Tensor x) {
    boolean bf16 = x.dtype() == DType.BF16;
    Tensor largest =
        bf16 ? extremes(Kind.LARGEST, x) : new Tensor(torch.amax(x.handle, ROWS, true));
    Tensor smallest =
        bf16 ? extremes(Kind.SMALLEST, x) : new Tensor(torch.amin(x.handle, ROWS, true));
    return largest.maxInPlace(smallest.mulInPlace(-1));
  }

  /** In F32 libtorch's reductions of a dimension are several times as fast as oneDNN's. */
  private static final long[] ROWS = {1};

  private Tensor extremes(Kind kind, Tensor x) {
    Tensor found = Tensors.empty(DType.F32, x.size(0), 1);
    run(
        prepared(new Shape(kind, x), this::reducing),
        new int[] {dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_DST},
        x,
        found);
    return found;
  }

  private Prepared reducing(Shape shape) {
    try (PointerScope scope = new PointerScope()) {
      memory.desc from = matrix(shape.dtype(), shape.rows(), shape.inner());
      memory.desc to = matrix(DType.F32, shape.rows(), 1);
      int algorithm =
          shape.kind() == Kind.LARGEST ? dnnl.dnnl_reduction_max : dnnl.dnnl_reduction_min;
      var description = new reduction.primitive_desc(processor, algorithm, from, to, 0, 0);
      return new Prepared(new reduction(description), from, to);
    }
  }

  /**
   * {@code codes = round(x / scales)}, halves to even, kept within a byte.
   *
   * @param x dense, F32 or BF16 {@code [n, i]}
   * @param scales F32 {@code [n, 1]}
   * @param codes I8 {@code [n, i]}, written
   */
  void quantise(Tensor x, Tensor scales, Tensor codes) {
    Prepared made = prepared(new Shape(Kind.QUANTISE, x), this::quantising);
    run(
        made,
        new int[] {dnnl.DNNL_ARG_FROM, dnnl.DNNL_ARG_TO, scalesOf(dnnl.DNNL_ARG_DST)},
        x,
        codes,
        scales);
  }

  /**
   * {@code y ← (codes · weightᵀ) ⊙ scales ⊙ weightScales [+ bias]}.
   *
   * @param codes I8 {@code [n, i]}
   * @param scales F32 {@code [n, 1]}
   * @param weight I8 {@code [o, i]}, dense
   * @param weightScales F32 {@code [o]}
   * @param bias {@code [o]}, null for none
   * @param y F32 or BF16 {@code [n, o]}, written
   */
  void byColumns(
      Tensor codes,
      Tensor scales,
      Tensor weight,
      Tensor weightScales,
      @Nullable Tensor bias,
      Tensor y) {
    Tensor[] added = {};
    boolean toTarget = allowed == Int8Codes.ALL;
    if (bias != null && toTarget) {
      y.copyInPlace(bias);
    } else if (bias != null) {
      added = new Tensor[] {bias.to(DType.F32)};
    }
    Shape shape =
        new Shape(
            Kind.BY_COLUMNS, codes.size(0), codes.size(1), weight.size(0), y.dtype(), bias != null);
    int[] places = {
      dnnl.DNNL_ARG_SRC,
      dnnl.DNNL_ARG_WEIGHTS,
      dnnl.DNNL_ARG_DST,
      postOp(0),
      scalesOf(dnnl.DNNL_ARG_WEIGHTS),
      postOp(1)
    };
    long whole = whole(codes.size(1));
    if (whole > 0) {
      Tensor[] passed = {codes, weight, y, scales, weightScales};
      run(prepared(shape, this::multiplying), places, joined(passed, added));
    } else if (!toTarget) {
      y.zeroInPlace();
      for (Tensor one : added) {
        y.addInPlace(one);
      }
    }
    long rest = codes.size(1) - whole;
    if (rest > 0) {
      Tensor columns = weight.narrow(1, whole, rest).to(DType.F32);
      columns.mulInPlace(weightScales.view(weight.size(0), 1));
      addRest(codes.narrow(1, whole, rest), scales, columns.t(), y);
    }
  }

  private static Tensor[] joined(Tensor[] first, Tensor[] second) {
    Tensor[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /**
   * {@code y ← [y +] (codes · weight) ⊙ scales}.
   *
   * @param codes I8 {@code [n, o]}
   * @param scales F32 {@code [n, 1]}
   * @param weight I8 {@code [o, i]}, dense
   * @param y F32 or BF16 {@code [n, i]}, written
   * @param adds whether to what y holds, see {@link #addToTarget}
   */
  void byRows(Tensor codes, Tensor scales, Tensor weight, Tensor y, boolean adds) {
    Shape shape =
        new Shape(Kind.BY_ROWS, codes.size(0), codes.size(1), weight.size(1), y.dtype(), adds);
    int[] places = {dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_DST, postOp(0)};
    long whole = whole(codes.size(1));
    if (whole > 0) {
      run(prepared(shape, this::multiplying), places, codes, weight, y, scales);
    } else if (!adds) {
      y.zeroInPlace();
    }
    long rest = codes.size(1) - whole;
    if (rest > 0) {
      Tensor rows = weight.narrow(0, whole, rest).to(DType.F32);
      addRest(codes.narrow(1, whole, rest), scales, rows, y);
    }
  }

  /** How many of a product's terms oneDNN adds up. */
  private long whole(long inner) {
    return allowed == Int8Codes.ALL ? inner : inner / TOGETHER * TOGETHER;
  }

  /** The last few terms, in floats. */
  private static void addRest(Tensor codes, Tensor scales, Tensor weight, Tensor y) {
    y.addMatmulInPlace(codes.to(DType.F32).mulInPlace(scales), weight, 1.0);
  }

  private static int postOp(int index) {
    return dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (index + 1) | dnnl.DNNL_ARG_SRC_1;
  }

  private static int scalesOf(int argument) {
    return dnnl.DNNL_ARG_ATTR_SCALES | argument;
  }

  private interface Making {
    Prepared of(Shape shape);
  }

  private Prepared prepared(Shape shape, Making making) {
    Prepared made = kept.get(shape);
    if (made == null) {
      made = making.of(shape);
      kept.put(shape, made);
    }
    return made;
  }

  private Prepared quantising(Shape shape) {
    try (PointerScope scope = new PointerScope()) {
      memory.desc from = matrix(shape.dtype(), shape.rows(), shape.inner());
      memory.desc to = matrix(DType.I8, shape.rows(), shape.inner());
      primitive_attr attributes = new primitive_attr();
      attributes.set_scales_mask(dnnl.DNNL_ARG_DST, 1);
      var description =
          new reorder.primitive_desc(processor, from, processor, to, attributes, false);
      return new Prepared(new reorder(description), from, to, vector(shape.rows()));
    }
  }

  /**
   * The rows' scales are one factor of each row of the product. oneDNN has fast code for that when
   * the matrices are of three dimensions, a batch of one; with two it falls back to plain loops, a
   * thousand times slower.
   */
  private Prepared multiplying(Shape shape) {
    try (PointerScope scope = new PointerScope()) {
      boolean byColumns = shape.kind() == Kind.BY_COLUMNS;
      long inner = shape.inner();
      long whole = whole(inner);
      memory.desc source = codes(shape.rows(), whole, inner, 1);
      memory.desc weight =
          byColumns
              ? codes(whole, shape.outer(), 1, inner)
              : codes(whole, shape.outer(), shape.outer(), 1);
      memory.desc target = batch(shape.dtype(), memory.format_tag.abc, shape.rows(), shape.outer());
      memory.desc scales = batch(DType.F32, memory.format_tag.abc, shape.rows(), 1);
      primitive_attr attributes = new primitive_attr();
      if (byColumns) {
        attributes.set_scales_mask(dnnl.DNNL_ARG_WEIGHTS, 1 << 2);
      }
      post_ops after = new post_ops();
      after.append_binary(dnnl.dnnl_binary_mul, scales);
      memory.desc columns = batch(DType.F32, memory.format_tag.abc, 1, shape.outer());
      if (shape.adds() && allowed == Int8Codes.ALL) {
        after.append_sum();
      } else if (shape.adds()) {
        after.append_binary(dnnl.dnnl_binary_add, columns);
      }
      attributes.set_post_ops(after);
      var description =
          new matmul.primitive_desc(processor, source, weight, target, attributes, false);
      memory.desc[] arguments =
          byColumns
              ? new memory.desc[] {source, weight, target, scales, vector(shape.outer()), columns}
              : new memory.desc[] {source, weight, target, scales};
      return new Prepared(new matmul(description), arguments);
    }
  }

  private void run(Prepared made, int[] places, Tensor... tensors) {
    try (PointerScope scope = new PointerScope()) {
      IntMemoryMap arguments = new IntMemoryMap();
      for (int i = 0; i < tensors.length; i++) {
        arguments.put(
            places[i], new memory(made.arguments.get(i), processor, tensors[i].handle.data_ptr()));
      }
      made.compute.execute(order, arguments);
      order._wait();
    }
  }

  private static memory.desc matrix(DType dtype, long rows, long columns) {
    return new memory.desc(new long[] {rows, columns}, type(dtype), memory.format_tag.ab);
  }

  private static memory.desc vector(long count) {
    return new memory.desc(new long[] {count}, type(DType.F32), memory.format_tag.a);
  }

  /** A batch of one matrix of codes, with the distances of neighbours in bytes. */
  private static memory.desc codes(long rows, long columns, long below, long beside) {
    long[] strides = {Math.multiplyExact(rows, columns), below, beside};
    return new memory.desc(new long[] {1, rows, columns}, memory.data_type.s8, strides);
  }

  private static memory.desc batch(DType dtype, memory.format_tag layout, long rows, long columns) {
    return new memory.desc(new long[] {1, rows, columns}, type(dtype), layout);
  }

  private static memory.data_type type(DType dtype) {
    return switch (dtype) {
      case F32 -> memory.data_type.f32;
      case BF16 -> memory.data_type.bf16;
      case I8 -> memory.data_type.s8;
      default -> throw new IllegalArgumentException("no int8 product of " + dtype);
    };
  }
}
