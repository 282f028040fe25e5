package io.haori.adapter.route;

import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How much of each module each text of a batch gets: by the cosine of its vector in the frozen base
 * with the mean vector of each domain's texts.
 *
 * <pre>{@code
 * u = mean of the text's last states, of length 1       c_k = mean of u over texts of domain k, of length 1
 * g = softmax over the top of (u · c_k) / T
 * }</pre>
 *
 * @param byText F32 {@code [texts, N]}
 * @param byToken F32 {@code [tokens, N]}
 * @param byPlace F32 {@code [m, N]}, null where no single tokens are wanted
 */
record NearestShares(Tensor byText, Tensor byToken, @Nullable Tensor byPlace) {
  /**
   * Reads the texts by the frozen base.
   *
   * @param config how shares follow from likeness
   * @param centroids F32 {@code [N, width]} of unit length
   * @param backbone the base
   * @param batch the texts
   * @param places I64 {@code [m]} tokens that are wanted of the last layer, or null
   * @param dtype of the pass
   */
  static NearestShares of(
      RouteConfig config,
      Tensor centroids,
      Backbone backbone,
      TextBatch batch,
      @Nullable Tensor places,
      DType dtype) {
    Tensor vectors;
    try (Tape tape = Tape.inference(dtype)) {
      vectors = unit(Pooling.MEAN.apply(tape, backbone, batch, Adaptation.NONE, false).value());
    }
    Tensor byText = Shares.of(vectors.matmul(centroids.t()), config.top(), config.temperature());
    long[] textOf = new long[Math.toIntExact(batch.tokens())];
    for (int row = 0; row < batch.rows(); row++) {
      int first = Math.toIntExact(batch.firstOf(row));
      Arrays.fill(textOf, first, first + batch.lengthOf(row), row);
    }
    Tensor byToken = byText.indexSelect(0, Tensors.of(textOf, textOf.length));
    return new NearestShares(
        byText, byToken, places == null ? null : byToken.indexSelect(0, places));
  }

  /** Vectors of length 1 in F32. */
  static Tensor unit(Tensor vectors) {
    Tensor exact = vectors.to(DType.F32);
    return exact.div(exact.square().sum(1, true).add(1e-12).sqrt());
  }

  /**
   * The shares of an input: of all tokens, of the wanted ones, or of texts as a whole.
   *
   * @param rows how many it has
   */
  Tensor of(long rows) {
    if (rows == byToken.size(0)) {
      return byToken;
    }
    Tensor wanted = byPlace;
    if (wanted != null && rows == wanted.size(0)) {
      return wanted;
    }
    if (rows == byText.size(0)) {
      return byText;
    }
    throw new IllegalStateException(rows + " rows of " + byText.size(0) + " texts");
  }
}
