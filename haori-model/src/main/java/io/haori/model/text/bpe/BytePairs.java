package io.haori.model.text.bpe;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909) of bytes: each byte is a token, and
 * again and again the two neighbouring tokens that are together most often become one. No pair
 * reaches over the border of a word, as GPT-2 parts texts into words. The tokens are those of the
 * {@code BpeTrainer} of Hugging Face's tokenizers.
 */
public final class BytePairs {
  /** Words of a text: a blank belongs to the word behind it. */
  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  /** A pair that is together only once is no habit of a language. */
  private static final int LEAST = 2;

  private final List<String> tokens;
  private final List<String> merges;
  private final List<String> special;

  private BytePairs(List<String> tokens, List<String> merges, List<String> special) {
    this.tokens = tokens;
    this.merges = merges;
    this.special = special;
  }

  /**
   * Learns from texts.
   *
   * @param texts any
   * @param size tokens at most; at least 256 and the special ones
   * @param special tokens that are no text, by their names; the first begins every text
   */
  public static BytePairs learn(Iterable<String> texts, int size, List<String> special) {
    int least = 256 + special.size();
    require(size >= least, "vocabulary size", "at least " + least, size);
    Map<String, Integer> counts = new TreeMap<>();
    for (String text : texts) {
      Matcher word = WORD.matcher(text);
      while (word.find()) {
        counts.merge(ByteLetters.of(word.group()), 1, Integer::sum);
      }
    }
    List<String> tokens = new ArrayList<>(special);
    for (char letter : ByteLetters.sorted()) {
      tokens.add(String.valueOf(letter));
    }
    List<String> merges = new ArrayList<>();
    new Learning(counts, tokens, merges).to(size);
    return new BytePairs(List.copyOf(tokens), List.copyOf(merges), List.copyOf(special));
  }

  /** All tokens, each at the place of its id. */
  public List<String> tokens() {
    return tokens;
  }

  /** The pairs that became one, in their order, as a file has them. */
  public List<String> merges() {
    return merges;
  }

  /** As the content of a {@code tokenizer.json}. */
  public ObjectNode toJson() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode json = nodes.objectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (int id = 0; id < special.size(); id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", special.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    json.putNull("normalizer");
    json.set("pre_tokenizer", byteLevel(nodes));
    String begin = special.get(0);
    ObjectNode template = json.putObject("post_processor").put("type", "TemplateProcessing");
    for (String form : List.of("single", "pair")) {
      ArrayNode parts = template.putArray(form);
      parts.addObject().putObject("SpecialToken").put("id", begin).put("type_id", 0);
      parts.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
      if (form.equals("pair")) {
        parts.addObject().putObject("Sequence").put("id", "B").put("type_id", 0);
      }
    }
    ObjectNode one = template.putObject("special_tokens").putObject(begin).put("id", begin);
    one.putArray("ids").add(0);
    one.putArray("tokens").add(begin);
    json.set("decoder", byteLevel(nodes));
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode pairs = model.putArray("merges");
    merges.forEach(merge -> pairs.addArray().add(part(merge, 0)).add(part(merge, 1)));
    return json;
  }

  private static String part(String merge, int which) {
    int blank = merge.indexOf(' ');
    return which == 0 ? merge.substring(0, blank) : merge.substring(blank + 1);
  }

  private static ObjectNode byteLevel(JsonNodeFactory nodes) {
    return nodes
        .objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  /**
   * A pair with how often it was together when it was put into the queue.
   *
   * @param left id of the first token
   * @param right id of the second
   * @param count how often
   */
  private record Candidate(int left, int right, int count) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      if (count != other.count) {
        return Integer.compare(other.count, count);
      }
      return left != other.left
          ? Integer.compare(left, other.left)
          : Integer.compare(right, other.right);
    }
  }

  /** One run over the words of all texts. */
  private static final class Learning {
    private final List<int[]> words = new ArrayList<>();
    private final List<Integer> times = new ArrayList<>();
    private final List<String> tokens;
    private final List<String> merges;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Long, Integer> counts = new HashMap<>();
    private final Map<Long, Set<Integer>> places = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

    Learning(Map<String, Integer> texts, List<String> tokens, List<String> merges) {
      this.tokens = tokens;
      this.merges = merges;
      for (int id = 0; id < tokens.size(); id++) {
        ids.put(tokens.get(id), id);
      }
      texts.forEach(
          (word, count) -> {
            words.add(word.chars().map(c -> id(String.valueOf((char) c))).toArray());
            times.add(count);
          });
      for (int word = 0; word < words.size(); word++) {
        count(word, 1, new LinkedHashMap<>());
      }
      counts.forEach(
          (pair, count) -> queue.add(new Candidate((int) (pair >>> 32), pair.intValue(), count)));
    }

    private int id(String token) {
      Integer id = ids.get(token);
      if (id == null) {
        throw new IllegalStateException(token);
      }
      return id;
    }

    private static long pair(int left, int right) {
      return ((long) left << 32) | right;
    }

    /** Adds or takes away the pairs of a word; notes what changed. */
    private void count(int word, int sign, Map<Long, Integer> changed) {
      int[] ids = words.get(word);
      for (int at = 0; at + 1 < ids.length; at++) {
        long pair = pair(ids[at], ids[at + 1]);
        counts.merge(pair, sign * times.get(word), Integer::sum);
        if (sign > 0) {
          places.computeIfAbsent(pair, key -> new HashSet<>()).add(word);
        }
        changed.put(pair, 0);
      }
    }

    void to(int size) {
      while (tokens.size() < size && !queue.isEmpty()) {
        Candidate best = queue.poll();
        long pair = pair(best.left(), best.right());
        int now = counts.getOrDefault(pair, 0);
        if (now != best.count()) {
          // The count has changed since; the right one is in the queue, or comes now.
          continue;
        }
        if (now < LEAST) {
          return;
        }
        merge(best);
      }
    }

    private void merge(Candidate best) {
      String left = tokens.get(best.left());
      String right = tokens.get(best.right());
      Integer known = ids.get(left + right);
      int merged = known == null ? tokens.size() : known;
      if (known == null) {
        tokens.add(left + right);
        ids.put(left + right, merged);
      }
      merges.add(left + " " + right);
      Set<Integer> where = places.remove(pair(best.left(), best.right()));
      Map<Long, Integer> changed = new LinkedHashMap<>();
      for (int word : where == null ? List.<Integer>of() : where.stream().sorted().toList()) {
        count(word, -1, changed);
        words.set(word, merged(words.get(word), best, merged));
        count(word, 1, changed);
      }
      changed.remove(pair(best.left(), best.right()));
      counts.remove(pair(best.left(), best.right()));
      for (long pair : changed.keySet()) {
        int count = counts.getOrDefault(pair, 0);
        if (count > 0) {
          queue.add(new Candidate((int) (pair >>> 32), (int) pair, count));
        }
      }
    }

    private static int[] merged(int[] word, Candidate best, int merged) {
      int[] ids = new int[word.length];
      int size = 0;
      for (int at = 0; at < word.length; at++) {
        boolean both =
            at + 1 < word.length && word[at] == best.left() && word[at + 1] == best.right();
        ids[size++] = both ? merged : word[at];
        at += both ? 1 : 0;
      }
      return Arrays.copyOf(ids, size);
    }
  }
}
