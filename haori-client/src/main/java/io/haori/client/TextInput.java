package io.haori.client;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is read.
 *
 * @param text not blank; of words given as such, whatever
 * @param textPair the second text of a pair; null for none
 * @param domain which head answers, for a module with several; null for its only one
 * @param words for a tagger, where they are known; empty to have the text split at blanks
 * @param image the file of a picture in base64, in the place of all texts; null for a text
 */
public record TextInput(
    String text,
    @Nullable String textPair,
    @Nullable String domain,
    List<String> words,
    @Nullable String image) {
  /** Copies the list. */
  public TextInput {
    words = List.copyOf(words);
  }

  /** What is no picture. */
  public TextInput(
      String text, @Nullable String textPair, @Nullable String domain, List<String> words) {
    this(text, textPair, domain, words, null);
  }

  /**
   * A picture, for modules on a base that reads pictures.
   *
   * @param file content of a PNG, JPEG, BMP or TIFF file
   */
  public static TextInput picture(byte[] file) {
    return picture(file, null);
  }

  /**
   * A picture for one of several heads.
   *
   * @param file content of a PNG, JPEG, BMP or TIFF file
   * @param domain which head answers; null for the only one
   */
  public static TextInput picture(byte[] file, @Nullable String domain) {
    return new TextInput("", null, domain, List.of(), Base64.getEncoder().encodeToString(file));
  }

  /** About how long it is in a request, in characters. */
  public int length() {
    return text.length()
        + (textPair == null ? 0 : textPair.length())
        + (image == null ? 0 : image.length());
  }

  /** A text. */
  public static TextInput of(String text) {
    return new TextInput(text, null, null, List.of());
  }

  /** Two texts that are read together. */
  public static TextInput pair(String text, String second) {
    return new TextInput(text, second, null, List.of());
  }

  /** Words for a tagger. */
  public static TextInput words(List<String> words) {
    return new TextInput(String.join(" ", words), null, null, words);
  }

  /** As a request has it. */
  Object member() {
    if (textPair == null && domain == null && words.isEmpty() && image == null) {
      return text;
    }
    Map<String, Object> members = new LinkedHashMap<>();
    if (image != null) {
      members.put("image", image);
    } else if (words.isEmpty()) {
      members.put("text", text);
    } else {
      members.put("words", words);
    }
    if (textPair != null) {
      members.put("textPair", textPair);
    }
    if (domain != null) {
      members.put("domain", domain);
    }
    return members;
  }
}
