package io.haori.model.backbone;

import io.haori.model.family.bert.BertConfig;
import io.haori.tensor.grad.Gelu;
import io.haori.tensor.grad.LayerNorm;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The base's own masked-LM head: {@code decoder(LayerNorm(gelu(dense(h))))}, the decoder being the
 * word table with a bias of its own.
 */
public final class MaskedLanguageHead implements AutoCloseable {
  private final BertConfig config;
  private final Weight dense;
  private final Weight denseBias;
  private final Weight gain;
  private final Weight shift;
  private final Weight word;
  private final Weight bias;

  private MaskedLanguageHead(
      WeightLoader loader,
      BertConfig config,
      Weight word,
      String dense,
      String norm,
      String bias) {
    int width = config.hiddenSize();
    this.config = config;
    this.word = word;
    this.dense = loader.plain(dense + ".weight", width, width);
    this.denseBias = loader.plain(dense + ".bias", width);
    this.gain = loader.plain(norm + ".weight", width);
    this.shift = loader.plain(norm + ".bias", width);
    this.bias = loader.plain(bias, config.vocabularySize());
  }

  static @Nullable MaskedLanguageHead loadIfPresent(
      WeightLoader loader, BertConfig config, Weight word) {
    if (loader.containsPlain("cls.predictions.transform.dense.weight")) {
      return new MaskedLanguageHead(
          loader,
          config,
          word,
          "cls.predictions.transform.dense",
          "cls.predictions.transform.LayerNorm",
          "cls.predictions.bias");
    }
    if (loader.containsPlain("lm_head.dense.weight")) {
      return new MaskedLanguageHead(
          loader, config, word, "lm_head.dense", "lm_head.layer_norm", "lm_head.bias");
    }
    return null;
  }

  /** Its own weights; the word table belongs to the embeddings. */
  List<Weight> weights() {
    return List.of(dense, denseBias, gain, shift, bias);
  }

  /**
   * Scores of every word of the vocabulary.
   *
   * @param tape computes in its type
   * @param hidden {@code [n, hidden]}: the states of the places to predict
   * @return {@code [n, vocabulary]}
   */
  public Variable logits(Tape tape, Variable hidden) {
    Variable transformed = Gelu.apply(tape, Linear.apply(tape, hidden, dense, denseBias));
    Variable normalised =
        LayerNorm.apply(tape, transformed, null, gain, shift, config.layerNormEpsilon());
    return Linear.apply(tape, normalised, word, bias);
  }

  @Override
  public void close() {
    weights().forEach(Weight::close);
  }
}
