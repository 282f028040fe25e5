package io.haori.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** BERT's tokenizer around a vocabulary. */
final class WordPieceVocabulary {
  /** Tokens with a task where a folder names none. */
  static final Map<String, String> SPECIAL =
      Map.of(
          "pad_token", "[PAD]",
          "unk_token", "[UNK]",
          "cls_token", "[CLS]",
          "sep_token", "[SEP]",
          "mask_token", "[MASK]");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final long MAX_BYTES = 200_000_000;

  private WordPieceVocabulary() {}

  /**
   * How texts become words.
   *
   * @param lowercase whether text is lower-cased
   * @param stripAccents whether accents and dakuten are taken off; null: where text is lower-cased
   * @param chineseCharacters whether each Chinese character is a word
   */
  record Splitting(boolean lowercase, @Nullable Boolean stripAccents, boolean chineseCharacters) {}

  /**
   * Reads BERT's {@code vocab.txt}: one token a line, its id the number of lines before it.
   *
   * @return ids by token
   * @throws UserError when the file cannot be read
   */
  static ObjectNode read(Path file) {
    ObjectNode vocabulary = JSON.objectNode();
    try (Reader reader = JsonFile.strictReader(Files.newInputStream(file))) {
      if (Files.size(file) > MAX_BYTES) {
        throw Check.in(
            file, "must be at most " + MAX_BYTES + " bytes long, is " + Files.size(file));
      }
      StringWriter text = new StringWriter();
      reader.transferTo(text);
      // Other line ends are tokens in some vocabularies, and so is an empty line.
      String[] lines = text.toString().split("\n", -1);
      int count = lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
      for (int id = 0; id < count; id++) {
        vocabulary.put(lines[id].stripTrailing(), id);
      }
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
    return vocabulary;
  }

  /**
   * The tokenizer that BERT was trained with.
   *
   * @param vocabulary ids by token
   * @param tokens beside the vocabulary
   * @param named tokens with a task
   * @param splitting how texts become words
   * @return content of a {@code tokenizer.json}
   * @throws UserError when a special token is missing
   */
  static ObjectNode toJson(
      JsonNode vocabulary, AddedTokens tokens, Map<String, AddedToken> named, Splitting splitting) {
    ObjectNode json = JSON.objectNode().put("version", "1.0");
    json.set("added_tokens", tokens.toJson());
    json.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", splitting.chineseCharacters())
        .put("strip_accents", splitting.stripAccents())
        .put("lowercase", splitting.lowercase());
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode ends = json.putObject("post_processor").put("type", "BertProcessing");
    for (String end : new String[] {"sep", "cls"}) {
      String token = content(named, end + "_token");
      ends.putArray(end).add(token).add(tokens.requiredId(token));
    }
    ObjectNode model = json.putObject("model").put("type", "WordPiece");
    model.put("unk_token", content(named, "unk_token"));
    model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    model.set("vocab", vocabulary);
    return json;
  }

  /**
   * The tokenizer of texts that are cut already, their parts between blanks.
   *
   * @param vocabulary ids by token
   * @param tokens beside the vocabulary
   * @param named tokens with a task
   * @param whole whether a part is a token or unknown; else it is cut into pieces
   * @return content of a {@code tokenizer.json}
   */
  static ObjectNode ofParts(
      JsonNode vocabulary, AddedTokens tokens, Map<String, AddedToken> named, boolean whole) {
    ObjectNode json = toJson(vocabulary, tokens, named, new Splitting(false, false, false));
    json.putNull("normalizer");
    json.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    if (whole) {
      ObjectNode model = json.putObject("model").put("type", "WordLevel");
      model.put("unk_token", content(named, "unk_token"));
      model.set("vocab", vocabulary);
    }
    return json;
  }

  private static String content(Map<String, AddedToken> named, String role) {
    AddedToken token = named.get(role);
    if (token == null) {
      throw new UserError(role + " must be a token, got null");
    }
    return token.content();
  }
}
