package io.haori.cli.tune;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.task.answer.Predictions;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Says that a classifier answers all rows alike, which an accuracy of uneven classes hides. */
final class OneAnswer {
  /** Rows of which it is no accident. */
  private static final int LEAST_ROWS = 20;

  private OneAnswer() {}

  static void note(Session session, CommonOptions common, Predictions predictions) {
    if (isOne(predictions)) {
      session.note(
          common,
          String.format(
              Locale.ROOT,
              "All %,d test rows are answered with %s: no other class was learnt. More epochs, a"
                  + " higher --lr or, where classes are uneven, --set training.loss=balanced may"
                  + " help.",
              predictions.predicted().length,
              predictions.prediction(0).label()));
    }
  }

  private static boolean isOne(Predictions predictions) {
    return predictions.labels().task().equals(TaskCatalogue.CLASSIFICATION)
        && predictions.labels().heads().size() == 1
        && predictions.predicted().length >= LEAST_ROWS
        && DoubleStream.of(predictions.predicted()).distinct().count() == 1
        && DoubleStream.of(predictions.truth()).distinct().count() > 1;
  }
}
