package io.haori.inference.task.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a task is called in Hugging Face's libraries.
 *
 * @param peftTask {@code task_type} of PEFT, such as {@code SEQ_CLS}
 * @param modelClass end of the class of a model with a head, such as {@code SequenceClassification}
 * @param problemType {@code problem_type} of {@code config.json}, null where there is none
 */
public record TransformersTask(String peftTask, String modelClass, @Nullable String problemType) {
  /** {@code task_type} of a head that reads the text as a whole. */
  public static final String SEQUENCE = "SEQ_CLS";

  /** {@code task_type} of a head that reads every token. */
  public static final String TOKENS = "TOKEN_CLS";

  /** A head that reads the text as a whole. */
  public static TransformersTask sequence(String problemType) {
    return new TransformersTask(SEQUENCE, "SequenceClassification", problemType);
  }

  /** A head that reads every token. */
  public static TransformersTask tokens() {
    return new TransformersTask(TOKENS, "TokenClassification", null);
  }

  /** PEFT's class that loads an adapter with such a head. */
  public String peftClass() {
    return "AutoPeftModelFor" + modelClass;
  }
}
