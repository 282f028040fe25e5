package io.haori.training.task;

import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.Dataset;
import java.util.Arrays;
import java.util.List;

/**
 * Whether this processor's products of a row depend on the rows beside it in their last bits, as
 * they do without AVX-512: what is computed in other batches is then the same but for rounding.
 */
public final class RowProducts {
  private RowProducts() {}

  /** Whether a text's vector has the same bits alone and beside others. */
  public static boolean areApart(TextBase base, Dataset data) {
    List<String> texts = data.train().rows().stream().map(Row::text).toList();
    float[][] together = base.embed(texts);
    for (int i = 0; i < together.length; i++) {
      if (!Arrays.equals(base.embed(List.of(texts.get(i)))[0], together[i])) {
        return false;
      }
    }
    return true;
  }
}
