package io.haori.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;

/**
 * A token that is found in a text before the text is cut into words.
 *
 * @param content its characters
 * @param singleWord whether it is found only where no letter or digit touches it
 * @param lstrip whether it takes the blanks before it
 * @param rstrip whether it takes the blanks behind it
 * @param normalized whether it is looked for in the text after lower-casing and the like
 * @param special whether it is no text of the user's: beginning, separator, mask
 */
record AddedToken(
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {

  /** One that is given by its characters alone. */
  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, false, true);
  }

  /**
   * Reads one as Hugging Face's libraries write it.
   *
   * @param where file and key, for messages
   * @param node the characters alone, or an object with {@code content}
   * @param special what it is where the object does not say
   * @throws UserError when it is neither
   */
  static AddedToken read(String where, JsonNode node, boolean special) {
    if (node.isTextual()) {
      return special(node.textValue());
    }
    JsonNode content = node.path("content");
    if (!content.isTextual()) {
      String got = JsonFile.printable(node.toString());
      throw new UserError(where + " must be a token or an object with a content, got " + got);
    }
    boolean isSpecial = node.path("special").asBoolean(special);
    return new AddedToken(
        content.textValue(),
        node.path("single_word").asBoolean(false),
        node.path("lstrip").asBoolean(false),
        node.path("rstrip").asBoolean(false),
        node.path("normalized").asBoolean(!isSpecial),
        isSpecial);
  }

  AddedToken asSpecial() {
    return new AddedToken(content, singleWord, lstrip, rstrip, normalized, true);
  }

  /** As an entry of {@code added_tokens} in a {@code tokenizer.json}. */
  ObjectNode toJson(int id) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("content", content)
        .put("single_word", singleWord)
        .put("lstrip", lstrip)
        .put("rstrip", rstrip)
        .put("normalized", normalized)
        .put("special", special);
  }
}
