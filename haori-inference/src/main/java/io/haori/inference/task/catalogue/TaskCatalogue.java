package io.haori.inference.task.catalogue;

import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.multilabel.MultiLabelTask;
import io.haori.inference.task.regression.RegressionTask;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Task;
import io.haori.inference.task.spi.TransformersTask;
import io.haori.inference.task.tagging.TaggingTask;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All tasks by name. A new task is one more line here. */
public final class TaskCatalogue {
  /** One class a text. */
  public static final Task CLASSIFICATION = new ClassificationTask();

  /** One number a text. */
  public static final Task REGRESSION = new RegressionTask();

  private static final List<Task> ALL =
      List.of(CLASSIFICATION, REGRESSION, new MultiLabelTask(), new TaggingTask());

  /** Distinguished by the number of outputs, whatever a base's file says. */
  private static final Set<Task> BY_OUTPUTS = Set.of(CLASSIFICATION, REGRESSION);

  private TaskCatalogue() {}

  /** All tasks; where data could be of several, the first of them is meant. */
  public static List<Task> all() {
    return ALL;
  }

  /**
   * The main score among some scores.
   *
   * @param scores by name, of one task
   * @return NaN where there is none
   */
  public static double mainScore(Map<String, Double> scores) {
    return ALL.stream()
        .map(task -> scores.get(task.mainScore()))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** The names of all tasks. */
  public static List<String> names() {
    return ALL.stream().map(Task::name).toList();
  }

  /**
   * The task of a name, in small letters or large ones.
   *
   * @param name for example {@code multi-label}
   * @return nothing for an unknown name
   */
  public static Optional<Task> find(String name) {
    return ALL.stream()
        .filter(task -> task.name().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /**
   * The task of a label that a program made.
   *
   * @throws IllegalArgumentException when no task knows such labels
   */
  public static Task of(Label label) {
    return ALL.stream()
        .filter(task -> task.accepts(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no task has labels such as " + label));
  }

  /**
   * The task of a head that Hugging Face's libraries stored.
   *
   * @param peftTask {@code task_type} of PEFT; null where it does not say
   * @param problemType of the base's {@code config.json}; null where it does not say
   * @param outputs of the head
   */
  public static Task ofTransformers(
      @Nullable String peftTask, @Nullable String problemType, int outputs) {
    for (Task task : ALL) {
      TransformersTask named = task.transformers();
      boolean tokens = named.peftTask().equals(TransformersTask.TOKENS);
      if (tokens == TransformersTask.TOKENS.equals(peftTask)
          && (tokens
              || (!BY_OUTPUTS.contains(task)
                  && problemType != null
                  && problemType.equals(named.problemType())))) {
        return task;
      }
    }
    return outputs == 1 ? REGRESSION : CLASSIFICATION;
  }

  /** A task's name as files have it, such as {@code MULTI_LABEL}. */
  public static String fileName(Task task) {
    return task.name().toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** The task that a file names; nothing for an unknown name. */
  public static Optional<Task> ofFile(String name) {
    return ALL.stream().filter(task -> fileName(task).equals(name)).findFirst();
  }
}
