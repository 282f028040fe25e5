package io.haori.model.backbone.part;

import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.Layer;
import io.haori.model.backbone.Norm;
import io.haori.model.backbone.PassLayout;
import io.haori.model.backbone.SelfAttention;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.ColumnScale;
import io.haori.tensor.grad.SelectRows;
import io.haori.tensor.grad.Sum;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer that normalises what attention and feed-forward read, and multiplies each column of what
 * they give by a learnt factor (LayerScale, Touvron et al. 2021, arXiv 2103.17239).
 *
 * <pre>{@code
 * a = x + attentionScale ⊙ attention(attentionNorm(x))
 * y = a + feedForwardScale ⊙ feedForward(feedForwardNorm(a))        all [n, hidden]
 * }</pre>
 *
 * @param attentionNorm before attention
 * @param attention how tokens see each other
 * @param attentionScale {@code [hidden]}
 * @param feedForwardNorm before the feed-forward part
 * @param feedForward what works on each token alone
 * @param feedForwardScale {@code [hidden]}
 */
public record LayerScaleLayer(
    Norm attentionNorm,
    SelfAttention attention,
    Weight attentionScale,
    Norm feedForwardNorm,
    FeedForward feedForward,
    Weight feedForwardScale)
    implements Layer {
  @Override
  public List<Norm> norms() {
    return List.of(attentionNorm, feedForwardNorm);
  }

  @Override
  public List<Weight> weights() {
    List<Weight> all = new ArrayList<>(Layer.super.weights());
    all.add(attentionScale);
    all.add(feedForwardScale);
    return all;
  }

  @Override
  public Variable apply(
      Tape tape,
      Variable x,
      PassLayout layout,
      @Nullable Tensor places,
      Adaptation adaptation,
      HiddenDropout dropout) {
    Variable read = attentionNorm.apply(tape, x);
    Variable attended = attention.apply(tape, read, layout, places, adaptation);
    Variable scaled = ColumnScale.apply(tape, attended, attentionScale);
    Variable input = places == null ? x : SelectRows.apply(tape, x, places);
    Variable a = Sum.apply(tape, input, Layer.dropped(tape, scaled, dropout, 0));
    Variable projected = feedForward.apply(tape, feedForwardNorm.apply(tape, a), adaptation);
    Variable added = ColumnScale.apply(tape, projected, feedForwardScale);
    return Sum.apply(tape, a, Layer.dropped(tape, added, dropout, 1));
  }

  @Override
  public void close() {
    Layer.super.close();
    attentionScale.close();
    feedForwardScale.close();
  }
}
