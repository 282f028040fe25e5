package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.spi.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the heads of a fit start from. */
public enum HeadStart {
  /**
   * {@link #PROBE} for a classification of at most 2,000 rows whose base's vectors hold the subject
   * already: where by cross-validation the probe is right at least half of the way from the most
   * frequent class to all. Elsewhere a module has to change the vectors so much that a head which
   * fits the old ones is in its way, and this is {@link #RANDOM}. So it is for mixes of modules: on
   * three tasks of nouns with 100 rows each they were right in 73.7 % from random heads and in 72.2
   * % from a probe.
   */
  AUTO,
  /**
   * Logistic regression on the vectors that the base gives before anything is trained (Kumar et al.
   * 2022, arXiv 2202.10054; with low-rank modules Tomihari, Sato 2024, arXiv 2405.16747). Of a
   * method that trains the head alone it is the result.
   */
  PROBE,
  /** Random weights. */
  RANDOM;

  private static final int FEW_ROWS = 2_000;
  private static final double HALF = 0.5;

  /** As it is written in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The start that a word names.
   *
   * @param setting how errors name what was set
   * @param word one of the constants in lower case
   */
  static HeadStart parse(String setting, String word) {
    List<String> words = Arrays.stream(values()).map(HeadStart::word).toList();
    require(words.contains(word), setting, "one of " + String.join(", ", words), word);
    return values()[words.indexOf(word)];
  }

  /**
   * Whether a probe is fitted.
   *
   * @param task what the rows are labelled with
   * @param trainRows how many rows are learnt from
   * @throws io.haori.core.check.UserError when a probe was asked for where there is none
   */
  boolean fitsProbe(Task task, int trainRows) {
    boolean classifies = task instanceof ClassificationTask;
    require(
        this != PROBE || classifies,
        "training.headStart",
        "auto or random for the task " + task.name(),
        word());
    return this == PROBE || (this == AUTO && classifies && trainRows <= FEW_ROWS);
  }

  /**
   * Whether a head that was fitted is started from.
   *
   * @param accuracy of the probe by cross-validation; NaN when nothing could be held out
   * @param mostFrequent share of the most frequent class
   */
  boolean keeps(double accuracy, double mostFrequent) {
    return this == PROBE || holdsSubject(accuracy, mostFrequent);
  }

  /**
   * Whether a base's vectors hold the subject already: a probe on them is right at least half of
   * the way from the most frequent class to all.
   *
   * @param accuracy of the probe by cross-validation; NaN when nothing could be held out
   * @param mostFrequent share of the most frequent class
   */
  public static boolean holdsSubject(double accuracy, double mostFrequent) {
    return (accuracy - mostFrequent) / (1 - mostFrequent) >= HALF;
  }
}
