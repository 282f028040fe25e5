package io.haori.training.augment;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The names of labels as training rows: what a label is called says of it what few rows may not.
 * {@code Hydraulic System} is a text about hydraulics. A label that is described, such as the code
 * {@code A01} with "oil leak", is read as its description.
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
   * label's description, or its name without one, has two letters side by side.
   *
   * @param data of which the labels and the first training row are looked at
   */
  public static boolean arePossible(Dataset data) {
    return areTextsOfOneClass(data) && codes(data.labels()).findAny().isEmpty();
  }

  /**
   * The first label that is a code, such as {@code A01}, where labels that are not could be learnt
   * from.
   *
   * @param data of which the labels and the first training row are looked at
   */
  public static Optional<String> firstCode(Dataset data) {
    return areTextsOfOneClass(data) ? codes(data.labels()).findFirst() : Optional.empty();
  }

  private static boolean areTextsOfOneClass(Dataset data) {
    return data.labels().task() instanceof ClassificationTask
        && data.train().rows().stream().limit(1).allMatch(row -> row.picture() == null);
  }

  private static Stream<String> codes(DomainLabels labels) {
    return labels.heads().stream().map(DomainLabels.Head::labels).flatMap(LabelNameRows::codes);
  }

  private static Stream<String> codes(LabelSet labels) {
    return IntStream.range(0, labels.size())
        .filter(index -> !WORD.matcher(text(labels, index)).find())
        .mapToObj(labels::name);
  }

  /**
   * What is read for each label.
   *
   * @param labels of classes
   * @return descriptions as they are, names without one in words; by index
   */
  public static List<String> texts(LabelSet labels) {
    return IntStream.range(0, labels.size()).mapToObj(index -> text(labels, index)).toList();
  }

  private static String text(LabelSet labels, int index) {
    String description = labels.description(index);
    return description.equals(labels.name(index)) ? words(description) : description;
  }

  /** All that is read, one a line; other descriptions make other fits of the same rows. */
  public static String allTexts(DomainLabels labels) {
    return labels.heads().stream()
        .flatMap(head -> texts(head.labels()).stream())
        .collect(Collectors.joining("\n"));
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
      LabelSet names = head.labels();
      for (int index = 0; index < names.size(); index++) {
        Label label = new Label.ClassName(names.name(index));
        rows.add(new Row(text(names, index), null, label, domain, 0));
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
        "auto or ignore for data that are not texts of one label each, or whose labels are codes"
            + " without a description",
        LabelNameUse.LEARN.word());
    String texts = String.join("\n", "names", allTexts(data.labels()));
    return data.withMoreTrainRows(of(data.labels()), texts);
  }
}
