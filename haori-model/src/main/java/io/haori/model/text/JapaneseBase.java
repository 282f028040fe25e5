package io.haori.model.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.text.japanese.JapaneseSplitting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A base whose texts are cut into Japanese words before its vocabulary cuts those into pieces.
 *
 * @param splitting how
 * @param vocabulary ids by token
 * @param config content of the {@code tokenizer_config.json}
 */
record JapaneseBase(JapaneseSplitting splitting, ObjectNode vocabulary, ObjectNode config) {
  /**
   * A text with blanks between its parts, as the library is to read it.
   *
   * @param text as it was given
   * @param special contents of special tokens, which stay whole
   */
  String spaced(String text, Collection<String> special) {
    return String.join(" ", parts(text, special));
  }

  /** The parts of a text, special tokens among them. */
  List<String> parts(String text, Collection<String> special) {
    if (!splitting.mecab()) {
      return List.of(text);
    }
    List<String> parts = new ArrayList<>();
    Matcher found = anyOf(special).matcher(text);
    int from = 0;
    while (found.find()) {
      parts.addAll(splitting.parts(text.substring(from, found.start())));
      parts.add(found.group());
      from = found.end();
    }
    parts.addAll(splitting.parts(text.substring(from)));
    return parts;
  }

  private static Pattern anyOf(Collection<String> special) {
    return Pattern.compile(
        special.stream()
            .sorted(Comparator.comparing(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|")));
  }

  /** Its files, by their names, as other libraries read them. */
  Map<String, String> files() {
    Map<Integer, String> lines = new TreeMap<>();
    vocabulary.properties().forEach(one -> lines.put(one.getValue().intValue(), one.getKey()));
    ObjectNode named = config.deepCopy();
    named.put("tokenizer_class", JapaneseSplitting.CLASS);
    return Map.of(
        "vocab.txt",
        String.join("\n", lines.values()) + "\n",
        "tokenizer_config.json",
        named.toPrettyString() + "\n");
  }
}
