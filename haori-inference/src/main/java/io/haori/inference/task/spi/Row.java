package io.haori.inference.task.spi;

import io.haori.model.chat.Conversation;
import io.haori.model.image.Picture;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One row of data.
 *
 * @param text what is read, or the name of a picture as its dataset has it; not blank
 * @param textPair the second text of a pair, or null
 * @param label what the text is said to be; null where no label was asked for
 * @param domain the product line, source or kind of text that the row belongs to, or null
 * @param line where the row begins in its file, counted from 1
 * @param words of the text, for tasks that read every word; null where it was not given in words
 * @param group rows of one group, such as the messages of one case, are never learnt from and
 *     tested on both; null for none
 * @param conversation that the row is, whose last answer is the second text; null for none
 * @param picture that is looked at in the place of a text; null for a text
 */
public record Row(
    String text,
    @Nullable String textPair,
    @Nullable Label label,
    @Nullable String domain,
    long line,
    @Nullable List<String> words,
    @Nullable String group,
    @Nullable Conversation conversation,
    @Nullable Picture picture) {
  /** Copies the words. */
  public Row {
    words = words == null ? null : List.copyOf(words);
  }

  /** A row that is no picture. */
  public Row(
      String text,
      @Nullable String textPair,
      @Nullable Label label,
      @Nullable String domain,
      long line,
      @Nullable List<String> words,
      @Nullable String group,
      @Nullable Conversation conversation) {
    this(text, textPair, label, domain, line, words, group, conversation, null);
  }

  /** A row that is no conversation. */
  public Row(
      String text,
      @Nullable String textPair,
      @Nullable Label label,
      @Nullable String domain,
      long line,
      @Nullable List<String> words,
      @Nullable String group) {
    this(text, textPair, label, domain, line, words, group, null);
  }

  /** A row of no group. */
  public Row(
      String text,
      @Nullable String textPair,
      @Nullable Label label,
      @Nullable String domain,
      long line,
      @Nullable List<String> words) {
    this(text, textPair, label, domain, line, words, null);
  }

  /** A row that is not given in words. */
  public Row(
      String text,
      @Nullable String textPair,
      @Nullable Label label,
      @Nullable String domain,
      long line) {
    this(text, textPair, label, domain, line, null);
  }

  /**
   * A text with the name of its class, for data that are not from a file.
   *
   * @param text not blank
   * @param label not blank
   * @return a row of no line
   */
  public static Row of(String text, String label) {
    return of(text, new Label.ClassName(label.strip()));
  }

  /**
   * A text with its number, for data that are not from a file.
   *
   * @param text not blank
   * @param label finite
   * @return a row of no line
   */
  public static Row of(String text, double label) {
    return of(text, new Label.Numeric(label));
  }

  /**
   * A text with the label of any task, for data that are not from a file.
   *
   * @param text not blank
   * @param label as the task has it
   * @return a row of no line
   */
  public static Row of(String text, Label label) {
    return new Row(text, null, label, null, 0);
  }

  /**
   * Words, for data that are not from a file.
   *
   * @param words at least one, none blank
   * @param label as the task has it; null where no label is needed
   * @return a row of no line
   */
  public static Row ofWords(List<String> words, @Nullable Label label) {
    return new Row(String.join(" ", words), null, label, null, 0, words);
  }

  /**
   * A picture, for data that are not from a file of rows.
   *
   * @param image its file
   * @param label as the task has it; null where no label is needed
   * @return a row of no line, whose text is the file's name
   */
  public static Row ofImage(Path image, @Nullable Label label) {
    Path name = image.getFileName();
    return new Row(String.valueOf(name), null, label, null, 0).showing(image);
  }

  /** Blanks between words, those of Unicode included. */
  public static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

  /** The words of a text: its parts between blanks. A language without blanks needs words. */
  public static List<String> wordsOf(String text) {
    return BLANKS.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
  }

  /**
   * Whether words were not given and cannot be found: a text of Japanese or the like in one run.
   */
  public boolean isUnsplit() {
    return words == null
        && !BLANKS.matcher(text.strip()).find()
        && text.codePoints().filter(Row::isWithoutBlanks).count() > 1;
  }

  private static boolean isWithoutBlanks(int letter) {
    return switch (Character.UnicodeScript.of(letter)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
      default -> false;
    };
  }

  /** The words as given, else those of the text. */
  public List<String> wordsOrSplit() {
    return words == null ? wordsOf(text) : words;
  }

  /** The same row as one of a group, whose rows are never in two parts of a split. */
  public Row inGroup(@Nullable String newGroup) {
    return new Row(text, textPair, label, domain, line, words, newGroup, conversation, picture);
  }

  /** The same row as a conversation. */
  public Row saying(@Nullable Conversation newConversation) {
    return new Row(text, textPair, label, domain, line, words, group, newConversation, picture);
  }

  /** The same row as a picture, whose name is the text. */
  public Row showing(@Nullable Path newImage) {
    return showing(newImage == null ? null : new Picture.OfFile(newImage));
  }

  /** The same row as a picture, whose name is the text. */
  public Row showing(@Nullable Picture newPicture) {
    return new Row(text, textPair, label, domain, line, words, group, conversation, newPicture);
  }

  /** The file of the picture; null for a text, and for a picture that is in memory. */
  public @Nullable Path image() {
    return picture == null ? null : picture.file();
  }

  /** What a digest of rows is taken of: words and group only where there are some. */
  @Override
  public String toString() {
    return "Row[text="
        + text
        + ", textPair="
        + textPair
        + ", label="
        + label
        + ", domain="
        + domain
        + ", line="
        + line
        + (words == null ? "" : ", words=" + words)
        + (group == null ? "" : ", group=" + group)
        + "]";
  }
}
