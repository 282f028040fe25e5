package io.haori.training.augment;

import static io.haori.core.check.Check.require;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Whether the name of each label is learnt from as one more text of that label. */
public enum LabelNameUse {
  /**
   * {@link #LEARN} where ways are compared, unless names mislead: rows are nearer to the names of
   * other labels, or a probe loses by them; else {@link #IGNORE}.
   */
  AUTO,
  /** One more training row for each label, whose text is the label's name in words. */
  LEARN,
  /** The rows alone. */
  IGNORE;

  /** As it is written in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The use that a word names.
   *
   * @param setting how errors name what was set
   * @param word one of the constants in lower case
   * @throws io.haori.core.check.UserError for another word
   */
  public static LabelNameUse parse(String setting, String word) {
    List<String> words = Arrays.stream(values()).map(LabelNameUse::word).toList();
    require(words.contains(word), setting, "one of " + String.join(", ", words), word);
    return values()[words.indexOf(word)];
  }
}
