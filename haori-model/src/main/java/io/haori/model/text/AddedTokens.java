package io.haori.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens beside a vocabulary, with the ids that the library gives them: a token of the vocabulary
 * keeps its id, any other gets the next one behind all.
 */
final class AddedTokens {
  private final String source;
  private final Map<String, Integer> vocabulary;
  private final Map<String, AddedToken> tokens = new LinkedHashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private int highest = -1;

  /**
   * None yet.
   *
   * @param source named first in messages
   * @param vocabulary {@code model.vocab}: ids by token, or pairs of token and score
   */
  AddedTokens(String source, JsonNode vocabulary) {
    this.source = source;
    this.vocabulary = new HashMap<>();
    if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        this.vocabulary.put(vocabulary.path(id).path(0).asText(), id);
      }
    } else {
      vocabulary.properties().forEach(e -> this.vocabulary.put(e.getKey(), e.getValue().asInt(-1)));
    }
  }

  /** Takes over a token that a {@code tokenizer.json} has, with the id that it has there. */
  void keep(AddedToken token, int id) {
    tokens.put(token.content(), token);
    ids.put(token.content(), id);
    highest = Math.max(highest, id);
  }

  /**
   * Adds a token; one of the same characters is replaced.
   *
   * @param declared the id that its file gives it, null where the file gives none
   * @throws UserError when the library would give it another
   */
  void add(AddedToken token, @Nullable Integer declared) {
    if (token.content().isEmpty()) {
      return;
    }
    Integer known = id(token.content());
    int next = Math.max(highest + 1, vocabulary.size());
    int id = known == null ? next : known;
    if (declared != null && declared != id) {
      String rule = known == null ? ", the next one behind the vocabulary" : "";
      throw new UserError(
          source
              + ": the added token "
              + JsonFile.printable(token.content())
              + " must have the id "
              + id
              + rule
              + ", got "
              + declared);
    }
    keep(token, id);
  }

  boolean has(String content) {
    return tokens.containsKey(content);
  }

  /** Id of a token, added or of the vocabulary; null when there is none. */
  @Nullable Integer id(String content) {
    Integer added = ids.get(content);
    return added == null ? vocabulary.get(content) : added;
  }

  /**
   * Id of a token that must be there.
   *
   * @throws UserError when it is not
   */
  int requiredId(String content) {
    Integer id = id(content);
    if (id == null) {
      throw new UserError(source + ": must have the token " + JsonFile.printable(content));
    }
    return id;
  }

  /** As {@code added_tokens} of a {@code tokenizer.json}. */
  ArrayNode toJson() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    tokens.values().forEach(token -> json.add(token.toJson(ids.getOrDefault(token.content(), -1))));
    return json;
  }
}
