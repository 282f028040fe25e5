package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import io.haori.tensor.quant.Int8Matrix;
import io.haori.tensor.quant.QuantisedMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a base model: frozen, unless it was made trainable. Several weights that are applied
 * to the same input may be rows of one larger weight, so that one product serves them all. A matrix
 * is kept dense or in fewer bits, see {@link BasePrecision}, or is still in its file.
 */
public final class Weight implements AutoCloseable {
  private final String name;
  private final long[] shape;
  private final List<Weight> parts;

  /** Where the value is read from as long as it is not kept. */
  private @Nullable StoredMatrix stored;

  /** The value as loaded when it is kept dense; exactly one of the three is there. */
  private @Nullable Tensor dense;

  /** The value as loaded when it is kept in fewer bits. */
  private @Nullable QuantisedMatrix quantised;

  private @Nullable Parameter parameter;

  /** The frozen value in a further type, see {@link #keepCopy}. */
  private @Nullable Tensor copy;

  private Weight(String name, Tensor dense, List<Weight> parts) {
    this.name = name;
    this.shape = dense.shape();
    this.dense = dense.retain();
    this.quantised = null;
    this.parts = parts;
  }

  private Weight(String name, QuantisedMatrix quantised, List<Weight> parts) {
    this.name = name;
    this.shape = new long[] {quantised.outputs(), quantised.inputs()};
    this.dense = null;
    this.quantised = quantised;
    this.parts = parts;
  }

  private Weight(String name, long[] shape, @Nullable StoredMatrix stored, List<Weight> parts) {
    this.name = name;
    this.shape = shape.clone();
    this.stored = stored;
    this.parts = parts;
  }

  /**
   * A weight of its own.
   *
   * @param name as in the base's file
   * @param value any floating type; retained here
   */
  public static Weight of(String name, Tensor value) {
    return new Weight(name, value, List.of());
  }

  /**
   * Several weights as rows of one.
   *
   * @param names of the parts
   * @param values equal in all dimensions but the first; copied
   */
  public static Weight rows(List<String> names, List<Tensor> values) {
    Tensor joined = Tensors.cat(values, 0);
    List<Weight> parts = new ArrayList<>();
    long row = 0;
    for (int i = 0; i < names.size(); i++) {
      long rows = values.get(i).size(0);
      parts.add(of(names.get(i), joined.narrow(0, row, rows)));
      row += rows;
    }
    return new Weight(String.join("+", names), joined, List.copyOf(parts));
  }

  /**
   * A matrix in fewer bits.
   *
   * @param names of its parts, which lie one below another; one name for a matrix of one part
   * @param values of the parts, {@code [o, i]} of equal i
   * @param precision that keeps integers
   */
  public static Weight quantised(List<String> names, List<Tensor> values, BasePrecision precision) {
    List<Supplier<Tensor>> sources = new ArrayList<>();
    values.forEach(value -> sources.add(() -> value));
    return rounded(names, sources, precision);
  }

  /**
   * A matrix in fewer bits of which one part at a time is dense in memory.
   *
   * @param names of its parts, which lie one below another; one name for a matrix of one part
   * @param sources read the parts into the current scope, {@code [o, i]} of equal i
   * @param precision that keeps integers
   */
  public static Weight rounded(
      List<String> names, List<Supplier<Tensor>> sources, BasePrecision precision) {
    List<QuantisedMatrix> rounded = new ArrayList<>();
    for (Supplier<Tensor> source : sources) {
      try (Scope scope = Scope.open()) {
        rounded.add(precision.quantised(source.get()));
      }
    }
    List<Long> rows = rounded.stream().map(QuantisedMatrix::outputs).toList();
    QuantisedMatrix whole = precision.joined(rounded);
    List<Weight> parts = new ArrayList<>();
    long row = 0;
    for (int i = 0; names.size() > 1 && i < names.size(); i++) {
      parts.add(new Weight(names.get(i), whole.rows(row, rows.get(i)), List.of()));
      row += rows.get(i);
    }
    return new Weight(String.join("+", names), whole, List.copyOf(parts));
  }

