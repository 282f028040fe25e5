package io.haori.model.text;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns texts into token ids. The special tokens, their places and the token types come from the
 * base's own {@code tokenizer.json}; truncation is that of the call, never that of the file, and
 * nothing is padded. Safe for use by several threads; one call uses all processors.
 */
public final class Tokenizer implements AutoCloseable {
  /** A native row takes far more memory than its ids, so only so much text is encoded at once. */
  private static final int CHUNK_ROWS = 1024;

  private static final int CHUNK_CHARACTERS = 1 << 22;

  private static final Map<String, List<String>> USUAL_NAMES =
      new TreeMap<>(
          Map.of(
              "pad_token", List.of("[PAD]", "<pad>"),
              "mask_token", List.of("[MASK]", "<mask>"),
              "unk_token", List.of("[UNK]", "<unk>"),
              "cls_token", List.of("[CLS]", "<s>"),
              "sep_token", List.of("[SEP]", "</s>")));

  private final String source;
  private final NativeTokenizer library;
  private final TokenizerJson facts;
  private final TokenizerFolder folder;
  private final RowTemplate single;
  private final RowTemplate pair;

  private Tokenizer(TokenizerFolder folder, NativeTokenizer library, TokenizerJson facts) {
    this.source = folder.source();
    this.folder = folder;
    this.library = library;
    this.facts = facts;
    this.single = template(null);
    this.pair = template("a");
  }

  /**
   * Reads the tokenizer of a Hugging Face folder, as Hugging Face's libraries would: {@code
   * tokenizer.json}, else BERT's {@code vocab.txt} or RoBERTa's {@code vocab.json} and {@code
   * merges.txt}, and what {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code
   * added_tokens.json} say of lower case, accents, blanks and further tokens.
   *
   * @param folder holds one of the first three
   * @return to be closed by the caller
   * @throws UserError when all are missing, a file is unsound, or a text would have to be split in
   *     a way that is not known here, for example by MeCab with UniDic
   */
  public static Tokenizer open(Path folder) {
    return open(folder, false);
  }

  /**
   * Reads the tokenizer of a folder whose texts are lower-cased before anything else is done.
   *
   * @param folder as for {@link #open(Path)}
   * @param lowercase whether they are
   * @return to be closed by the caller
   * @throws UserError as for {@link #open(Path)}
   */
  public static Tokenizer open(Path folder, boolean lowercase) {
    TokenizerFolder read = TokenizerFolder.read(folder);
    return of(lowercase ? read.lowercased() : read);
  }

  /**
   * Tokens of a row as a folder bounds them, without opening its vocabulary.
   *
   * @param folder of a base
   * @return null where the folder does not say
   * @throws UserError when {@code tokenizer_config.json} is unsound
   */
  public static @Nullable Integer maxLengthOf(Path folder) {
    return TokenizerConfig.read(folder).maxLength();
  }

  /**
   * Makes a tokenizer from the content of a {@code tokenizer.json}.
   *
   * @param source named first in messages
   * @param json its content; truncation and padding in it are dropped
   * @return to be closed by the caller
   * @throws UserError when it is unsound
   */
  public static Tokenizer of(String source, ObjectNode json) {
    return of(new TokenizerFolder(source, json, Map.of(), true, false, null, null, null));
  }

  /**
   * Makes a tokenizer from the content of a {@code tokenizer.json}, with what is beside it in a
   * folder.
   *
   * @param source named first in messages
   * @param json its content
   * @param named tokens with a task, by Hugging Face's names for them
   * @param chatTemplate how conversations are written; null for nothing
   * @return to be closed by the caller
   * @throws UserError when it is unsound
   */
  public static Tokenizer of(
      String source, ObjectNode json, Map<String, String> named, @Nullable String chatTemplate) {
    Map<String, AddedToken> tokens = new TreeMap<>();
    named.forEach((role, content) -> tokens.put(role, AddedToken.special(content)));
    return of(new TokenizerFolder(source, json, tokens, false, false, null, chatTemplate, null));
  }

