package io.haori.inference.model;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.model.image.PictureValues;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
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
    return base.reader().read(rows, options.maxLength(), heads.labels().task());
  }

  /** Puts tokens into native memory; to be closed after the pass backwards, which reads it. */
  public static TextBatch batch(TokenBatch tokens) {
    PictureValues pictures = tokens.pictures();
    return pictures == null
        ? new TextBatch(tokens.ids(), tokens.typeIds(), tokens.lengths(), tokens.length())
        : TextBatch.of(pictures);
  }

  /**
   * One vector a text, in the tape's type.
   *
   * @param tape computes
   * @param batch the texts
   * @param checkpointing whether layers are computed again for their gradients
   * @return {@code [rows, width]}
   */
  public Variable pooled(Tape tape, TextBatch batch, boolean checkpointing) {
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

  /** Where the heads read rows. */
  public Positions positions(TokenizedRows rows) {
    return new Positions(rows, heads.labels().task());
  }

  /**
   * What the heads read: one vector a position, in the tape's type.
   *
   * @param tape computes
   * @param batch the texts
   * @param positions of the data that the batch is of
   * @param rowIndex which of its rows the batch has
   * @param checkpointing whether layers are computed again for their gradients
   * @return {@code [positions, width]}
   */
  public Variable states(
      Tape tape, TextBatch batch, Positions positions, int[] rowIndex, boolean checkpointing) {
    return positions.areWords()
        ? WordStates.at(tape, base, batch, positions.tokens(rowIndex), adaptation, checkpointing)
        : pooled(tape, batch, checkpointing);
  }

  /**
   * What the heads read of many texts.
   *
   * @param positions of the texts
   * @return F32 {@code [positions, width]} in the rows' order, in the current scope
   */
  public Tensor states(Positions positions) {
    return states(positions, TextBatches.of(positions.rows()));
  }

  /**
   * The same of batches that another makes.
   *
   * @param positions of the texts
   * @param batches of their rows
   * @return F32 {@code [positions, width]} in the rows' order, in the current scope
   */
  public Tensor states(Positions positions, TextBatches batches) {
    return positions.areWords()
        ? WordStates.of(base, adaptation, options, positions, batches)
        : TextVectors.of(base, adaptation, options, positions.rows(), batches);
  }

  /**
   * Answers for texts, each from the head of its row.
   *
   * @param rows the texts
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][positions · outputs]}: probabilities of the classes, or the number
   */
  public float[][] answers(TokenizedRows rows, int[] headOfRow) {
    return Heads.floats(numbers(rows, headOfRow));
  }

  /**
   * Answers for texts with all their digits, each from the head of its row.
   *
   * @param rows the texts
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][positions · outputs]}: probabilities of the classes, or the number in the
   *     unit of the labels; NaN at words that were cut
   */
  public double[][] numbers(TokenizedRows rows, int[] headOfRow) {
    if (rows.size() == 0) {
      return new double[0][];
    }
    try (Scope scope = Scope.open()) {
      Positions positions = positions(rows);
      return numbers(positions, states(positions), headOfRow);
    }
  }

  /**
   * The same from states that were computed before.
   *
   * @param positions of the texts
   * @param states {@code [positions, width]} in the rows' order
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][positions · outputs]}
   */
  public double[][] numbers(Positions positions, Tensor states, int[] headOfRow) {
    return positions.byRow(heads, states, headOfRow, heads::answers);
  }

  /** How texts become what the heads read: passes of one base that agree in it share a batch. */
  public Object reading() {
    return heads.labels().task().readsWords()
        ? "words"
        : options.pooling().resolve(base.backbone());
  }

  /**
   * What heads read of a batch, in the tape's type.
   *
   * @param tape computes
   * @param batch the texts
   * @param adapted which adapter sits on which layer, in the place of this pass's own
   * @param wordTokens {@code [words]} positions among the batch's tokens; not looked at when texts
   *     are read as a whole
   * @return {@code [positions, width]}
   */
  public Variable states(Tape tape, TextBatch batch, Adaptation adapted, long[] wordTokens) {
    return heads.labels().task().readsWords()
        ? WordStates.at(tape, base, batch, wordTokens, adapted, false)
        : TextVectors.pooled(tape, base, batch, adapted, options, false);
  }

  /**
   * Scores before they become probabilities, each from the head of its row.
   *
   * @param rows the texts
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][positions · outputs]}
   */
  public float[][] logits(TokenizedRows rows, int[] headOfRow) {
    if (rows.size() == 0) {
      return new float[0][];
    }
    try (Scope scope = Scope.open()) {
      Positions positions = positions(rows);
      return Heads.floats(logits(positions, states(positions), headOfRow));
    }
  }

  /**
   * The same from states that were computed before, with all digits.
   *
   * @param positions of the texts
   * @param states {@code [positions, width]} in the rows' order
   * @param headOfRow {@code [n]} index of the head that answers
   * @return {@code [n][positions · outputs]}
   */
  public double[][] logits(Positions positions, Tensor states, int[] headOfRow) {
    return positions.byRow(heads, states, headOfRow, heads::rawScores);
  }

  /**
   * What the heads say of texts, each from the head of its row's domain.
   *
   * @param rows the texts; labels are not looked at
   * @return one prediction a row, in their order
   * @throws io.haori.core.check.UserError when there are several heads and none for a row's domain
   */
  public List<Prediction> predict(List<Row> rows) {
    int[] headOfRow = headsOf(rows);
    return predictions(headOfRow, numbers(tokenize(rows), headOfRow));
  }

  /**
   * The head of each row's domain.
   *
   * @param rows the texts
   * @return {@code [n]} indices of heads
   * @throws io.haori.core.check.UserError when there are several heads and none for a row's domain
   */
  public int[] headsOf(List<Row> rows) {
    int[] headOfRow = new int[rows.size()];
    for (int row = 0; row < headOfRow.length; row++) {
      headOfRow[row] = headOf(rows.get(row), row);
    }
    return headOfRow;
  }

  /**
   * Answers in words.
   *
   * @param headOfRow {@code [n]} index of the head that answers
   * @param numbers {@code [n][positions · outputs]} as {@link #numbers} gives them
   * @return one prediction a row
   */
  public List<Prediction> predictions(int[] headOfRow, double[][] numbers) {
    DomainLabels labels = heads.labels();
    return IntStream.range(0, numbers.length)
        .mapToObj(
            row ->
                labels.task().prediction(labels.heads().get(headOfRow[row]).labels(), numbers[row]))
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
   * One vector a text, as heads of texts read it.
   *
   * @param rows the texts
   * @return {@code [n][width]}, in their order
   */
  float[][] embed(List<Row> rows) {
    TokenizedRows tokens = base.reader().read(rows, options.maxLength());
    return TextVectors.floats(base, adaptation, options, tokens);
  }
}
