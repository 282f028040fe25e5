package io.haori.training.task;

import io.haori.core.check.UserError;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.DomainLabels;
import io.haori.training.data.Row;
import io.haori.training.data.TaskKind;
import io.haori.training.data.TokenBatch;
import io.haori.training.data.TokenizedRows;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * All that a prediction reads from its first layer to its head: text in, answers out. Owns nothing.
 *
 * @param base the frozen base
 * @param adaptation which adapter sits on which layer
 * @param heads read the pooled vector
 * @param options how texts are read
 */
public record TextPass(TextBase base, Adaptation adaptation, Heads heads, TextOptions options) {
  /** Tokenises rows as they are read here. */
  public TokenizedRows tokenize(List<Row> rows) {
    return TokenizedRows.of(rows, base.tokenizer(), options.maxLength());
  }

  /** Puts tokens into native memory; to be closed after the pass backwards, which reads it. */
  static TextBatch batch(TokenBatch tokens) {
    return new TextBatch(tokens.ids(), tokens.typeIds(), tokens.lengths(), tokens.length());
  }

  /**
   * One vector a text, in the tape's type.
   *
   * @param tape computes
   * @param batch the texts
   * @param checkpointing whether layers are computed again for their gradients
   * @return {@code [rows, width]}
   */
  Variable pooled(Tape tape, TextBatch batch, boolean checkpointing) {
    return TextVectors.pooled(tape, base, batch, adaptation, options, checkpointing);
  }

  /**
   * Vectors of many texts.
   *
   * @param rows the texts
   * @return F32 {@code [n, width]} in the rows' order, in the current scope
   */
  Tensor vectors(TokenizedRows rows) {
    return TextVectors.of(base, adaptation, options, rows);
  }

  /**
   * Answers for texts, each from the head of its row.
   *
   * @param rows the texts
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][outputs]}: probabilities of the classes, or the number
   */
  public float[][] answers(TokenizedRows rows, int[] headOfRow) {
    return byHead(rows, headOfRow, (head, vectors) -> heads.answers(head, vectors));
  }

  /**
   * Numbers for texts with all their digits, each from the head of its row.
   *
   * @param rows the texts
   * @param headOfRow {@code [n]} index of the head that answers; all of them answer numbers
   * @return {@code [n]} in the unit of the labels
   */
  public double[] numbers(TokenizedRows rows, int[] headOfRow) {
    double[] numbers = new double[rows.size()];
    if (rows.size() > 0) {
      try (Scope scope = Scope.open()) {
        numbers = numbers(heads, vectors(rows), headOfRow);
      }
    }
    return numbers;
  }

  /** Numbers for vectors of texts, each from the head of its row. */
  static double[] numbers(Heads heads, Tensor vectors, int[] headOfRow) {
    double[] numbers = new double[headOfRow.length];
    for (int head = 0; head < heads.labels().size(); head++) {
      double[] ofHead = heads.numbers(head, vectors);
      for (int row = 0; row < numbers.length; row++) {
        if (headOfRow[row] == head) {
          numbers[row] = ofHead[row];
        }
      }
    }
    return numbers;
  }

  /**
   * Scores before the softmax, each from the head of its row.
   *
   * @param rows the texts
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][outputs]}
   */
  public float[][] logits(TokenizedRows rows, int[] headOfRow) {
    return byHead(rows, headOfRow, (head, vectors) -> heads.logits(head, vectors));
  }

  /** What one head says of vectors. */
  @FunctionalInterface
  private interface HeadAnswers {
    float[][] of(int head, Tensor vectors);
  }

  private float[][] byHead(TokenizedRows rows, int[] headOfRow, HeadAnswers answer) {
    float[][] answers = new float[rows.size()][];
    if (rows.size() == 0) {
      return answers;
    }
    try (Scope scope = Scope.open()) {
      Tensor vectors = vectors(rows);
      for (int head = 0; head < heads.labels().size(); head++) {
        float[][] ofHead = answer.of(head, vectors);
        for (int row = 0; row < answers.length; row++) {
          if (headOfRow[row] == head) {
            answers[row] = ofHead[row];
          }
        }
      }
    }
    return answers;
  }

  /**
   * What the heads say of texts, each from the head of its row's domain.
   *
   * @param rows the texts; labels are not looked at
   * @return one prediction a row, in their order
   * @throws io.haori.core.check.UserError when there are several heads and none for a row's domain
   */
  public List<Prediction> predict(List<Row> rows) {
    int[] headOfRow = new int[rows.size()];
    for (int row = 0; row < headOfRow.length; row++) {
      headOfRow[row] = headOf(rows.get(row), row);
    }
    if (heads.labels().kind() == TaskKind.REGRESSION) {
      return Arrays.stream(numbers(tokenize(rows), headOfRow))
          .mapToObj(Prediction::number)
          .toList();
    }
    float[][] answers = answers(tokenize(rows), headOfRow);
    return IntStream.range(0, answers.length)
        .mapToObj(row -> Prediction.of(heads.labels(), headOfRow[row], answers[row]))
        .toList();
  }

  private int headOf(Row row, int index) {
    OptionalInt head = heads.labels().headOf(row.domain());
    if (head.isEmpty()) {
      List<String> known = heads.labels().heads().stream().map(DomainLabels.Head::domain).toList();
      throw new UserError(
          "rows["
              + index
              + "].domain must be one of "
              + String.join(", ", known)
              + ", got "
              + (row.domain() == null ? "none" : row.domain()));
    }
    return head.getAsInt();
  }

  /**
   * One vector a text, as the heads read it.
   *
   * @param rows the texts
   * @return {@code [n][width]}, in their order
   */
  float[][] embed(List<Row> rows) {
    return TextVectors.floats(base, adaptation, options, tokenize(rows));
  }
}
