package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a base model: frozen, unless it was made trainable. Several weights that are applied
 * to the same input may be rows of one larger weight, so that one product serves them all.
 */
public final class Weight implements AutoCloseable {
  private final String name;
  private final Tensor frozen;
  private final List<Weight> parts;
  private @Nullable Parameter parameter;

  /** The frozen value in a further type, see {@link #keepCopy}. */
  private @Nullable Tensor copy;

  private Weight(String name, Tensor frozen, List<Weight> parts) {
    this.name = name;
    this.frozen = frozen.retain();
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

  /** As in the base's file. */
  public String name() {
    return name;
  }

  /** The parts, or this alone when it has none. */
  public List<Weight> parts() {
    return parts.isEmpty() ? List.of(this) : parts;
  }

  /** The value as loaded, in its stored type; what training moves is not in it. */
  public Tensor frozen() {
    return frozen;
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
        part.parameter = new Parameter(part.name, part.frozen.to(DType.F32).copy());
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
   * @param dtype of the copy; nothing is kept when the value has it already
   */
  public void keepCopy(DType dtype) {
    dropCopy();
    if (frozen.dtype() != dtype) {
      try (Scope scope = Scope.open()) {
        copy = frozen.to(dtype).retain();
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
      return frozen;
    }
    return Tensors.cat(parts.stream().map(Weight::current).map(t -> t.to(DType.F32)).toList(), 0);
  }

  /**
   * Adds a gradient to the parameters of the trainable parts.
   *
   * @param gradient of the whole weight's shape
   */
  public void accumulate(Tensor gradient) {
    long row = 0;
    for (Weight part : parts()) {
      long rows = part.frozen.size(0);
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
    frozen.close();
  }
}