  /**
   * Makes BERT's tokenizer from its {@code vocab.txt}.
   *
   * @param file one token a line
   * @param lowercase whether text is lower-cased and stripped of accents first
   * @return to be closed by the caller
   * @throws UserError when the file cannot be read or lacks a special token
   */
  public static Tokenizer ofVocabulary(Path file, boolean lowercase) {
    return of(TokenizerFolder.ofVocabulary(file, lowercase));
  }

  private static Tokenizer of(TokenizerFolder folder) {
    String source = folder.source();
    TokenizerJson facts = new TokenizerJson(source, folder.json());
    NativeTokenizer library;
    try {
      library = NativeTokenizer.open(facts.text());
    } catch (RuntimeException e) {
      String reason = JsonFile.printable(String.valueOf(e.getMessage()));
      throw new UserError(source + ": is not a tokenizer: " + reason, e);
    }
    try {
      return new Tokenizer(folder, library, facts);
    } catch (UserError e) {
      library.close();
      throw e;
    }
  }

  /**
   * Encodes texts, or pairs of texts, with special tokens. Rows that would be longer than {@code
   * maxLength} lose tokens from the end of the longer text of the pair, one at a time; from its
   * beginning where the base's {@code truncation_side} is {@code left}.
   *
   * @param texts one a row
   * @param pairs second texts, one a row; null for rows of one text
   * @param maxLength tokens of a row at most, special ones included
   * @return one encoding a row, in order
   * @throws UserError when {@code maxLength} leaves no room for text
   */
  public List<Encoding> encode(List<String> texts, @Nullable List<String> pairs, int maxLength) {
    RowTemplate template = pairs == null ? single : pair;
    int specials = template.specials();
    require(maxLength > specials, "maxLength", "above " + specials, maxLength);
    if (pairs != null && pairs.size() != texts.size()) {
      throw new IllegalArgumentException(texts.size() + " texts, " + pairs.size() + " pairs");
    }
    List<Encoding> encodings = new ArrayList<>(texts.size());
    int start = 0;
    while (start < texts.size()) {
      int end = start;
      long characters = 0;
      while (end < texts.size() && end - start < CHUNK_ROWS && characters < CHUNK_CHARACTERS) {
        characters += texts.get(end).length() + (pairs == null ? 0 : pairs.get(end).length());
        end++;
      }
      int[][] first = ids(texts.subList(start, end));
      int[][] second = pairs == null ? null : ids(pairs.subList(start, end));
      for (int i = 0; i < first.length; i++) {
        encodings.add(
            template.fill(
                first[i], second == null ? null : second[i], maxLength, folder.cutsLeft()));
      }
      start = end;
    }
    return encodings;
  }

  /**
   * Encodes rows of words, with special tokens, as Hugging Face's tokenizers do with {@code
   * is_split_into_words}: no token spans two words. Rows that would be longer than {@code
   * maxLength} lose tokens from their end.
   *
   * @param rows words of each row; none blank
   * @param maxLength tokens of a row at most, special ones included
   * @return one encoding a row, in order
   * @throws UserError when {@code maxLength} leaves no room for text
   */
  public List<WordEncoding> encodeWords(List<List<String>> rows, int maxLength) {
    require(maxLength > single.specials(), "maxLength", "above " + single.specials(), maxLength);
    int start = single.before().length;
    boolean blankBefore = facts.wordsWantBlank();
    List<WordEncoding> encodings = new ArrayList<>(rows.size());
    for (List<String> words : rows) {
      NativeTokenizer.Words read = words(words, blankBefore);
      Encoding tokens = single.fill(read.ids(), null, maxLength, false);
      int kept = tokens.length() - single.specials();
      int[] firsts = new int[words.size()];
      Arrays.fill(firsts, -1);
      for (int at = kept - 1; at >= 0; at--) {
        firsts[read.wordOf()[at]] = start + at;
      }
      encodings.add(new WordEncoding(tokens, firsts));
    }
    return encodings;
  }

