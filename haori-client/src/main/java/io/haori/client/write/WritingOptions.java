package io.haori.client.write;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a text may become; null for what the server does by itself.
 *
 * @param maxTokens tokens that are written at most
 * @param temperature 0 for the most likely token each time
 * @param topP sum of probabilities of the tokens among which is drawn
 * @param topK number of tokens among which is drawn; 0 for all
 * @param minP least probability of a token over the most likely one's
 * @param repetitionPenalty above 1 for fewer repetitions
 * @param stop strings that end the text
 * @param seed of the draws
 */
public record WritingOptions(
    @Nullable Integer maxTokens,
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer topK,
    @Nullable Double minP,
    @Nullable Double repetitionPenalty,
    List<String> stop,
    @Nullable Integer seed) {
  /** All as the server does it by itself. */
  public static final WritingOptions USUAL =
      new WritingOptions(null, null, null, null, null, null, List.of(), null);

  /** Copies the strings. */
  public WritingOptions {
    stop = List.copyOf(stop);
  }

  /** Members of a request. */
  public Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    put(members, "max_tokens", maxTokens);
    put(members, "temperature", temperature);
    put(members, "top_p", topP);
    put(members, "top_k", topK);
    put(members, "min_p", minP);
    put(members, "repetition_penalty", repetitionPenalty);
    put(members, "stop", stop.isEmpty() ? null : stop);
    put(members, "seed", seed);
    return members;
  }

  private static void put(Map<String, Object> members, String name, @Nullable Object value) {
    if (value != null) {
      members.put(name, value);
    }
  }
}
