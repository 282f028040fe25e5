package io.haori.training.task;

import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.data.Row;
import io.haori.training.data.TokenizedRows;
import java.util.List;
import java.util.Map;

/** How far two models with the same heads are apart, for example before and after an export. */
public final class Agreement {
  private Agreement() {}

  /**
   * The greatest difference of a score before the softmax.
   *
   * @param one its heads are used for both
   * @param other on the same tokenizer
   * @param texts what both are asked; at least one
   * @return at least 0, over all texts, heads and classes
   */
  public static double difference(TextModel one, TextModel other, List<String> texts) {
    List<Row> rows = texts.stream().map(text -> new Row(text, null, null, null, 1)).toList();
    double greatest = 0;
    try (Scope scope = Scope.open()) {
      TokenizedRows tokens = one.tokenize(rows);
      Tensor apart = one.vectors(tokens).sub(other.vectors(tokens));
      for (Map.Entry<String, Tensor> head : one.heads().tensors().entrySet()) {
        // The biases are equal and fall out of the difference.
        if (head.getKey().endsWith(".weight")) {
          for (float score : apart.matmul(head.getValue().t()).toFloats()) {
            greatest = Math.max(greatest, Math.abs(score));
          }
        }
      }
    }
    return greatest;
  }
}