  private NativeTokenizer.Words words(List<String> words, boolean blankBefore) {
    JapaneseBase japanese = folder.japanese();
    if (japanese != null) {
      return words(words, japanese);
    }
    List<String> given = blankBefore ? words.stream().map(word -> " " + word).toList() : words;
    synchronized (library) {
      return library.words(given);
    }
  }

  /** Tokens of words that are cut into words of Japanese first. */
  private NativeTokenizer.Words words(List<String> words, JapaneseBase japanese) {
    List<String> parts = new ArrayList<>();
    List<Integer> wordOfPart = new ArrayList<>();
    for (int word = 0; word < words.size(); word++) {
      for (String part : japanese.parts(words.get(word), specialContents())) {
        parts.add(part);
        wordOfPart.add(word);
      }
    }
    if (parts.isEmpty()) {
      return new NativeTokenizer.Words(new int[0], new int[0]);
    }
    NativeTokenizer.Words read;
    synchronized (library) {
      read = library.words(parts);
    }
    int[] wordOf = Arrays.stream(read.wordOf()).map(wordOfPart::get).toArray();
    return new NativeTokenizer.Words(read.ids(), wordOf);
  }

  private Set<String> specialContents() {
    return Set.copyOf(namedTokens().values());
  }

  /**
   * Ids of the beginning of a text that a decoder is to write on: what the base puts before texts,
   * and the text, never what ends one.
   *
   * @param text may be empty
   */
  public int[] prompt(String text) {
    int[] ids = ids(List.of(text))[0];
    int[] before = single.before();
    int[] all = Arrays.copyOf(before, before.length + ids.length);
    System.arraycopy(ids, 0, all, before.length, ids.length);
    return all;
  }

  /**
   * Tokens of a text that has its special tokens already, such as one of a chat template, with the
   * place of each.
   *
   * @param text nothing is put around it
   */
  public TextTokens tokens(String text) {
    synchronized (library) {
      return library.tokens(text);
    }
  }

  /**
   * The text of some tokens, special ones left out. Tokens may hold parts of a character; a part
   * whose rest is missing becomes U+FFFD.
   *
   * @param ids each at least 0 and below {@link #vocabularySize}
   */
  public String text(int... ids) {
    if (ids.length == 0) {
      return "";
    }
    synchronized (library) {
      return library.text(ids, true);
    }
  }

  /** Id of the token that ends texts; null where the base's folder names none. */
  public @Nullable Integer endId() {
    AddedToken named = folder.named().get("eos_token");
    return named == null ? null : facts.id(List.of(named.content()));
  }

  /**
   * How the base wants conversations to be written, in Jinja; null where its folder has nothing.
   */
  public @Nullable String chatTemplate() {
    return folder.chatTemplate();
  }

  /** Tokens with a task by the name that Hugging Face gives it, for example {@code bos_token}. */
  public Map<String, String> namedTokens() {
    Map<String, String> tokens = new TreeMap<>();
    folder.named().forEach((role, token) -> tokens.put(role, token.content()));
    return tokens;
  }

  /** The file of the vocabulary, as messages name it. */
  public String source() {
    return source;
  }

  /** Ids that come before the text in every row of one text. */
  public int[] before() {
    return single.before();
  }

  /** Ids that come after the text in every row of one text. */
  public int[] after() {
    return single.after();
  }

  /**
   * Id that fills rows up to the length of their batch; nothing reads it, so decoders, which often
   * name none, take what ends a text, or any.
   */
  public int padId() {
    AddedToken named = folder.named().get("pad_token");
    Integer pad =
        facts.id(
            named == null
                ? USUAL_NAMES.getOrDefault("pad_token", List.of())
                : List.of(named.content()));
    Integer end = endId();
    return pad != null ? pad : end != null ? end : 0;
  }

