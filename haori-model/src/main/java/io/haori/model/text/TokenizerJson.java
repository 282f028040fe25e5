package io.haori.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a {@code tokenizer.json} that the library does not tell, and its content without the
 * truncation and padding that whoever saved it happened to use.
 */
final class TokenizerJson {
  private static final int MOST_IDS = 1 << 24;

  private final String source;
  private final ObjectNode json;
  private final Map<String, Integer> addedTokens = new HashMap<>();
  private final Set<Integer> specialIds = new HashSet<>();
  private int vocabularySize;

  /**
   * Checks the file.
   *
   * @param source named first in messages
   * @param json its content, changed here
   * @throws UserError when tokens are missing or malformed
   */
  TokenizerJson(String source, ObjectNode json) {
    this.source = source;
    this.json = json;
    json.putNull("truncation");
    json.putNull("padding");
    readVocabulary();
    readAddedTokens();
    requireUnknownToken();
    requireTemplateTokens(json.path("post_processor"));
    requireMergesWithPrefix();
  }

  /**
   * Checks a file that is changed before it is used.
   *
   * @throws UserError when tokens are missing or malformed
   */
  static void requireSound(String source, ObjectNode json) {
    new TokenizerJson(source, json).text();
  }

  String text() {
    return json.toString();
  }

  int vocabularySize() {
    return vocabularySize;
  }

  Set<Integer> specialIds() {
    return specialIds;
  }

  /** Id of what has no token of its own; −1 where every text has tokens, as with byte-level BPE. */
  int unknownId() {
    if (model().path("vocab").isArray()) {
      return model().path("unk_id").asInt(-1);
    }
    String token = model().path("unk_token").asText("");
    return model().path("vocab").path(token).asInt(-1);
  }

  /** Id of the first of these tokens that the file has, or null. */
  @Nullable Integer id(List<String> names) {
    for (String name : names) {
      Integer id = addedTokens.get(name);
      if (id == null && model().path("vocab").path(name).isInt()) {
        id = model().path("vocab").path(name).intValue();
      }
      if (id != null) {
        return id;
      }
    }
    return null;
  }

  /**
   * Whether a word that is given alone needs a blank before it to have the tokens that it has in a
   * text: with byte-level BPE, which makes a word and its blank one token.
   */
  boolean wordsWantBlank() {
    return isByteLevel(json.path("pre_tokenizer"));
  }

  private static boolean isByteLevel(JsonNode splitter) {
    if (splitter.path("type").asText().equals("ByteLevel")) {
      return !splitter.path("add_prefix_space").asBoolean();
    }
    for (JsonNode part : splitter.path("pretokenizers")) {
      if (isByteLevel(part)) {
        return true;
      }
    }
    return false;
  }

  private JsonNode model() {
    return json.path("model");
  }

  private void readVocabulary() {
    JsonNode vocabulary = model().path("vocab");
    if (vocabulary.isArray()) {
      // Unigram: [token, score] pairs in the order of their ids.
      vocabularySize = vocabulary.size();
    } else {
      require(vocabulary.isObject(), "model.vocab must be an object or an array");
      for (JsonNode id : vocabulary) {
        count(id, "model.vocab");
      }
    }
    require(vocabularySize > 0, "model.vocab must have at least one token");
  }

  private void readAddedTokens() {
    JsonNode tokens = json.path("added_tokens");
    require(tokens.isArray() || tokens.isMissingNode(), "added_tokens must be an array");
    for (JsonNode token : tokens) {
      require(token.path("content").isTextual(), "added_tokens must have a content each");
      count(token.path("id"), "added_tokens");
      addedTokens.put(token.path("content").textValue(), token.path("id").intValue());
      if (token.path("special").asBoolean()) {
        specialIds.add(token.path("id").intValue());
      }
    }
  }

  private void count(JsonNode id, String where) {
    boolean sound = id.isInt() && id.intValue() >= 0 && id.intValue() < MOST_IDS;
    String bound = where + " must have ids from 0 to " + (MOST_IDS - 1) + ", got ";
    require(sound, bound + JsonFile.printable(id.toString()));
    vocabularySize = Math.max(vocabularySize, id.intValue() + 1);
  }

  /** Without it the library ends the process at the first text that it has no token for. */
  private void requireUnknownToken() {
    JsonNode vocabulary = model().path("vocab");
    if (vocabulary.isArray()) {
      JsonNode id = model().path("unk_id");
      boolean sound = id.isInt() && id.intValue() >= 0 && id.intValue() < vocabulary.size();
      require(sound, "model.unk_id must be an index of model.vocab");
      return;
    }
    JsonNode token = model().path("unk_token");
    boolean optional = model().path("type").asText().equals("BPE") && !token.isTextual();
    require(
        optional || vocabulary.has(token.asText()),
        "model.unk_token must be a token of model.vocab, got "
            + JsonFile.printable(token.asText()));
  }

  /** A token that a template names but does not define ends the process as well. */
  private void requireTemplateTokens(JsonNode processor) {
    processor.path("processors").forEach(this::requireTemplateTokens);
    for (String kind : List.of("single", "pair")) {
      for (JsonNode piece : processor.path(kind)) {
        JsonNode token = piece.path("SpecialToken").path("id");
        require(
            token.isMissingNode() || processor.path("special_tokens").has(token.asText()),
            "post_processor.special_tokens must have " + JsonFile.printable(token.asText()));
      }
    }
  }

  /** The library cuts the prefix off without looking whether it is there. */
  private void requireMergesWithPrefix() {
    String prefix = model().path("continuing_subword_prefix").asText("");
    if (prefix.isEmpty()) {
      return;
    }
    for (JsonNode merge : model().path("merges")) {
      String text = merge.isArray() ? merge.path(1).asText() : merge.asText();
      require(
          text.substring(text.indexOf(' ') + 1).startsWith(prefix),
          "model.merges must continue words with " + JsonFile.printable(prefix));
    }
  }

  private void require(boolean allowed, String what) {
    if (!allowed) {
      throw new UserError(source + ": " + what);
    }
  }
}
