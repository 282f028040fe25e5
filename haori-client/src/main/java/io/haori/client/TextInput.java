package io.haori.client;

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
 */
public record TextInput(
    String text, @Nullable String textPair, @Nullable String domain, List<String> words) {
  /** Copies the list. */
  public TextInput {
    words = List.copyOf(words);
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
    if (textPair == null && domain == null && words.isEmpty()) {
      return text;
    }
    Map<String, Object> members = new LinkedHashMap<>();
    if (words.isEmpty()) {
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
