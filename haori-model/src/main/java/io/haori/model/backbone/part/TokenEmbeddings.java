package io.haori.model.backbone.part;

import io.haori.model.backbone.Embeddings;
import io.haori.model.backbone.Norm;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Lookup;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.InputGradients;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What layers start from, one row a token: {@code Norm(word[id] + position[place] +
 * type[segment])}, where families without learnt positions, segments or the normalisation leave
 * them out.
 *
 * @param word {@code [vocabulary, hidden]}; a masked-LM head shares it
 * @param position {@code [positions, hidden]}, null where places are not learnt
 * @param firstPosition row of the position table that a text's first token has
 * @param type {@code [segments, hidden]}, null without segments
 * @param norm of the sum, null where the first layer normalises it
 */
public record TokenEmbeddings(
    Weight word,
    @Nullable Weight position,
    int firstPosition,
    @Nullable Weight type,
    @Nullable Norm norm)
    implements Embeddings {

  /** In the order of the sum. */
  @Override
  public List<Weight> weights() {
    List<Weight> all = new ArrayList<>();
    all.add(word);
    if (position != null) {
      all.add(position);
    }
    if (type != null) {
      all.add(type);
    }
    if (norm != null) {
      all.addAll(norm.weights());
    }
    return all;
  }

  @Override
  public Variable apply(Tape tape, TextBatch batch) {
    Variable sum = Lookup.apply(tape, word, batch.ids(), null);
    if (position != null) {
      sum = Lookup.apply(tape, position, positions(batch), sum);
    }
    if (type != null) {
      sum = Lookup.apply(tape, type, batch.typeIds(), sum);
    }
    return norm == null ? sum : norm.apply(tape, sum);
  }

  private Tensor positions(TextBatch batch) {
    long[] places = new long[Math.toIntExact(batch.tokens())];
    for (int row = 0; row < batch.rows(); row++) {
      for (int at = 0; at < batch.lengthOf(row); at++) {
        places[(int) batch.firstOf(row) + at] = (long) firstPosition + batch.before(row) + at;
      }
    }
    return Tensors.of(places, places.length);
  }

  /**
   * The table of words. Gradients behind it come from dense rows whatever the layers' are computed
   * from: those of the scores of all words are one large number a place, of the right word, and
   * thousands of small ones that weigh as much together, which 8 bits a row would round to nothing.
   */
  @Override
  public void quantise() {
    word.quantise(List.of(), InputGradients.FLOAT);
  }

  @Override
  public void keepIn8Bits() {
    if (word.isDeferred()) {
      word.keepIn8Bits(List.of(), InputGradients.FLOAT);
    }
  }
}
