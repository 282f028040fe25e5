package io.haori.model.backbone.part;

import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.Layer;
import io.haori.model.backbone.Norm;
import io.haori.model.backbone.PassLayout;
import io.haori.model.backbone.SelfAttention;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.SelectRows;
import io.haori.tensor.grad.Sum;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer that normalises what attention and feed-forward read, and leaves the sums as they are
 * (Xiong et al. 2020, arXiv 2002.04745).
 *
 * <pre>{@code
 * a = x + attention(attentionNorm(x))
 * y = a + feedForward(feedForwardNorm(a))                         all [n, hidden]
 * }</pre>
 *
 * @param attentionNorm before attention; null where the input is normalised already
 * @param attention how tokens see each other
 * @param feedForwardNorm before the feed-forward part
 * @param feedForward what works on each token alone
 */
public record PreNormLayer(
    @Nullable Norm attentionNorm,
    SelfAttention attention,
    Norm feedForwardNorm,
    FeedForward feedForward)
    implements Layer {
  @Override
  public List<Norm> norms() {
    List<Norm> norms = new ArrayList<>();
    if (attentionNorm != null) {
      norms.add(attentionNorm);
    }
    norms.add(feedForwardNorm);
    return norms;
  }

  @Override
  public Variable apply(
      Tape tape,
      Variable x,
      PassLayout layout,
      @Nullable Tensor places,
      Adaptation adaptation,
      HiddenDropout dropout) {
    Variable read = attentionNorm == null ? x : attentionNorm.apply(tape, x);
    Variable attended = attention.apply(tape, read, layout, places, adaptation);
    Variable input = places == null ? x : SelectRows.apply(tape, x, places);
    Variable a = Sum.apply(tape, input, Layer.dropped(tape, attended, dropout, 0));
    Variable projected = feedForward.apply(tape, feedForwardNorm.apply(tape, a), adaptation);
    return Sum.apply(tape, a, Layer.dropped(tape, projected, dropout, 1));
  }
}