  /**
   * A matrix that stays in its file until it has been read by a pass that says how it is kept, see
   * {@link #keepIn8Bits}; before, it is read anew whenever it is wanted, one part at a time.
   *
   * @param names of its parts, which lie one below another; one name for a matrix of one part
   * @param shapes of the parts, {@code [o, i]} of equal i
   * @param sources read the parts into the current scope, as {@code dtype}
   * @param dtype F32 or BF16
   */
  public static Weight deferred(
      List<String> names, List<long[]> shapes, List<Supplier<Tensor>> sources, DType dtype) {
    long rows = 0;
    List<Weight> parts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      rows += shapes.get(i)[0];
      if (names.size() > 1) {
        StoredMatrix own = new StoredMatrix(List.of(sources.get(i)), dtype, null);
        parts.add(new Weight(names.get(i), shapes.get(i), own, List.of()));
      }
    }
    return new Weight(
        String.join("+", names),
        new long[] {rows, shapes.get(0)[1]},
        new StoredMatrix(List.copyOf(sources), dtype, null),
        List.copyOf(parts));
  }

  /** Whether it is still in its file. */
  public boolean isDeferred() {
    return stored != null;
  }

  /**
   * Keeps a {@link #deferred} matrix in 8 bits as soon as it has been read.
   *
   * @param outliers columns that are multiplied in floats, see {@link Int8Matrix}
   * @param gradients what the gradient with respect to its input is computed from
   */
  public void keepIn8Bits(List<Long> outliers, InputGradients gradients) {
    stored =
        Objects.requireNonNull(stored)
            .rounded(new StoredMatrix.Rounding(List.copyOf(outliers), gradients));
  }

  /**
   * Reads a {@link #deferred} matrix part by part, and keeps it from then on if that was chosen.
   *
   * @return what was made of each part, owned by the current scope
   */
  List<Tensor> read(StoredMatrix.Use use) {
    StoredMatrix file = Objects.requireNonNull(stored);
    StoredMatrix.Rounding rounding = file.rounding();
    List<Tensor> made = new ArrayList<>();
    List<QuantisedMatrix> rounded = new ArrayList<>();
    long row = 0;
    for (Supplier<Tensor> source : file.parts()) {
      try (Scope scope = Scope.open()) {
        Tensor part = source.get();
        made.add(scope.keep(use.of(row, part)));
        row += part.size(0);
        if (rounding != null) {
          rounded.add(Int8Matrix.of(part, rounding.outliers(), rounding.gradients()));
        }
      }
    }
    if (rounding != null) {
      become(BasePrecision.INT8.joined(rounded), parts);
    }
    return made;
  }

  private void become(QuantisedMatrix matrix, List<Weight> ofParts) {
    long row = 0;
    for (Weight part : ofParts) {
      part.become(matrix.rows(row, part.shape[0]));
      row += part.shape[0];
    }
    become(matrix);
  }

  /**
   * Keeps a dense matrix, which is frozen, in 8 bits from here on; one in fewer bits stays as it
   * is. Nobody may be computing with it.
   *
   * @param outliers columns that are multiplied in floats, see {@link Int8Matrix}
   * @param gradients what the gradient with respect to its input is computed from
   */
  public void quantise(List<Long> outliers, InputGradients gradients) {
    if (quantised != null) {
      return;
    }
    try (Scope scope = Scope.open()) {
      Int8Matrix matrix = Int8Matrix.of(dense(), outliers, gradients);
      dropCopy();
      become(matrix, parts);
    }
  }

  private void become(QuantisedMatrix matrix) {
    if (dense != null) {
      dense.close();
    }
    dense = null;
    stored = null;
    quantised = matrix;
  }

  /** As in the base's file. */
  public String name() {
    return name;
  }

  /** The parts, or this alone when it has none. */
  public List<Weight> parts() {
    return parts.isEmpty() ? List.of(this) : parts;
  }

  /** Lengths of the dimensions. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long elements() {
    long count = 1;
    for (long length : shape) {
      count *= length;
    }
    return count;
  }

  /** Bytes that the value as loaded takes, and its copy if there is one. */
  public long bytes() {
    long kept = copy == null ? 0 : copy.byteCount();
    if (stored != null) {
      return kept;
    }
    return kept + (quantised == null ? dense().byteCount() : quantised.bytes());
  }

  /** How the value as loaded is kept. */
  public BasePrecision precision() {
    if (stored != null) {
      return BasePrecision.of(stored.dtype());
    }
    return quantised == null ? BasePrecision.of(dense().dtype()) : quantised.format();
  }

  /**
   * The value as loaded; what training moves is not in it. Of its stored type when it is kept
   * dense, else F32 and made anew at every call.
   */
  public Tensor frozen() {
    return quantised == null ? dense() : quantised.dense();
  }

  /** The matrix to multiply by in fewer bits, null when it is dense or was made trainable. */
  @Nullable QuantisedMatrix quantised() {
    return trainable() ? null : quantised;
  }

  private Tensor dense() {
    if (stored != null) {
      return stored.whole();
    }
    return Objects.requireNonNull(dense);
  }

  /** Whether it, or a part of it, is trainable. */
  public boolean trainable() {
    return parameter != null || parts.stream().anyMatch(Weight::trainable);
  }

  /**
   * Makes this weight trainable, starting from its frozen value.
   *
   * @return its parameter, or those of its parts
   */
  public List<Parameter> makeTrainable() {
    List<Parameter> made = new ArrayList<>();
    for (Weight part : parts()) {
      if (part.parameter == null) {
        part.parameter = new Parameter(part.name, part.frozen().to(DType.F32).copy());
      }
      made.add(part.parameter);
    }
    return made;
  }

  /** Freezes it again at the value that it was loaded with. */
  public void freeze() {
    for (Weight part : parts()) {
      if (part.parameter != null) {
        part.parameter.close();
        part.parameter = null;
      }
    }
  }

  /** The current value in the tape's type. */
  public Tensor value(Tape tape) {
    Tensor kept = copy;
    return kept != null && kept.dtype() == tape.dtype() && !trainable()
        ? kept
        : current().to(tape.dtype());
  }

  /**
   * Keeps the frozen value in a further type as well, so that tapes of that type need not convert
   * it at every pass.
   *
   * @param dtype of the copy; nothing is kept when the value has it already, or is kept in fewer
   *     bits, whose products read every type
   */
  public void keepCopy(DType dtype) {
    dropCopy();
    if (quantised == null && dense().dtype() != dtype) {
      try (Scope scope = Scope.open()) {
        copy = dense().to(dtype).retain();
      }
    }
  }

  /** Frees the copy; nobody may be computing with it. */
  public void dropCopy() {
    if (copy != null) {
      copy.close();
      copy = null;
    }
  }

  /** The current value: what training moved it to, or as it was loaded. */
  public Tensor current() {
    if (parameter != null) {
      return parameter.value();
    }
    if (!trainable()) {
      return frozen();
    }
    return Tensors.cat(parts.stream().map(Weight::current).map(t -> t.to(DType.F32)).toList(), 0);
  }

  /**
   * Some rows of the current value.
   *
   * @param index I64 {@code [n]}
   * @return {@code [n, i]}, of the type that the value is kept in, or F32 in fewer bits
   */
  Tensor rowsAt(Tensor index) {
    if (isDeferred()) {
      List<Tensor> rows = read((row, part) -> part.indexSelect(0, index));
      return rows.get(0);
    }
    QuantisedMatrix matrix = quantised();
    return matrix == null ? current().indexSelect(0, index) : matrix.rowsAt(index);
  }

  /**
   * Adds a gradient to the parameters of the trainable parts.
   *
   * @param gradient of the whole weight's shape
   */
  public void accumulate(Tensor gradient) {
    long row = 0;
    for (Weight part : parts()) {
      long rows = part.shape[0];
      if (part.parameter != null) {
        part.parameter.accumulate(gradient.narrow(0, row, rows));
      }
      row += rows;
    }
  }

  @Override
  public void close() {
    freeze();
    dropCopy();
    parts.forEach(Weight::close);
    if (dense != null) {
      dense.close();
    }
    if (quantised != null) {
      quantised.close();
    }
  }
}
