package io.haori.training.pretrain;

import io.haori.model.text.Tokenizer;
import io.haori.model.transformer.Adaptation;
import io.haori.tensor.grad.Tape;
import io.haori.training.data.TokenizedRows;
import java.util.List;

/** What the modules learn from text without labels. */
interface Objective {
  /** The objective's name in the command line and in files. */
  String word();

  /** Whether exp(loss) is a perplexity. */
  boolean isLikelihood();

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
   * to whatever its rows passed through. A domain's loss is the mean over its own batch.
   *
   * @param tape runs forward, and backward when it records
   * @param batches one a domain, in the order of the adaptation's groups
   * @param adaptation the domains' modules, each on its rows
   * @return the losses, in order
   */
  double[] losses(Tape tape, List<DomainBatch> batches, Adaptation adaptation);

  /** How often a step reads each text. */
  default int readings() {
    return 1;
  }
}
