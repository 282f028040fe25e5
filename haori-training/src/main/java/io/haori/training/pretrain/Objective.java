package io.haori.training.pretrain;

import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.DataFile;
import java.util.List;
import java.util.function.Function;

/** What the modules learn from text without labels. */
interface Objective {
  /** The objective's name in the command line and in files. */
  String word();

  /** Whether exp(loss) is a perplexity. */
  boolean isLikelihood();

  /**
   * A row of a corpus as the one string that {@link #rows} takes.
   *
   * @param file that the row is in
   * @param row a text, or a pair of texts
   * @throws io.haori.core.check.UserError when this objective cannot learn from such a row
   */
  default String joined(DataFile file, Row row) {
    return Views.SAME.joined(file, row);
  }

  /** Texts as the rows that this objective learns from. */
  TokenizedRows rows(List<String> texts, Tokenizer tokenizer);

  /**
   * One batch; all chance in it comes from the seed.
   *
   * @param rows of one domain
   * @param index which of them
   * @param seed of this batch
   */
  DomainBatch batch(TokenizedRows rows, int[] index, long seed);

  /**
   * Computes the domains' losses side by side and, when the tape records, adds each one's gradient
   * to whatever its rows passed through. A domain's loss is the mean over its own batch; the
   * gradient is that of the loss times the batch's share.
   *
   * @param tape runs forward, and backward when it records
   * @param batches one a domain, in the order of the adaptation's groups
   * @param adaptation the domains' modules, each on its rows
   * @return the losses, in order
   */
  double[] losses(Tape tape, List<DomainBatch> batches, Adaptation adaptation);

  /** Whether {@link #read} has the loss as a variable. */
  default boolean differentiatesTwice() {
    return false;
  }

  /**
   * Hands out the loss of one batch as a variable of a tape, for derivatives of derivatives.
   *
   * @param tape made by {@link Tape#twice}
   * @param batch with at least one place to predict
   * @param adaptation the domain's module
   * @param reader reads the loss, one element, while the batch's texts are in memory
   * @throws UnsupportedOperationException unless {@link #differentiatesTwice}
   */
  default <T> T read(
      Tape tape, DomainBatch batch, Adaptation adaptation, Function<Variable, T> reader) {
    throw new UnsupportedOperationException(word());
  }

  /**
   * How many of the base's vectors the loss of a batch is made of: places to predict, or readings
   * of texts. In means over batches a batch weighs as much, so every place, or text, weighs alike.
   */
  int vectors(DomainBatch batch);

  /** How often a step reads each text. */
  default int readings() {
    return 1;
  }

  /** Whether {@link #chunks} cuts batches. */
  default boolean cuts() {
    return false;
  }

  /**
   * Cuts a batch so that its chunks can go through the base one after another. The losses of the
   * chunks, each times its share, are the batch's loss, and so are their gradients.
   *
   * @param batch that was made by this objective
   * @param mostTokens of a chunk; a single row may have more
   * @return the batch alone, where its rows need each other
   */
  default List<DomainBatch> chunks(DomainBatch batch, long mostTokens) {
    return List.of(batch);
  }
}
