package io.haori.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.model.text.japanese.JapaneseSplitting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All files that decide the tokens of a folder's base, put into one {@code tokenizer.json} that the
 * library reads as it is.
 *
 * @param source file of the vocabulary, named first in messages
 * @param json content of the {@code tokenizer.json}
 * @param named tokens with a task, by the name that Hugging Face gives it, for example {@code
 *     pad_token}
 * @param tellsTextsApart whether the tokens of a pair's second text have another type
 * @param cutsLeft whether a text that is too long loses its beginning
 * @param maxLength tokens of a text at most, as the base was trained; null where nothing says so
 * @param chatTemplate how conversations are written; null where nothing says so
 * @param japanese what a base does that cuts Japanese texts into words; null for any other
 */
record TokenizerFolder(
    String source,
    ObjectNode json,
    Map<String, AddedToken> named,
    boolean tellsTextsApart,
    boolean cutsLeft,
    @Nullable Integer maxLength,
    @Nullable String chatTemplate,
    @Nullable JapaneseBase japanese) {
  private static final long MAX_BYTES = 200_000_000;
  private static final String FILE = "tokenizer.json";
  private static final String ADDED = "added_tokens";
  private static final JsonNode NO_TOKENS = MissingNode.getInstance();

  /**
   * Reads a folder.
   *
   * @throws UserError when files are missing or unsound, or ask for what cannot be done
   */
  static TokenizerFolder read(Path folder) {
    TokenizerConfig config = TokenizerConfig.read(folder);
    Path file = folder.resolve(FILE);
    ObjectNode json = Files.exists(file) ? JsonFile.readObject(file, MAX_BYTES) : null;
    boolean words = json == null && Files.exists(folder.resolve("vocab.txt"));
    TokenizerClass kind = config.kind();
    if (kind == null) {
      kind = words ? TokenizerClass.BERT : TokenizerClass.FILE;
    }
    JsonNode truncation = json == null ? NO_TOKENS : json.path("truncation");
    boolean cutsLeft = config.cutsLeft(truncation);
    Made made =
        switch (kind) {
          case BERT -> bert(config, folder, json);
          case JAPANESE -> japanese(config, folder);
          case ROBERTA -> words ? bert(config, folder, null) : roberta(config, folder, json);
          case FILE -> asItIs(config, folder, json);
        };
    return new TokenizerFolder(
        made.source().toString(),
        made.json(),
        made.named(),
        config.tellsTextsApart(),
        cutsLeft,
        config.maxLength(),
        config.chatTemplate(),
        made.japanese());
  }

  /**
   * The tokenizer of a {@code vocab.txt} alone.
   *
   * @throws UserError when the file cannot be read or lacks a special token
   */
  static TokenizerFolder ofVocabulary(Path file, boolean lowercase) {
    ObjectNode vocabulary = WordPieceVocabulary.read(file);
    TokenizerConfig config = TokenizerConfig.none(file.resolveSibling("."));
    Map<String, AddedToken> named = config.named(WordPieceVocabulary.SPECIAL);
    AddedTokens tokens = new AddedTokens(file.toString(), vocabulary);
    add(config, NO_TOKENS, named, WordPieceVocabulary.SPECIAL.keySet(), tokens);
    var splitting = new WordPieceVocabulary.Splitting(lowercase, null, true);
    ObjectNode json = WordPieceVocabulary.toJson(vocabulary, tokens, named, splitting);
    return new TokenizerFolder(file.toString(), json, named, true, false, null, null, null);
  }

  /** The same with texts lower-cased first. */
  TokenizerFolder lowercased() {
    ObjectNode changed = json.deepCopy();
    ObjectNode all = changed.objectNode().put("type", "Sequence");
    ArrayNode steps = all.putArray("normalizers");
    steps.addObject().put("type", "Lowercase");
    if (changed.hasNonNull("normalizer")) {
      steps.add(changed.get("normalizer"));
    }
    changed.set("normalizer", all);
    return new TokenizerFolder(
        source, changed, named, tellsTextsApart, cutsLeft, maxLength, chatTemplate, japanese);
  }

  /** One way to put a folder's files together. */
  private record Made(
      Path source,
      ObjectNode json,
      Map<String, AddedToken> named,
      @Nullable JapaneseBase japanese) {
    Made(Path source, ObjectNode json, Map<String, AddedToken> named) {
      this(source, json, named, null);
    }
  }

  private static Made asItIs(TokenizerConfig config, Path folder, @Nullable ObjectNode json) {
    if (json == null) {
      throw Check.in(folder, "must have a tokenizer.json or a vocab.txt");
    }
    Path file = folder.resolve(FILE);
    TokenizerJson.requireSound(file.toString(), json);
    Map<String, AddedToken> named = config.named(Map.of());
    AddedTokens tokens = new AddedTokens(file.toString(), json.path("model").path("vocab"));
    for (JsonNode token : json.path("added_tokens")) {
      tokens.keep(AddedToken.read(ADDED, token, false), token.path("id").intValue());
    }
    add(config, json.path(ADDED), named, Set.of(), tokens);
    json.set(ADDED, tokens.toJson());
    return new Made(file, json, named);
  }

  private static Made bert(TokenizerConfig config, Path folder, @Nullable ObjectNode json) {
    Path source = folder.resolve(json == null ? "vocab.txt" : FILE);
    if (json == null && !Files.exists(source)) {
      throw Check.in(folder, "must have a tokenizer.json or a vocab.txt");
    }
    JsonNode vocabulary =
        json == null
            ? WordPieceVocabulary.read(source)
            : vocabulary(source, json, "WordPiece", "BertTokenizer");
    Map<String, AddedToken> named = config.named(WordPieceVocabulary.SPECIAL);
    AddedTokens tokens = new AddedTokens(source.toString(), vocabulary);
    JsonNode ofFile = json == null ? NO_TOKENS : json.path(ADDED);
    add(config, ofFile, named, WordPieceVocabulary.SPECIAL.keySet(), tokens);
    var splitting =
        new WordPieceVocabulary.Splitting(
            config.truth("do_lower_case", true),
            config.choice("strip_accents"),
            config.truth("tokenize_chinese_chars", true));
    ObjectNode made = WordPieceVocabulary.toJson(vocabulary, tokens, named, splitting);
    return new Made(source, made, named);
  }

  private static Made japanese(TokenizerConfig config, Path folder) {
    JapaneseSplitting splitting = config.japanese();
    Path source = folder.resolve("vocab.txt");
    if (!Files.exists(source)) {
      throw Check.in(folder, "must have a vocab.txt");
    }
    ObjectNode vocabulary = WordPieceVocabulary.read(source);
    splitting.requireFits(source, vocabulary::has);
    Map<String, AddedToken> named = config.named(WordPieceVocabulary.SPECIAL);
    AddedTokens tokens = new AddedTokens(source.toString(), vocabulary);
    add(config, NO_TOKENS, named, WordPieceVocabulary.SPECIAL.keySet(), tokens);
    ObjectNode made =
        splitting.mecab()
            ? WordPieceVocabulary.ofParts(vocabulary, tokens, named, splitting.characters())
            : WordPieceVocabulary.toJson(
                vocabulary,
                tokens,
                named,
                new WordPieceVocabulary.Splitting(splitting.lowercase(), null, false));
    return new Made(source, made, named, new JapaneseBase(splitting, vocabulary, config.json()));
  }

  private static Made roberta(TokenizerConfig config, Path folder, @Nullable ObjectNode json) {
    Path source = folder.resolve(json == null ? "vocab.json" : FILE);
    Path mergesFile = folder.resolve("merges.txt");
    if (json == null && !(Files.exists(source) && Files.exists(mergesFile))) {
      throw Check.in(folder, "must have a tokenizer.json, or a vocab.json and a merges.txt");
    }
    JsonNode vocabulary =
        json == null
            ? JsonFile.readObject(source, MAX_BYTES)
            : vocabulary(source, json, "BPE", "RobertaTokenizer");
    JsonNode merges =
        json == null
            ? ByteLevelVocabulary.readMerges(mergesFile)
            : json.path("model").path("merges");
    Map<String, AddedToken> named = config.named(ByteLevelVocabulary.SPECIAL);
    AddedTokens tokens = new AddedTokens(source.toString(), vocabulary);
    JsonNode ofFile = json == null ? NO_TOKENS : json.path(ADDED);
    add(config, ofFile, named, Set.of("cls_token", "sep_token", "pad_token"), tokens);
    ObjectNode made =
        ByteLevelVocabulary.toJson(
            vocabulary,
            merges,
            tokens,
            named,
            config.truth("add_prefix_space", false),
            config.truth("trim_offsets", true));
    return new Made(source, made, named);
  }

  /** The vocabulary of a file whose other parts do not count. */
  private static JsonNode vocabulary(Path file, ObjectNode json, String type, String name) {
    JsonNode model = json.path("model");
    String got = model.path("type").asText(type);
    if (!got.equals(type)) {
      throw Check.in(
          file,
          "model.type must be "
              + type
              + " for the class "
              + name
              + ", got "
              + JsonFile.printable(got)
              + "; to read the file as it is, write the tokenizer_class PreTrainedTokenizerFast"
              + " into tokenizer_config.json");
    }
    if (!model.path("vocab").isObject()) {
      throw Check.in(file, "model.vocab must be an object");
    }
    return model.path("vocab");
  }

  /**
   * Adds tokens in the order of the library, which decides the ids of what the vocabulary lacks.
   */
  private static void add(
      TokenizerConfig config,
      JsonNode ofFile,
      Map<String, AddedToken> named,
      Set<String> required,
      AddedTokens tokens) {
    Set<String> tasks = new HashSet<>();
    named.values().forEach(token -> tasks.add(token.content()));
    config
        .decoder(ofFile)
        .forEach(
            (id, token) ->
                tokens.add(tasks.contains(token.content()) ? token.asSpecial() : token, id));
    named.forEach(
        (role, token) -> {
          if (required.contains(role)) {
            tokens.requiredId(token.content());
          }
          addNew(tokens, token);
        });
    config.extra().forEach(token -> addNew(tokens, token));
  }

  private static void addNew(AddedTokens tokens, AddedToken token) {
    if (!tokens.has(token.content())) {
      tokens.add(token, null);
    }
  }
}
