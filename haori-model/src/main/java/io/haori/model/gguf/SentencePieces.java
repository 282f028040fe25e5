package io.haori.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokenizer of Llama 2 and its kin: pieces with scores, where a blank is {@code ▁} and a letter
 * without a piece is its bytes. Two neighbouring pieces become one where that is a piece; which
 * pair comes first follows from the scores, as in transformers' conversion of SentencePiece models.
 */
final class SentencePieces {
  private static final String SCORES = "tokenizer.ggml.scores";
  private static final String PREFIX = "tokenizer.ggml.add_space_prefix";
  private static final String UNKNOWN = "tokenizer.ggml.unknown_token_id";
  private static final String BLANK = "\u2581";

  private final GgufFile file;
  private final List<String> tokens;
  private final List<Float> scores;

  SentencePieces(GgufFile file, List<String> tokens) {
    this.file = file;
    this.tokens = tokens;
    this.scores = file.reals(SCORES);
    if (scores.size() != tokens.size()) {
      throw Check.in(
          file.path(),
          SCORES
              + " must have one number for each of "
              + tokens.size()
              + " tokens, got "
              + scores.size());
    }
  }

  /** Puts all but added tokens and what begins a text into a {@code tokenizer.json}. */
  void putInto(ObjectNode json) {
    ObjectNode normalizer = json.putObject("normalizer").put("type", "Sequence");
    ArrayNode steps = normalizer.putArray("normalizers");
    boolean prefix = file.whole(PREFIX, 1L) == 1;
    if (prefix) {
      steps.addObject().put("type", "Prepend").put("prepend", BLANK);
    }
    ObjectNode blanks = steps.addObject().put("type", "Replace");
    blanks.putObject("pattern").put("String", " ");
    blanks.put("content", BLANK);
    json.putNull("pre_tokenizer");
    ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
    ObjectNode back = decoders.addObject().put("type", "Replace");
    back.putObject("pattern").put("String", BLANK);
    back.put("content", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    ObjectNode model = json.putObject("model").put("type", "BPE").putNull("dropout");
    long unknown = file.whole(UNKNOWN, 0L);
    if (unknown < 0 || unknown >= tokens.size()) {
      throw Check.in(
          file.path(), UNKNOWN + " must be below the " + tokens.size() + " tokens, got " + unknown);
    }
    model.put("unk_token", tokens.get((int) unknown));
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    merges().forEach(one -> merges.addArray().add(one.left()).add(one.right()));
  }

  /** Two pieces that become one. */
  private record Merge(String left, String right, float score) {
    int leftLetters() {
      return left.codePointCount(0, left.length());
    }

    int rightLetters() {
      return right.codePointCount(0, right.length());
    }
  }

  private List<Merge> merges() {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      String piece = tokens.get(id);
      List<Merge> ways = new ArrayList<>();
      for (int at = piece.isEmpty() ? 0 : piece.offsetByCodePoints(0, 1);
          at > 0 && at < piece.length();
          at = piece.offsetByCodePoints(at, 1)) {
        String left = piece.substring(0, at);
        String right = piece.substring(at);
        if (ids.containsKey(left) && ids.containsKey(right)) {
          ways.add(new Merge(left, right, scores.get(id)));
        }
      }
      ways.sort(
          Comparator.comparingInt((Merge one) -> ids.getOrDefault(one.left(), 0))
              .thenComparingInt(one -> ids.getOrDefault(one.right(), 0)));
      merges.addAll(ways);
    }
    merges.sort(
        Comparator.comparingDouble(Merge::score)
            .thenComparingInt(Merge::leftLetters)
            .thenComparingInt(Merge::rightLetters)
            .reversed());
    return merges;
  }
}
