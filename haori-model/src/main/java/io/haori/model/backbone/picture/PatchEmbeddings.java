package io.haori.model.backbone.picture;

import io.haori.core.weights.DType;
import io.haori.model.backbone.Embeddings;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.PictureTokens;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What layers start from for pictures: {@code (learnt tokens; patches Wᵀ + b) + places}
 * (Dosovitskiy et al. 2020, arXiv 2010.11929).
 *
 * @param projection {@code [hidden, channels, side, side]}: a convolution whose windows do not
 *     overlap is a product with each patch
 * @param bias {@code [hidden]}
 * @param tokens the learnt tokens that lead the patches, and the places
 * @param side patches of a row, and of a column, of a picture of the usual size
 * @param resampling how places come about for pictures of another size
 */
public record PatchEmbeddings(
    Weight projection, Weight bias, PictureTokens tokens, int side, GridResampling resampling)
    implements Embeddings {
  @Override
  public List<Weight> weights() {
    List<Weight> all = new ArrayList<>(List.of(projection, bias));
    all.addAll(tokens.weights());
    return all;
  }

  @Override
  public Variable apply(Tape tape, TextBatch batch) {
    TextBatch.Pictures pictures = batch.pictures();
    Variable values = tape.constant(pictures.values().to(tape.dtype()));
    Variable patches = Linear.apply(tape, values, projection, bias);
    return tokens.apply(tape, patches, batch.rows(), interpolation(pictures));
  }

  private @Nullable Tensor interpolation(TextBatch.Pictures pictures) {
    int down = pictures.down();
    int across = pictures.across();
    return down == side && across == side
        ? null
        : resampling.matrix(side, down, across).to(DType.F32);
  }
}
