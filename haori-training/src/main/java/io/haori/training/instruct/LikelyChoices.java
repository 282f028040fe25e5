package io.haori.training.instruct;

import io.haori.analysis.metrics.ChoiceScores;
import io.haori.training.pretrain.FollowingText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Which of several texts a decoder finds most likely. */
public final class LikelyChoices {
  /** Questions that are asked at once. */
  private static final int TOGETHER = 16;

  private LikelyChoices() {}

  /**
   * Asks.
   *
   * @param decoder finds texts likely
   * @param rows at least one
   * @param done hears how many questions are asked
   * @param stopRequested asked now and then; what is not asked then is left out
   * @return the questions that were asked
   */
  public static List<ChoiceScores.Question> ask(
      FollowingText decoder,
      List<ChoiceFile.Row> rows,
      IntConsumer done,
      BooleanSupplier stopRequested) {
    List<ChoiceScores.Question> asked = new ArrayList<>();
    for (int from = 0; from < rows.size() && !stopRequested.getAsBoolean(); from += TOGETHER) {
      List<ChoiceFile.Row> some = rows.subList(from, Math.min(rows.size(), from + TOGETHER));
      List<String> prompts = new ArrayList<>();
      List<String> choices = new ArrayList<>();
      for (ChoiceFile.Row row : some) {
        for (String choice : row.choices()) {
          prompts.add(row.prompt());
          choices.add(choice);
        }
      }
      double[] likely = decoder.logLikelihoods(prompts, choices);
      int at = 0;
      for (ChoiceFile.Row row : some) {
        int count = row.choices().size();
        double[] own = java.util.Arrays.copyOfRange(likely, at, at + count);
        int[] lengths =
            row.choices().stream().mapToInt(one -> one.codePointCount(0, one.length())).toArray();
        asked.add(new ChoiceScores.Question(own, lengths, row.answer()));
        at += count;
      }
      done.accept(asked.size());
    }
    return asked;
  }
}
