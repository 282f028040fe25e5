package io.haori.cli.session;

import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.training.choice.MethodChoice;
import io.haori.training.choice.PoolingChoice;
import io.haori.training.data.Dataset;

/** Says that few rows teach little through a base's pooler, where nothing else was chosen. */
public final class PoolingNote {
  private PoolingNote() {}

  /**
   * Prints the note where it applies.
   *
   * @param session what the command runs in
   * @param common says whether it is to be quiet
   * @param data that is learnt from
   * @param base of the fits
   * @param text how they read texts
   */
  public static void show(
      Session session, CommonOptions common, Dataset data, TextBase base, TextOptions text) {
    boolean few = data.train().rows().size() < MethodChoice.FEW_ROWS;
    boolean classified = data.labels().task() instanceof ClassificationTask;
    if (few && classified && PoolingChoice.isOpen(text, base)) {
      session.note(
          common,
          "With few rows texts teach little through the pooler of "
              + base.name()
              + "; --set pooling=mean reads them as the mean of their tokens.");
    }
  }
}
