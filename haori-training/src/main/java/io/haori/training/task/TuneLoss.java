package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.TrainingStrategy;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.spi.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a fit makes small. */
public enum TuneLoss {
  /** The task's own loss, through the heads. */
  TASK,
  /**
   * The same with rows that weigh {@code n / (K nₖ)}, where the class has nₖ of the n rows of its
   * head with K classes: rare classes count as much as frequent ones.
   */
  BALANCED,
  /**
   * Supervised contrastive loss on the vectors: texts of one class come together, those of other
   * classes apart (Khosla et al. 2020, arXiv 2004.11362; for few labels Tunstall et al. 2022, arXiv
   * 2209.11055). The heads are logistic regressions on the vectors that come out.
   */
  CONTRASTIVE,
  /**
   * The contrastive loss in the first half of the epochs, the longer one where their number is odd.
   * Then the heads become logistic regressions on the vectors, and module and heads are trained
   * further by the task's loss: first the vectors are brought in order, then both together are
   * fitted to the labels from a head that suits them (Kumar et al. 2022, arXiv 2202.10054).
   */
  CONTRASTIVE_FIRST;

  /** Whether classes are contrasted at any time. */
  public boolean contrasts() {
    return this == CONTRASTIVE || this == CONTRASTIVE_FIRST;
  }

  /**
   * The loss of an epoch.
   *
   * @param epoch counted from 0
   * @param epochs of the run
   */
  TuneLoss in(int epoch, int epochs) {
    if (this != CONTRASTIVE_FIRST) {
      return this;
    }
    return epoch < (epochs + 1) / 2 ? CONTRASTIVE : TASK;
  }

  /** As it is written in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The loss that a word names.
   *
   * @param setting how errors name what was set
   * @param word one of the constants in lower case
   */
  static TuneLoss parse(String setting, String word) {
    List<String> words = Arrays.stream(values()).map(TuneLoss::word).toList();
    require(words.contains(word), setting, "one of " + String.join(", ", words), word);
    return values()[words.indexOf(word)];
  }

  /**
   * Refuses a contrastive loss where there are no classes or no vectors that move.
   *
   * @param task what the rows are labelled with
   * @param movesVectors whether anything below the heads is trained
   * @param strategy how the method is trained
   */
  void check(Task task, boolean movesVectors, TrainingStrategy strategy) {
    if (this == CONTRASTIVE_FIRST) {
      require(
          strategy instanceof TrainingStrategy.Plain,
          "training.loss",
          "task or contrastive for a method that does not learn in one run",
          word());
    }
    if (this == BALANCED) {
      require(
          task instanceof ClassificationTask,
          "training.loss",
          "task for the task " + task.name(),
          word());
    }
    if (contrasts()) {
      require(
          task instanceof ClassificationTask,
          "training.loss",
          "task for the task " + task.name(),
          word());
      require(
          movesVectors, "training.loss", "task for a method that trains the heads alone", word());
    }
  }
}
