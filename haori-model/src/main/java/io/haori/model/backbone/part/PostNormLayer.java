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
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer that normalises after each sum (Devlin et al. 2018, arXiv 1810.04805).
 *
 * <pre>{@code
 * a = attentionNorm(x + attention(x))
 * y = outputNorm(a + feedForward(a))                              all [n, hidden]
 * }</pre>
 *
 * @param attention how tokens see each other
 * @param attentionNorm of the first sum
 * @param feedForward what works on each token alone
 * @param outputNorm of the second sum
 */
public record PostNormLayer(
    SelfAttention attention, Norm attentionNorm, FeedForward feedForward, Norm outputNorm)
    implements Layer {
  @Override
  public List<Norm> norms() {
    return List.of(attentionNorm, outputNorm);
  }

  @Override
  public Variable apply(
      Tape tape,
      Variable x,
      PassLayout layout,
      @Nullable Tensor places,
      Adaptation adaptation,
      HiddenDropout dropout) {
    Variable attended = attention.apply(tape, x, layout, places, adaptation);
    Variable input = places == null ? x : SelectRows.apply(tape, x, places);
    Variable a = attentionNorm.applyToSum(tape, Layer.dropped(tape, attended, dropout, 0), input);
    Variable projected = feedForward.apply(tape, a, adaptation);
    return outputNorm.applyToSum(tape, Layer.dropped(tape, projected, dropout, 1), a);
  }
}
