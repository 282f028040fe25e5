package io.haori.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** RoBERTa's tokenizer around a vocabulary and its merges. */
final class ByteLevelVocabulary {
  /** Tokens with a task where a folder names none. */
  static final Map<String, String> SPECIAL =
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "sep_token", "</s>",
          "cls_token", "<s>",
          "unk_token", "<unk>",
          "pad_token", "<pad>",
          "mask_token", "<mask>");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ByteLevelVocabulary() {}

  /**
   * Reads {@code merges.txt}: two parts a line.
   *
   * @throws UserError when the file cannot be read
   */
  static ArrayNode readMerges(Path file) {
    ArrayNode merges = JSON.arrayNode();
    try (var reader = new BufferedReader(JsonFile.strictReader(Files.newInputStream(file)))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank() && !line.startsWith("#version")) {
          merges.add(line.strip());
        }
      }
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
    return merges;
  }

  /**
   * The tokenizer that RoBERTa was trained with.
   *
   * @param vocabulary ids by token
   * @param merges pairs of parts, in their order
   * @param tokens beside the vocabulary
   * @param named tokens with a task
   * @param prefixSpace whether a text begins as if a blank were before it
   * @param trimOffsets of the library; does not change tokens
   * @return content of a {@code tokenizer.json}
   * @throws UserError when a special token is missing
   */
  static ObjectNode toJson(
      JsonNode vocabulary,
      JsonNode merges,
      AddedTokens tokens,
      Map<String, AddedToken> named,
      boolean prefixSpace,
      boolean trimOffsets) {
    ObjectNode json = JSON.objectNode().put("version", "1.0");
    json.set("added_tokens", tokens.toJson());
    json.putNull("normalizer");
    json.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", prefixSpace)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode ends = json.putObject("post_processor").put("type", "RobertaProcessing");
    for (String end : new String[] {"sep", "cls"}) {
      AddedToken token = named.get(end + "_token");
      if (token == null) {
        throw new UserError(end + "_token must be a token, got null");
      }
      ends.putArray(end).add(token.content()).add(tokens.requiredId(token.content()));
    }
    ends.put("trim_offsets", trimOffsets).put("add_prefix_space", prefixSpace);
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("fuse_unk", false).put("byte_fallback", false);
    model.set("vocab", vocabulary);
    model.set("merges", merges);
    return json;
  }
}
