package io.haori.training.pretrain;

import io.haori.inference.tokens.TokenBatch;

/**
 * The rows of one domain in one step, as the objective wants them read.
 *
 * @param tokens what the model reads
 * @param counted tokens of the texts, each text once
 * @param placeRows {@code [m]} rows of the places to predict
 * @param placeColumns {@code [m]} their places in the row
 * @param classes {@code [m]} what was there
 * @param dropoutSeeds {@code [rows]} where the dropout of each row begins; empty for none
 * @param share what its loss counts in that of the whole batch that it is a chunk of; 1 when it is
 *     whole
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to tensors, never compared.
record DomainBatch(
    TokenBatch tokens,
    long counted,
    int[] placeRows,
    int[] placeColumns,
    long[] classes,
    long[] dropoutSeeds,
    double share) {
  /** The same with a multiple of its share. */
  DomainBatch times(double factor) {
    return new DomainBatch(
        tokens, counted, placeRows, placeColumns, classes, dropoutSeeds, share * factor);
  }

  /** The same as a part of places of which there are this many. */
  DomainBatch counting(double all) {
    return new DomainBatch(
        tokens,
        counted,
        placeRows,
        placeColumns,
        classes,
        dropoutSeeds,
        classes.length / Math.max(1, all));
  }
}
