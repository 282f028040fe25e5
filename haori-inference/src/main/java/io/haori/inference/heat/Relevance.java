package io.haori.inference.heat;

import io.haori.core.weights.DType;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * How much each token counted for an answer: attention times its gradient, followed through the
 * layers (Chefer, Gur and Wolf 2021, arXiv 2103.15679, section 3.1).
 *
 * <pre>{@code
 * Ā = mean over heads of max(0, A ⊙ ∂ log p / ∂A)      [s,s] of each layer
 * v ← v + v Ā                                          from the last layer to the first
 * }</pre>
 *
 * {@code v} begins with what the head reads: the first token, or all tokens alike.
 */
public final class Relevance {
  private final double[] counted;

  private Relevance(double[] start) {
    counted = start;
  }

  /**
   * The share of each token of a row.
   *
   * @param pass of a classifier
   * @param row read as a whole
   * @param head index of the head that answers
   * @param answer index of the class that is explained
   * @return {@code [tokens]}, at least 0
   */
  public static double[] of(TextPass pass, Row row, int head, int answer) {
    TokenizedRows rows = pass.tokenize(List.of(row));
    Positions positions = pass.positions(rows);
    int tokens = rows.lengths()[0];
    Relevance relevance = new Relevance(start(pass, tokens));
    try (Scope scope = Scope.open();
        TextBatch batch = TextPass.batch(rows.batch(0));
        Tape tape = Tape.explaining(DType.F32, relevance::observe)) {
      Variable states = pass.states(tape, batch, positions, new int[] {0}, false);
      Variable loss = pass.heads().loss(tape, states, new int[] {head}, new double[][] {{answer}});
      loss.accumulate(Tensors.full(-1, loss.value().dtype(), loss.value().shape()));
      tape.backwardFromGradients();
    }
    return relevance.counted;
  }

  private static double[] start(TextPass pass, int tokens) {
    double[] start = new double[tokens];
    switch (pass.options().pooling().resolve(pass.base().backbone())) {
      case CLS, FIRST -> start[0] = 1;
      case LAST -> start[tokens - 1] = 1;
      case FIRST_AND_PATCHES -> {
        // Half for the first token, half for the patches, which are the last tokens.
        int leading =
            Objects.requireNonNull(pass.base().backbone().config().pictures()).leadingTokens();
        start[0] = 0.5;
        Arrays.fill(start, leading, tokens, 0.5 / (tokens - leading));
      }
      default -> Arrays.fill(start, 1.0 / tokens);
    }
    return start;
  }

  /** Derivatives run from the last layer to the first, as this goes. */
  private void observe(Tape tape, Tensor qkv, Variable output, int heads) {
    Tensor attention;
    Tensor values;
    try (Scope scope = Scope.open()) {
      long width = qkv.size(1) / 3;
      Tensor queries = ofHeads(qkv.narrow(1, 0, width), heads);
      Tensor keys = ofHeads(qkv.narrow(1, width, width), heads);
      double scale = 1 / Math.sqrt((double) width / heads);
      attention = queries.batchMatmul(keys.transpose(1, 2)).mul(scale).softmax();
      values = ofHeads(qkv.narrow(1, 2 * width, width), heads);
      scope.keep(attention);
      scope.keep(values);
    }
    tape.recordChange(
        output,
        () -> {
          Tensor gradient = ofHeads(output.requireGradient(), heads);
          Tensor ofAttention = gradient.batchMatmul(values.transpose(1, 2));
          Tensor positive = attention.mul(ofAttention).atLeast(0).mean(0, false);
          follow(positive.toFloats());
        },
        attention,
        values);
  }

  private static Tensor ofHeads(Tensor columns, int heads) {
    return columns
        .reshape(columns.size(0), heads, columns.size(1) / heads)
        .transpose(0, 1)
        .contiguous();
  }

  private void follow(float[] matrix) {
    int tokens = counted.length;
    double[] added = new double[tokens];
    for (int from = 0; from < tokens; from++) {
      for (int to = 0; to < tokens; to++) {
        added[to] += counted[from] * matrix[from * tokens + to];
      }
    }
    for (int to = 0; to < tokens; to++) {
      counted[to] += added[to];
    }
  }
}
