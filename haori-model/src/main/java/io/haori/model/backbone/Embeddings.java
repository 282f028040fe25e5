package io.haori.model.backbone;

import io.haori.model.family.bert.BertConfig;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.LayerNorm;
import io.haori.tensor.grad.Lookup;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;

/** {@code LayerNorm(word[id] + type[segment] + position[place])}, one row a token. */
final class Embeddings implements AutoCloseable {
  private final Weight word;
  private final Weight position;
  private final Weight type;
  private final Weight gain;
  private final Weight shift;
  private final BertConfig config;

  Embeddings(WeightLoader loader, BertConfig config) {
    this.config = config;
    int width = config.hiddenSize();
    word = loader.one("embeddings.word_embeddings.weight", config.vocabularySize(), width);
    position = loader.one("embeddings.position_embeddings.weight", config.maxPositions(), width);
    type =
        loader.one("embeddings.token_type_embeddings.weight", config.typeVocabularySize(), width);
    gain = loader.one("embeddings.LayerNorm.weight", width);
    shift = loader.one("embeddings.LayerNorm.bias", width);
  }

  /** The word table {@code [vocabulary, hidden]}, which a masked-LM head shares. */
  Weight word() {
    return word;
  }

  List<Weight> weights() {
    return List.of(word, position, type, gain, shift);
  }

  /** Token ids to {@code [tokens, hidden]}. */
  Variable apply(Tape tape, TextBatch batch) {
    Variable sum = Lookup.apply(tape, word, batch.ids(), null);
    sum = Lookup.apply(tape, position, positions(batch), sum);
    sum = Lookup.apply(tape, type, batch.typeIds(), sum);
    return LayerNorm.apply(tape, sum, null, gain, shift, config.layerNormEpsilon());
  }

  /** BERT counts places from 0, RoBERTa from the padding id plus 1. */
  private Tensor positions(TextBatch batch) {
    long start = config.modelType().equals("roberta") ? config.padTokenId() + 1L : 0;
    long[] places = new long[Math.toIntExact(batch.tokens())];
    for (int row = 0; row < batch.rows(); row++) {
      for (int at = 0; at < batch.lengthOf(row); at++) {
        places[(int) batch.firstOf(row) + at] = start + at;
      }
    }
    return Tensor.of(places, places.length);
  }

  @Override
  public void close() {
    weights().forEach(Weight::close);
  }
}
