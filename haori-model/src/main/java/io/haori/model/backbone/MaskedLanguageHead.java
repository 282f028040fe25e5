package io.haori.model.backbone;

import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.grad.activation.Gelu;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The base's own masked-LM head: {@code decoder(LayerNorm(gelu(dense(h))))}, the decoder being the
 * word table with a bias of its own.
 */
public final class MaskedLanguageHead implements AutoCloseable {
  private final Weight dense;
  private final @Nullable Weight denseBias;
  private final Norm norm;
  private final Weight word;
  private final @Nullable Weight bias;

  /**
   * What a head is called in a file.
   *
   * @param dense its linear layer, without {@code .weight} and {@code .bias}
   * @param norm its normalisation, likewise
   * @param bias the decoder's own bias
   */
  public record Names(String dense, String norm, String bias) {}

  private MaskedLanguageHead(
      Weight dense, @Nullable Weight denseBias, Norm norm, Weight word, @Nullable Weight bias) {
    this.dense = dense;
    this.denseBias = denseBias;
    this.norm = norm;
    this.word = word;
    this.bias = bias;
  }

  /**
   * Reads a head whose linear layer and normalisation have biases.
   *
   * @param loader of the base's weights
   * @param names under which the file may have it
   * @param word {@code [vocabulary, hidden]}, shared with the embeddings
   * @param epsilon of the normalisation
   * @return null when the file has none
   */
  public static @Nullable MaskedLanguageHead loadIfPresent(
      WeightLoader loader, Names names, Weight word, double epsilon) {
    if (!loader.containsPlain(names.bias()) || !loader.containsPlain(names.dense() + ".weight")) {
      return null;
    }
    long words = word.shape()[0];
    long width = word.shape()[1];
    return new MaskedLanguageHead(
        loader.plain(names.dense() + ".weight", width, width),
        loader.plain(names.dense() + ".bias", width),
        new MeanNorm(
            loader.plain(names.norm() + ".weight", width),
            loader.plain(names.norm() + ".bias", width),
            epsilon),
        word,
        loader.plain(names.bias(), words));
  }

  /**
   * Puts a head together.
   *
   * @param dense {@code [hidden, hidden]}
   * @param denseBias {@code [hidden]}, null for none
   * @param norm of the transformed states
   * @param word {@code [vocabulary, hidden]}, shared with the embeddings
   * @param bias {@code [vocabulary]}, null for none
   */
  public static MaskedLanguageHead of(
      Weight dense, @Nullable Weight denseBias, Norm norm, Weight word, @Nullable Weight bias) {
    return new MaskedLanguageHead(dense, denseBias, norm, word, bias);
  }

  /** Its own weights; the word table belongs to the embeddings. */
  List<Weight> weights() {
    List<Weight> all = new ArrayList<>();
    all.add(dense);
    if (denseBias != null) {
      all.add(denseBias);
    }
    all.addAll(norm.weights());
    if (bias != null) {
      all.add(bias);
    }
    return all;
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
    Variable normalised = norm.apply(tape, transformed);
    return Linear.apply(tape, normalised, word, bias);
  }

  @Override
  public void close() {
    weights().forEach(Weight::close);
  }
}
