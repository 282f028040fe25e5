package io.haori.model.backbone;

import io.haori.model.family.bert.BertConfig;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Attention;
import io.haori.tensor.grad.Dropout;
import io.haori.tensor.grad.Gelu;
import io.haori.tensor.grad.LayerNorm;
import io.haori.tensor.grad.SelectRows;
import io.haori.tensor.grad.Sequences;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One layer of the encoder (post-norm, Devlin et al. 2018, arXiv 1810.04805).
 *
 * <pre>{@code
 * a = LayerNorm(x + output(attention(query(x), key(x), value(x))))
 * y = LayerNorm(a + down(gelu(up(a))))                              all [n, hidden]
 * }</pre>
 */
final class EncoderLayer implements AutoCloseable {
  private final BertConfig config;
  private final int index;
  private final AdaptedProducts queryKeyValue;
  private final AdaptedProducts attentionOutput;
  private final AdaptedProducts up;
  private final AdaptedProducts down;
  private final Weight attentionGain;
  private final Weight attentionShift;
  private final Weight outputGain;
  private final Weight outputShift;

  EncoderLayer(WeightLoader loader, BertConfig config, int index) {
    this.config = config;
    this.index = index;
    String layer = "encoder.layer." + index + ".";
    String self = layer + "attention.self.";
    int width = config.hiddenSize();
    queryKeyValue = AdaptedProducts.load(loader, self + "query", self + "key", self + "value");
    attentionOutput = AdaptedProducts.load(loader, layer + "attention.output.dense");
    up = AdaptedProducts.load(loader, layer + "intermediate.dense");
    down = AdaptedProducts.load(loader, layer + "output.dense");
    attentionGain = loader.one(layer + "attention.output.LayerNorm.weight", width);
    attentionShift = loader.one(layer + "attention.output.LayerNorm.bias", width);
    outputGain = loader.one(layer + "output.LayerNorm.weight", width);
    outputShift = loader.one(layer + "output.LayerNorm.bias", width);
  }

  List<Slot> slots() {
    return products().stream().flatMap(product -> product.slots().stream()).toList();
  }

  /** Whether an adapter sits on it, or a weight of its own is trained. */
  boolean learns(Adaptation adaptation) {
    return weights().stream().anyMatch(Weight::trainable)
        || slots().stream().anyMatch(slot -> adaptation.at(slot) != null);
  }

  /** The weights of the linear layers. */
  List<Weight> linear() {
    return products().stream().flatMap(product -> product.weights().stream()).toList();
  }

  List<Weight> weights() {
    List<Weight> all = new ArrayList<>(linear());
    all.addAll(List.of(attentionGain, attentionShift, outputGain, outputShift));
    return all;
  }

  /**
   * Applies it.
   *
   * @param x {@code [n, hidden]}
   * @param places I64 {@code [m]}, the tokens whose states are wanted: what follows attention is
   *     computed for them alone; null for all
   * @param dropout its factors are those of the wanted tokens
   * @return {@code [m, hidden]}
   */
  Variable apply(
      Tape tape,
      Variable x,
      Sequences.Pass sequences,
      @Nullable Tensor places,
      Adaptation adaptation,
      HiddenDropout dropout) {
    double epsilon = config.layerNormEpsilon();
    Variable qkv = queryKeyValue.apply(tape, x, adaptation);
    Variable context = Attention.apply(tape, qkv, sequences, config.heads());
    Variable input = x;
    if (places != null) {
      context = SelectRows.apply(tape, context, places);
      input = SelectRows.apply(tape, x, places);
    }
    Variable attended =
        dropped(tape, attentionOutput.apply(tape, context, adaptation), dropout, 1 + 2 * index);
    Variable a = LayerNorm.apply(tape, attended, input, attentionGain, attentionShift, epsilon);
    Variable activated = Gelu.apply(tape, up.apply(tape, a, adaptation));
    Variable projected =
        dropped(tape, down.apply(tape, activated, adaptation), dropout, 2 + 2 * index);
    return LayerNorm.apply(tape, projected, a, outputGain, outputShift, epsilon);
  }

  /** A fresh variable under the dropout of its place. */
  static Variable dropped(Tape tape, Variable x, HiddenDropout dropout, int place) {
    Tensor factors = dropout.factors(place);
    return factors == null ? x : Dropout.apply(tape, x, factors);
  }

  private List<AdaptedProducts> products() {
    return List.of(queryKeyValue, attentionOutput, up, down);
  }

  @Override
  public void close() {
    products().forEach(AdaptedProducts::close);
    List.of(attentionGain, attentionShift, outputGain, outputShift).forEach(Weight::close);
  }
}
