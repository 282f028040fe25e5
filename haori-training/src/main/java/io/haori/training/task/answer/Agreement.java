package io.haori.training.task.answer;

import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.backbone.Pooling;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import java.util.Arrays;
import java.util.List;

/** How far two models for the same labels are apart, for example before and after an export. */
public final class Agreement {
  private Agreement() {}

  /**
   * The greatest difference of a score before the softmax.
   *
   * @param one stays open
   * @param other with the same labels, on the same tokenizer
   * @param rows what both are asked; at least one
   * @return at least 0, over all texts, heads and classes
   */
  public static double difference(TextModel one, TextModel other, List<Row> rows) {
    double greatest = 0;
    TokenizedRows tokens = one.tokenize(rows);
    for (int head = 0; head < one.heads().labels().size(); head++) {
      int[] ofRows = new int[rows.size()];
      Arrays.fill(ofRows, head);
      float[][] expected = one.pass().logits(tokens, ofRows);
      float[][] actual = other.pass().logits(tokens, ofRows);
      for (int row = 0; row < expected.length; row++) {
        for (int k = 0; k < expected[row].length; k++) {
          // Both have no number at a word that was cut.
          boolean both = Float.isNaN(expected[row][k]) && Float.isNaN(actual[row][k]);
          greatest =
              both ? greatest : Math.max(greatest, Math.abs(expected[row][k] - actual[row][k]));
        }
      }
    }
    return greatest;
  }

  /**
   * The greatest difference for modules without a head: of a decoder that of a score of the token
   * behind a text, else that of a number in a text's mean vector.
   *
   * @param one a base
   * @param onIt a module of this base
   * @param other a base on the same tokenizer
   * @param onOther a module of the other base
   * @param rows what both are asked; at least one
   * @return at least 0, over all texts and tokens or dimensions
   */
  public static double difference(
      TextBase one, AdapterModule onIt, TextBase other, AdapterModule onOther, List<Row> rows) {
    boolean writes = one.backbone().causalHead() != null && other.backbone().causalHead() != null;
    TextOptions options =
        new TextOptions(
            writes ? Pooling.LAST : Pooling.MEAN,
            Math.min(512, one.backbone().positions()),
            DType.F32);
    try (Scope scope = Scope.open()) {
      TokenizedRows tokens = one.reader().read(rows, options.maxLength());
      Tensor ours = outputs(one, onIt, options, tokens);
      float[] apart = ours.sub(outputs(other, onOther, options, tokens)).toFloats();
      double greatest = 0;
      for (float number : apart) {
        greatest = Math.max(greatest, Math.abs(number));
      }
      return greatest;
    }
  }

  /** Scores of the next token where texts are read at their last one; else vectors. */
  private static Tensor outputs(
      TextBase base, AdapterModule module, TextOptions options, TokenizedRows tokens) {
    Tensor vectors = TextVectors.of(base, module, options, tokens);
    CausalLanguageHead head = base.backbone().causalHead();
    if (options.pooling() != Pooling.LAST || head == null) {
      return vectors;
    }
    try (Tape tape = Tape.inference(DType.F32)) {
      return head.logits(tape, tape.constant(vectors)).value();
    }
  }
}
