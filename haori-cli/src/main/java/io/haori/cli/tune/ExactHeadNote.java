package io.haori.cli.tune;

import io.haori.cli.options.RunOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.training.loop.TrainingResult;

/** Says that epochs and rate changed nothing where a head that is computed was all to be learnt. */
public final class ExactHeadNote {
  private ExactHeadNote() {}

  /**
   * Prints the note where it applies.
   *
   * @param session what the command runs in
   * @param common says whether it is to be quiet
   * @param run what was chosen about the training
   * @param result of it
   */
  public static void show(
      Session session, CommonOptions common, RunOptions run, TrainingResult result) {
    if (result.steps() > 0 || result.interrupted()) {
      return;
    }
    boolean epochs = run.budget.epochs != null || run.budget.set.containsKey("training.epochs");
    boolean rate = run.learningRate != null || run.budget.set.containsKey("training.learningRate");
    if (epochs || rate) {
      String chosen =
          epochs && rate ? "epochs and learning rate" : epochs ? "epochs" : "learning rate";
      session.note(
          common,
          "Nothing was learnt step by step, so the chosen "
              + chosen
              + " changed nothing: the head is the exact optimum of a logistic regression"
              + " (--set training.headStart=random learns it by steps).");
    }
  }
}
