package io.haori.model.text;

import static io.haori.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.check.UserError;
import io.haori.model.json.JsonFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns texts into token ids. The special tokens, their places and the token types come from the
 * base's own {@code tokenizer.json}; truncation is that of the call, never that of the file, and
 * nothing is padded. Safe for use by several threads; one call uses all processors.
 */
public final class Tokenizer implements AutoCloseable {
  private static final long MAX_BYTES = 200_000_000;

  /** A native row takes far more memory than its ids, so only so much text is encoded at once. */
  private static final int CHUNK_ROWS = 1024;

  private static final int CHUNK_CHARACTERS = 1 << 22;

  private final String source;
  private final NativeTokenizer library;
  private final TokenizerJson facts;
  private final RowTemplate single;
  private final RowTemplate pair;

  private Tokenizer(String source, NativeTokenizer library, TokenizerJson facts) {
    this.source = source;
    this.library = library;
    this.facts = facts;
    this.single = template(null);
    this.pair = template("a");
  }

  /**
   * Reads the tokenizer of a Hugging Face folder: {@code tokenizer.json}, else BERT's {@code
   * vocab.txt}.
   *
   * @param folder holds one of both
   * @return to be closed by the caller
   * @throws UserError when both are missing, or the one that is there is unsound
   */
  public static Tokenizer open(Path folder) {
    Path json = folder.resolve("tokenizer.json");
    if (Files.exists(json)) {
      return of(json.toString(), JsonFile.readObject(json, MAX_BYTES));
    }
    Path vocabulary = folder.resolve("vocab.txt");
    if (!Files.exists(vocabulary)) {
      throw new UserError(folder + ": must have a tokenizer.json or a vocab.txt");
    }
    return ofVocabulary(vocabulary, lowercase(folder.resolve("tokenizer_config.json")));
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
    TokenizerJson facts = new TokenizerJson(source, json);
    NativeTokenizer library;
    try {
      library = NativeTokenizer.open(facts.text());
    } catch (RuntimeException e) {
      String reason = JsonFile.printable(String.valueOf(e.getMessage()));
      throw new UserError(source + ": is not a tokenizer: " + reason, e);
    }
    try {
      return new Tokenizer(source, library, facts);
    } catch (UserError e) {
      library.close();
      throw e;
    }
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
    List<String> tokens = new ArrayList<>();
    try (var reader = new BufferedReader(JsonFile.strictReader(Files.newInputStream(file)))) {
      require(
          Files.size(file) <= MAX_BYTES, file + ": size", "at most " + MAX_BYTES, Files.size(file));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        tokens.add(line);
      }
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
    String source = file.toString();
    return of(source, WordPieceVocabulary.toJson(source, tokens, lowercase));
  }

  /**
   * Encodes texts, or pairs of texts, with special tokens. Rows that would be longer than {@code
   * maxLength} lose tokens from the end of the longer text of the pair, one at a time.
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
    require(maxLength > specials, "max-length", "above " + specials, maxLength);
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
        encodings.add(template.fill(first[i], second == null ? null : second[i], maxLength));
      }
      start = end;
    }
    return encodings;
  }

  /** Ids that stand before the text in every row of one text. */
  public int[] before() {
    return single.before();
  }

  /** Ids that stand after the text in every row of one text. */
  public int[] after() {
    return single.after();
  }

  /** Id that fills rows up to the length of their batch. */
  public int padId() {
    return id("padding token", List.of("[PAD]", "<pad>"));
  }

  /** Id that hides a token in masked language modelling. */
  public int maskId() {
    return id("mask token", List.of("[MASK]", "<mask>"));
  }

  /** Id of what has no token of its own. */
  public int unknownId() {
    return id("unknown token", List.of("[UNK]", "<unk>"));
  }

  /** Highest id plus one: rows that the base's word embedding needs at least. */
  public int vocabularySize() {
    return facts.vocabularySize();
  }

  /** Ids that stand for no text: beginning, end, separator, padding, mask. */
  public Set<Integer> specialIds() {
    return Set.copyOf(facts.specialIds());
  }

  /** The content of the {@code tokenizer.json} that makes the same tokenizer. */
  public String toJson() {
    return facts.text();
  }

  @Override
  public void close() {
    synchronized (library) {
      library.close();
    }
  }

  private int id(String what, List<String> names) {
    Integer id = facts.id(names);
    if (id == null) {
      throw new UserError(source + ": must have a " + what + ", one of " + names);
    }
    return id;
  }

  private int[][] ids(List<String> texts) {
    synchronized (library) {
      return library.ids(texts);
    }
  }

  private RowTemplate template(@Nullable String second) {
    RowTemplate template;
    try {
      template = library.template("a", second);
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

  private static boolean lowercase(Path config) {
    if (!Files.exists(config)) {
      return true;
    }
    JsonNode value = JsonFile.readObject(config, MAX_BYTES).path("do_lower_case");
    return value.asBoolean(true);
  }
}
