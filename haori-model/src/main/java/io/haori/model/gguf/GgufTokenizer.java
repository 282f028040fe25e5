package io.haori.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.model.text.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer in a model's file, as a {@code tokenizer.json}: byte-level BPE with the words of
 * GPT-2, Llama 3 or Qwen 2, or the pieces of SentencePiece, as Llama 2 has them ({@link
 * SentencePieces}).
 */
final class GgufTokenizer {
  private static final String MODEL = "tokenizer.ggml.model";
  private static final String PRE = "tokenizer.ggml.pre";
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String TYPES = "tokenizer.ggml.token_type";
  private static final String MERGES = "tokenizer.ggml.merges";
  private static final String BEGINS = "tokenizer.ggml.add_bos_token";
  private static final String BESIDE =
      "; put the base's tokenizer.json, with tokenizer_config.json, beside the file";

  /** What the file calls the pieces of SentencePiece. */
  private static final String PIECES = "llama";

  /** What has no token. */
  private static final int UNKNOWN = 2;

  /** A token that is no text. */
  private static final int CONTROL = 3;

  /** A text that is one token whatever is around it. */
  private static final int OWN = 4;

  private static final String ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String LETTERS = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String REST =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** How a text is parted into words, by the file's name for it; empty as GPT-2 does. */
  private static final Map<String, String> WORDS =
      new TreeMap<>(
          Map.of(
              "gpt-2", "",
              "llama-bpe", ENDINGS + LETTERS + "|\\p{N}{1,3}" + REST,
              "qwen2", ENDINGS + LETTERS + "|\\p{N}" + REST));

  /** Tokens with a task, by Hugging Face's names for them. */
  private static final Map<String, String> ROLES =
      new TreeMap<>(
          Map.of(
              "bos_token", "tokenizer.ggml.bos_token_id",
              "eos_token", "tokenizer.ggml.eos_token_id",
              "pad_token", "tokenizer.ggml.padding_token_id",
              "unk_token", "tokenizer.ggml.unknown_token_id"));

  private final GgufFile file;
  private final String words;
  private final List<String> tokens;

  private GgufTokenizer(GgufFile file, String words) {
    this.file = file;
    this.words = words;
    this.tokens = file.texts(TOKENS);
  }

  /**
   * Opens it.
   *
   * @return to be closed by the caller
   * @throws UserError when it is of another kind, or unsound
   */
  static Tokenizer open(GgufFile file) {
    String model = file.text(MODEL);
    if (PIECES.equals(model)) {
      return new GgufTokenizer(file, PIECES).open();
    }
    if (!"gpt2".equals(model)) {
      throw Check.in(file.path(), MODEL + " must be gpt2 or llama, got " + shown(model) + BESIDE);
    }
    String words = file.text(PRE);
    String known = words == null ? "gpt-2" : words;
    if (!WORDS.containsKey(known)) {
      throw Check.in(
          file.path(),
          PRE + " must be one of " + WORDS.keySet() + ", got " + shown(words) + BESIDE);
    }
    return new GgufTokenizer(file, known).open();
  }

  private static String shown(@Nullable String text) {
    return text == null ? "none" : GgufBytes.quote(text);
  }

  private Tokenizer open() {
    Map<String, String> named = new LinkedHashMap<>();
    ROLES.forEach(
        (role, key) -> {
          if (file.has(key)) {
            named.put(role, token(key));
          }
        });
    String template = file.longText("tokenizer.chat_template");
    return Tokenizer.of(file.path().toString(), json(named.get("bos_token")), named, template);
  }

  private String token(String key) {
    long id = file.whole(key, null);
    if (id < 0 || id >= tokens.size()) {
      throw Check.in(
          file.path(), key + " must be below the " + tokens.size() + " tokens, got " + id);
    }
    return tokens.get((int) id);
  }

  private ObjectNode json(@Nullable String begin) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode json = nodes.objectNode().put("version", "1.0");
    json.set("added_tokens", added(nodes));
    boolean begins =
        file.whole(BEGINS, words.equals("gpt-2") || words.equals("qwen2") ? 0L : 1L) == 1;
    if (begins && begin != null) {
      json.set("post_processor", beginning(nodes, begin));
    } else {
      json.putNull("post_processor");
    }
    if (words.equals(PIECES)) {
      new SentencePieces(file, tokens).putInto(json);
      return json;
    }
    if (words.equals("qwen2")) {
      json.putObject("normalizer").put("type", "NFC");
    } else {
      json.putNull("normalizer");
    }
    json.set("pre_tokenizer", parts(nodes));
    json.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", words.equals("llama-bpe"));
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    for (String merge : file.texts(MERGES)) {
      int blank = merge.indexOf(' ', 1);
      if (blank < 0) {
        throw Check.in(
            file.path(), MERGES + " must be pairs of tokens, got " + GgufBytes.quote(merge));
      }
      merges.addArray().add(merge.substring(0, blank)).add(merge.substring(blank + 1));
    }
    return json;
  }

  private ArrayNode added(JsonNodeFactory nodes) {
    ArrayNode added = nodes.arrayNode();
    List<Integer> types = file.wholes(TYPES);
    for (int id = 0; id < Math.min(types.size(), tokens.size()); id++) {
      int type = types.get(id);
      boolean unknown = type == UNKNOWN && words.equals(PIECES);
      if (type == CONTROL || type == OWN || unknown) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", type != OWN);
      }
    }
    return added;
  }

  private ObjectNode parts(JsonNodeFactory nodes) {
    String pattern = WORDS.getOrDefault(words, "");
    ObjectNode bytes =
        nodes
            .objectNode()
            .put("type", "ByteLevel")
            .put("add_prefix_space", false)
            .put("trim_offsets", true)
            .put("use_regex", pattern.isEmpty());
    if (pattern.isEmpty()) {
      return bytes;
    }
    ObjectNode both = nodes.objectNode().put("type", "Sequence");
    ArrayNode steps = both.putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", pattern);
    split.put("behavior", "Isolated").put("invert", false);
    steps.add(bytes);
    return both;
  }

  private ObjectNode beginning(JsonNodeFactory nodes, String begin) {
    ObjectNode template = nodes.objectNode().put("type", "TemplateProcessing");
    for (String form : List.of("single", "pair")) {
      ArrayNode parts = template.putArray(form);
      parts.addObject().putObject("SpecialToken").put("id", begin).put("type_id", 0);
      parts.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
      if (form.equals("pair")) {
        parts.addObject().putObject("Sequence").put("id", "B").put("type_id", 0);
      }
    }
    ObjectNode one = template.putObject("special_tokens").putObject(begin).put("id", begin);
    one.putArray("ids").add(tokens.indexOf(begin));
    one.putArray("tokens").add(begin);
    return template;
  }
}
