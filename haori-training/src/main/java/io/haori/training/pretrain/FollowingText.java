package io.haori.training.pretrain;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.text.Encoding;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How likely a decoder finds a text behind another one: the sum of the logarithms of the
 * probabilities of its tokens.
 *
 * <p>Tokens are those of both texts together, without those of the first alone; blanks at the end
 * of the first belong to the second, and what is too long loses its beginning. This is how
 * lm-evaluation-harness does it ({@code TemplateLM._encode_pair}), so that figures can be compared.
 */
public final class FollowingText {
  /** Tokens of rows that go through the base at once; a single row may have more. */
  private static final int TOKENS = 4096;

  private final TextBase base;
  private final PlacePrediction prediction;
  private final Adaptation adaptation;
  private final DType precision;

  /**
   * Prepares it.
   *
   * @param base a decoder; stays open
   * @param adaptation which adapter sits where
   * @param precision type of the passes
   * @throws UserError when the base has no head that predicts the next token
   */
  public FollowingText(TextBase base, Adaptation adaptation, DType precision) {
    CausalLanguageHead head = base.backbone().causalHead();
    if (head == null) {
      throw new UserError(
          "base must be a decoder with its language-model head, which finds texts likely, got "
              + base.name());
    }
    this.base = base;
    this.prediction = new PlacePrediction(base, head::logits, false);
    this.adaptation = adaptation;
    this.precision = precision;
  }

  /**
   * Computes.
   *
   * @param first texts, which may be empty where the base begins every text with a token
   * @param second as many, none empty
   * @return natural logarithms, one a pair
   * @throws UserError when there is no token before the second text
   */
  public double[] logLikelihoods(List<String> first, List<String> second) {
    List<Encoding> rows = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      rows.add(row(first.get(i), second.get(i)));
    }
    TokenizedRows tokens = TokenizedRows.of(rows, base.tokenizer().padId());
    double[] sums = new double[rows.size()];
    for (int from = 0; from < sums.length; ) {
      int to = from + 1;
      long read = rows.get(from).length();
      while (to < sums.length && read + rows.get(to).length() <= TOKENS) {
        read += rows.get(to++).length();
      }
      List<DomainBatch> batches = new ArrayList<>();
      for (int row = from; row < to; row++) {
        batches.add(CausalObjective.batch(tokens, row));
      }
      try (Scope scope = Scope.open();
          Tape tape = Tape.inference(precision)) {
        double[] means = prediction.losses(tape, batches, adaptation);
        for (int row = from; row < to; row++) {
          sums[row] = -means[row - from] * batches.get(row - from).classes().length;
        }
      }
      from = to;
    }
    return sums;
  }

  private Encoding row(String first, String second) {
    String context = first.stripTrailing();
    int[] before = base.tokenizer().prompt(context);
    int[] all = base.tokenizer().prompt(context + first.substring(context.length()) + second);
    int most = base.backbone().positions();
    int from = Math.max(0, all.length - most);
    int start = Math.max(Math.min(before.length, all.length - 1) - from, from > 0 ? 1 : 0);
    if (start < 1) {
      throw new UserError("prompt must be a text of at least one token, got none");
    }
    int[] ids = Arrays.copyOfRange(all, from, all.length);
    int[] types = new int[ids.length];
    Arrays.fill(types, start, types.length, 1);
    return new Encoding(ids, types);
  }
}
