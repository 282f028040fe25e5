package io.haori.training.data;

import io.haori.inference.task.spi.Task;
import org.jspecify.annotations.Nullable;

/**
 * Whether the rows of a file need labels, and of which kind.
 *
 * @param needed whether each row must have a label; otherwise labels are passed over
 * @param missing whether rows with a label are left out
 * @param task that they must be of; null when the file itself decides
 * @param like whose labels they must be like, for the error, for example {@code those in
 *     train.jsonl}
 */
record Labels(boolean needed, boolean missing, @Nullable Task task, String like) {
  /** No labels are needed. */
  static final Labels NONE = new Labels(false, false, null, "");

  /** Rows that have a label already are passed over. */
  static final Labels MISSING = new Labels(false, true, null, "");

  /** Each row needs a label; all must be of one task. */
  static final Labels ANY = new Labels(true, false, null, "");

  /** Each row needs a label of a known task. */
  static Labels of(Task task, String like) {
    return new Labels(true, false, task, like);
  }
}
