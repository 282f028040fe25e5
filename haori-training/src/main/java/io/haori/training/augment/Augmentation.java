package io.haori.training.augment;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Row;
import io.haori.model.image.Picture;
import io.haori.model.image.Pixels;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Which altered copies of training rows are learnt from beside the rows: one copy of each row, with
 * all the alterations, the same for the same seed; those of pictures are other ones in each epoch.
 * And whether vectors are mixed in each step.
 *
 * @param alterations none for no copies
 */
public record Augmentation(Set<Alteration> alterations) {
  /** No copies. */
  public static final Augmentation NONE = new Augmentation(Set.of());

  private static final String NO = "none";

  /** Copies the set, in the order of the constants. */
  public Augmentation {
    Set<Alteration> ordered = EnumSet.noneOf(Alteration.class);
    ordered.addAll(alterations);
    alterations = Collections.unmodifiableSet(ordered);
  }

  /** As it is written in settings: the words with commas between them, or {@code none}. */
  public String word() {
    return alterations.isEmpty()
        ? NO
        : alterations.stream().map(Alteration::word).collect(Collectors.joining(","));
  }

  /** Whether rows get copies. */
  public boolean copies() {
    return alterations.stream().anyMatch(one -> one.ofTexts() || one.ofPictures());
  }

  /** Whether the vectors of a batch are mixed; see {@link Mixup}. */
  public boolean mixes() {
    return alterations.contains(Alteration.MIXUP);
  }

  /**
   * Reads a setting.
   *
   * @param setting how errors name what was set
   * @param text words with commas between them, or {@code none}
   * @throws io.haori.core.check.UserError for another word
   */
  public static Augmentation parse(String setting, String text) {
    if (text.equals(NO)) {
      return NONE;
    }
    List<String> words = Arrays.stream(Alteration.values()).map(Alteration::word).toList();
    List<String> given = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    require(words.containsAll(given), setting, "none, or some of " + String.join(",", words), text);
    Set<Alteration> chosen = EnumSet.noneOf(Alteration.class);
    for (Alteration one : Alteration.values()) {
      if (given.contains(one.word())) {
        chosen.add(one);
      }
    }
    return new Augmentation(chosen);
  }

  /**
   * The data with the copies among the training rows.
   *
   * @param data whose rows are not labelled word by word
   * @param seed decides on the copies
   * @return the same data where no text is altered
   * @throws io.haori.core.check.UserError when the task reads words
   */
  public Dataset apply(Dataset data, long seed) {
    if (alterations.isEmpty()) {
      return data;
    }
    require(
        !data.labels().task().readsWords(),
        "training.augment",
        "none for a task that labels words",
        word());
    if (!copies()) {
      return data;
    }
    requireOfKind(data.train().rows());
    List<Row> copies = new ArrayList<>();
    for (Row row : data.train().rows()) {
      Row copy = altered(row, new SplittableRandom(Seeds.of(seed, Purpose.PARTS, row.line())));
      if (!copy.equals(row)) {
        copies.add(copy);
      }
    }
    return data.withMoreTrainRows(copies, word() + " " + seed);
  }

  /** Letters are not altered in pictures, nor is there anything to turn in a text. */
  private void requireOfKind(List<Row> rows) {
    boolean pictures = rows.get(0).picture() != null;
    boolean right =
        alterations.stream().noneMatch(pictures ? Alteration::ofTexts : Alteration::ofPictures);
    require(
        right,
        "training.augment",
        "some of "
            + Arrays.stream(Alteration.values())
                .filter(one -> pictures ? one.ofPictures() : one.ofTexts())
                .map(Alteration::word)
                .collect(Collectors.joining(","))
            + (pictures ? " for pictures" : " for texts"),
        word());
  }

  private Row altered(Row row, SplittableRandom random) {
    Picture picture = row.picture();
    if (picture != null) {
      long seed = random.nextLong();
      return row.showing(
          new Picture.Altered(
              picture, (pixels, epoch) -> altered(pixels, Seeds.of(seed, Purpose.PARTS, epoch))));
    }
    String text = row.text();
    String pair = row.textPair();
    for (Alteration one : alterations) {
      text = one.text(text, random);
      pair = pair == null ? null : one.text(pair, random);
    }
    return new Row(text, pair, row.label(), row.domain(), row.line(), null, row.group());
  }

  private Pixels altered(Pixels pixels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Pixels changed = pixels;
    for (Alteration one : alterations) {
      changed = one.picture(changed, random);
    }
    return changed;
  }
}
