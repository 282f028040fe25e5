package io.haori.training.augment;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The names of labels as training rows: what a label is called says of it what few rows may not.
 * {@code Hydraulic System} is a text about hydraulics.
 */
public final class LabelNameRows {
  private static final Pattern JOINTS = Pattern.compile("[_-]+|(?<=\\p{Ll})(?=\\p{Lu})");

  /** Fewer letters in a row are a code, which says nothing. */
  private static final Pattern WORD = Pattern.compile("\\p{L}{2}");

  private LabelNameRows() {}

  /**
   * A name as words: {@code bill_due} is read as "bill due", {@code FinalDrive} as "Final Drive".
   */
  public static String words(String name) {
    return JOINTS.matcher(name).replaceAll(" ").strip();
  }

  /**
   * Whether there are names to be learnt from: texts of one class each are learnt, and every
   * label's name has two letters side by side.
   *
   * @param data of which the labels and the first training row are looked at
   */
  public static boolean arePossible(Dataset data) {
    return data.labels().task() instanceof ClassificationTask
        && data.train().rows().stream().limit(1).allMatch(row -> row.picture() == null)
        && data.labels().heads().stream()
            .flatMap(head -> head.labels().names().stream())
            .allMatch(name -> WORD.matcher(name).find());
  }

  /**
   * The rows; those of the same labels are equal.
   *
   * @param labels of classes
   * @return one for each label of each head, without a second text
   */
  public static List<Row> of(DomainLabels labels) {
    List<Row> rows = new ArrayList<>();
    for (DomainLabels.Head head : labels.heads()) {
      String domain = head.domain().isEmpty() ? null : head.domain();
      for (String name : head.labels().names()) {
        rows.add(new Row(words(name), null, new Label.ClassName(name), domain, 0));
      }
    }
    return rows;
  }

  /**
   * The data with the names after the training rows.
   *
   * @param data of texts that are of one class each
   * @throws io.haori.core.check.UserError when its names cannot be learnt from
   */
  public static Dataset after(Dataset data) {
    require(
        arePossible(data),
        "training.labelNames",
        "auto or ignore for data that are not texts of one label each, or whose labels are codes",
        LabelNameUse.LEARN.word());
    return data.withMoreTrainRows(of(data.labels()), "names");
  }
}
