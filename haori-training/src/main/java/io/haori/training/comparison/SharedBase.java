package io.haori.training.comparison;

import io.haori.inference.model.TextBase;
import io.haori.tensor.quant.BaseForm;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one base in memory, in the form that the next run wants. It is loaded again only where that
 * changes: for a method that trains the base's own weights, which need all their bits, and where
 * methods are compared on bases in different forms.
 */
final class SharedBase implements AutoCloseable {
  private final Function<BaseForm, TextBase> source;
  private @Nullable TextBase base;
  private @Nullable BaseForm form;

  SharedBase(Function<BaseForm, TextBase> source) {
    this.source = source;
  }

  TextBase in(BaseForm wanted) {
    TextBase present = base;
    if (present == null || !wanted.equals(form)) {
      close();
      present = source.apply(wanted);
      base = present;
      form = wanted;
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
