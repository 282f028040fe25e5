package io.haori.inference.generate;

import static io.haori.core.check.Check.require;

/**
 * How the next token is drawn from its scores. What is set is applied in the order of the
 * components.
 *
 * @param repetitionPenalty that scores of tokens of the prompt and the text so far are divided by,
 *     or multiplied by where they are negative (Keskar et al. 2019, arXiv 1909.05858, section 4.1);
 *     1 for none; above 0
 * @param temperature that scores are divided by; 0 takes the most likely token; at least 0
 * @param topK number of most likely tokens that count; 0 for all
 * @param topP of the most likely tokens as many count as reach this probability together (Holtzman
 *     et al. 2019, arXiv 1904.09751); above 0, at most 1 for all
 * @param minP share of the most likely token's probability that a token must have to count (Nguyen
 *     et al. 2024, arXiv 2407.01082); in [0, 1), 0 for all
 */
public record Sampling(
    double repetitionPenalty, double temperature, int topK, double topP, double minP) {
  /** The most likely token. */
  public static final Sampling GREEDY = new Sampling(1, 0, 0, 1, 0);

  /** Checks every bound. */
  public Sampling {
    require(
        repetitionPenalty > 0 && repetitionPenalty <= 100,
        "repetitionPenalty",
        "above 0 and at most 100",
        repetitionPenalty);
    require(
        temperature >= 0 && temperature <= 100,
        "temperature",
        "at least 0 and at most 100",
        temperature);
    require(topK >= 0, "topK", "at least 0", topK);
    require(topP > 0 && topP <= 1, "topP", "above 0 and at most 1", topP);
    require(minP >= 0 && minP < 1, "minP", "at least 0 and below 1", minP);
  }
}
