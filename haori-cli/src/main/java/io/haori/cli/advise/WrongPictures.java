package io.haori.cli.advise;

import io.haori.analysis.payback.HeldOutAnswers;
import io.haori.analysis.report.PageImage;
import io.haori.cli.tune.RowImages;
import io.haori.inference.task.spi.Row;
import io.haori.training.choice.HeldOutProbe;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Pictures that a probe answered wrong when they were held out, the surest answers first. */
final class WrongPictures {
  private static final int MOST = 24;

  private WrongPictures() {}

  /**
   * As a page shows them.
   *
   * @param probe that answered
   * @param rows that it learnt from in turn
   * @return none for texts
   */
  static List<PageImage> of(HeldOutProbe probe, List<Row> rows) {
    HeldOutAnswers answers = probe.answers();
    return RowImages.of(
        IntStream.range(0, answers.rows())
            .filter(row -> !answers.isRight(row))
            .boxed()
            .sorted(Comparator.comparingDouble(row -> -answers.confidences()[row]))
            .limit(MOST)
            .map(
                row -> {
                  Row read = rows.get(probe.heldOut()[row]);
                  return new RowImages.Shown(
                      read.image(),
                      String.format(
                          Locale.ROOT,
                          "%s: %s → %s %.3f",
                          read.text(),
                          answers.labels().get(answers.truth()[row]),
                          answers.labels().get(answers.answers()[row]),
                          answers.confidences()[row]));
                })
            .toList());
  }
}
