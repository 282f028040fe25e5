package io.haori.training.pretrain;

/**
 * A domain that learns, with what it is measured on.
 *
 * @param run its training; closed with this
 * @param heldOut what it is measured on
 * @param texts its corpus
 * @param lossStart on the held-out rows, of the base alone
 */
record LearningDomain(DomainRun run, HeldOut heldOut, DomainTexts texts, double lossStart)
    implements AutoCloseable {
  @Override
  public void close() {
    run.close();
  }

  /** Measures the module as it is now. */
  DomainResult result(Objective objective) {
    return new DomainResult(
        run.name(),
        objective.word(),
        objective.isLikelihood(),
        texts.trainTexts(),
        texts.heldOutTexts(),
        run.step(),
        run.tokens(),
        lossStart,
        heldOut.loss(run.module()),
        texts.unknownShare(),
        texts.piecesPerWord());
  }
}
