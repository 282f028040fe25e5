package io.haori.model.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.check.UserError;
import java.util.List;

/**
 * Makes a {@code tokenizer.json} from the {@code vocab.txt} of BERT: one token a line, its id the
 * number of lines before it.
 */
final class WordPieceVocabulary {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private WordPieceVocabulary() {}

  /**
   * The tokenizer that BERT was trained with.
   *
   * @param source named first in messages
   * @param tokens lines of the file
   * @param lowercase whether text is lower-cased and stripped of accents first
   * @return content of a {@code tokenizer.json}
   * @throws UserError when a special token is missing
   */
  static ObjectNode toJson(String source, List<String> tokens, boolean lowercase) {
    ObjectNode vocabulary = JSON.objectNode();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode added = JSON.arrayNode();
    for (String token : SPECIAL) {
      if (!vocabulary.has(token)) {
        throw new UserError(source + ": must have the token " + token);
      }
      ObjectNode entry = added.addObject().put("id", vocabulary.get(token).intValue());
      entry.put("content", token).put("single_word", false).put("lstrip", false);
      entry.put("rstrip", false).put("normalized", false).put("special", true);
    }
    ObjectNode json = JSON.objectNode().put("version", "1.0");
    json.set("added_tokens", added);
    json.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .putNull("strip_accents")
        .put("lowercase", lowercase);
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode ends = json.putObject("post_processor").put("type", "BertProcessing");
    ends.putArray("sep").add("[SEP]").add(vocabulary.get("[SEP]").intValue());
    ends.putArray("cls").add("[CLS]").add(vocabulary.get("[CLS]").intValue());
    ObjectNode model = json.putObject("model").put("type", "WordPiece").put("unk_token", "[UNK]");
    model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    model.set("vocab", vocabulary);
    return json;
  }
}