  /** Id that hides a token in masked language modelling. */
  public int maskId() {
    return id("mask_token", "mask token");
  }

  /** Id of what has no token of its own. */
  public int unknownId() {
    return id("unk_token", "unknown token");
  }

  /** Highest id plus one: rows that the base's word embedding needs at least. */
  public int vocabularySize() {
    return facts.vocabularySize();
  }

  /** Ids that mean no text: beginning, end, separator, padding, mask. */
  public Set<Integer> specialIds() {
    return Set.copyOf(facts.specialIds());
  }

  /** Whether the base has no token for what was written: an answer to it is a guess. */
  public boolean isUnknown(int id) {
    return id == facts.unknownId();
  }

  /** Tokens of a row as the base's folder bounds them; empty where it does not. */
  public OptionalInt maxLength() {
    Integer length = folder.maxLength();
    return length == null ? OptionalInt.empty() : OptionalInt.of(length);
  }

  /**
   * The files that make the same tokenizer, here and in other libraries, by their names: {@code
   * tokenizer.json} and {@code tokenizer_config.json}; of a base that cuts Japanese words {@code
   * vocab.txt} in place of the first.
   */
  public Map<String, String> files() {
    JapaneseBase japanese = folder.japanese();
    return japanese == null
        ? Map.of("tokenizer.json", toJson(), "tokenizer_config.json", toConfigJson())
        : japanese.files();
  }

  /** The content of the {@code tokenizer.json} that makes the same tokenizer. */
  public String toJson() {
    return facts.text();
  }

  /**
   * The content of the {@code tokenizer_config.json} beside {@link #toJson()}, without which other
   * libraries would not take that file as it is.
   */
  public String toConfigJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    json.putArray("model_input_names").add("input_ids").add("attention_mask");
    if (folder.tellsTextsApart()) {
      json.withArray("model_input_names").add("token_type_ids");
    }
    json.put("truncation_side", folder.cutsLeft() ? "left" : "right");
    maxLength().ifPresent(length -> json.put("model_max_length", length));
    if (folder.chatTemplate() != null) {
      json.put("chat_template", folder.chatTemplate());
    }
    folder.named().forEach((role, token) -> json.put(role, token.content()));
    // Files without a folder around them name their tokens by habit alone.
    USUAL_NAMES.forEach(
        (role, names) ->
            names.stream()
                .filter(name -> !json.has(role) && facts.id(List.of(name)) != null)
                .findFirst()
                .ifPresent(name -> json.put(role, name)));
    return json.toPrettyString() + "\n";
  }

  @Override
  public void close() {
    synchronized (library) {
      library.close();
    }
  }

  private int id(String role, String what) {
    AddedToken named = folder.named().get(role);
    List<String> names =
        named == null ? USUAL_NAMES.getOrDefault(role, List.of()) : List.of(named.content());
    Integer id = facts.id(names);
    if (id == null) {
      throw new UserError(source + ": must have a " + what + ", one of " + names);
    }
    return id;
  }

  private int[][] ids(List<String> texts) {
    JapaneseBase japanese = folder.japanese();
    Set<String> special = japanese == null ? Set.of() : specialContents();
    List<String> read =
        japanese == null
            ? texts
            : texts.parallelStream().map(text -> japanese.spaced(text, special)).toList();
    synchronized (library) {
      return library.ids(read);
    }
  }

  private RowTemplate template(@Nullable String second) {
    RowTemplate template;
    try {
      template = library.template("a", second, folder.tellsTextsApart());
    } catch (IllegalArgumentException e) {
      throw new UserError(
          source + ": must keep the tokens of a text together, and the first text first", e);
    }
    for (int id : template.specialIds()) {
      if (id >= facts.vocabularySize()) {
        throw new UserError(source + ": adds the special token " + id + ", which it does not have");
      }
      facts.specialIds().add(id);
    }
    return template;
  }
}
