package io.haori.training.comparison;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one base in memory, in the type that the next run wants. It is loaded again only where a
 * method trains the base's own weights, which need all their bits, and the others compute in bf16.
 */
final class SharedBase implements AutoCloseable {
  private final Function<DType, TextBase> source;
  private @Nullable TextBase base;
  private @Nullable DType dtype;

  SharedBase(Function<DType, TextBase> source) {
    this.source = source;
  }

  TextBase in(DType wanted) {
    TextBase present = base;
    if (present == null || dtype != wanted) {
      close();
      present = source.apply(wanted);
      base = present;
      dtype = wanted;
    }
    return present;
  }

  @Override
  public void close() {
    if (base != null) {
      base.close();
      base = null;
    }
  }
}
