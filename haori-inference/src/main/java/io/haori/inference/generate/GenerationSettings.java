package io.haori.inference.generate;

import static io.haori.core.check.Check.require;

import java.util.List;

/**
 * What a text may become.
 *
 * @param maxTokens tokens that are written at most; at least 1
 * @param sampling how each is drawn
 * @param stop strings that end a text and are not part of it; none empty
 * @param seed where the draws begin; prompts of one call have streams of their own
 */
public record GenerationSettings(int maxTokens, Sampling sampling, List<String> stop, long seed) {
  /** The most likely tokens, 256 at most. */
  public static final GenerationSettings DEFAULT =
      new GenerationSettings(256, Sampling.GREEDY, List.of(), 42);

  /** Checks every bound. */
  public GenerationSettings {
    stop = List.copyOf(stop);
    require(maxTokens >= 1, "maxTokens", "at least 1", maxTokens);
    for (String end : stop) {
      require(!end.isEmpty(), "stop", "a string of at least one character", "an empty one");
    }
  }
}
