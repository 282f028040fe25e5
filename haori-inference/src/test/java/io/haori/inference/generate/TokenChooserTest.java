package io.haori.inference.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenChooserTest {
  /** Probabilities 0.5, 0.25, 0.15, 0.1 of the tokens 2, 0, 3, 1. */
  private static final double[] PROBABILITIES = {0.25, 0.1, 0.5, 0.15};

  private static double[] scores() {
    double[] scores = new double[PROBABILITIES.length];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = Math.log(PROBABILITIES[id]) + 3;
    }
    return scores;
  }

  private static double[] shares(Sampling sampling) {
    int draws = 20_000;
    double[] shares = new double[PROBABILITIES.length];
    TokenChooser chooser =
        new TokenChooser(new GenerationSettings(1, sampling, List.of(), 5), 0, new int[0]);
    for (int draw = 0; draw < draws; draw++) {
      shares[chooser.choose(scores())] += 1.0 / draws;
    }
    return shares;
  }

  @ParameterizedTest
  @CsvSource({
    // temperature, top-k, top-p, min-p, then what each token is drawn with
    "1,   0, 1,    0,    0.25,   0.1,    0.5,    0.15",
    "0.5, 0, 1,    0,    0.1812, 0.029,  0.7246, 0.0652",
    "1,   2, 1,    0,    0.3333, 0,      0.6667, 0",
    "1,   9, 1,    0,    0.25,   0.1,    0.5,    0.15",
    "1,   0, 0.7,  0,    0.3333, 0,      0.6667, 0",
    "1,   0, 0.76, 0,    0.2778, 0,      0.5556, 0.1667",
    "1,   0, 0.1,  0,    0,      0,      1,      0",
    "1,   3, 0.7,  0,    0.3333, 0,      0.6667, 0",
    "1,   0, 1,    0.29, 0.2778, 0,      0.5556, 0.1667",
    "0,   0, 1,    0,    0,      0,      1,      0"
  })
  void tokensAreDrawnWithTheProbabilitiesThatAreLeft(
      double temperature,
      int topK,
      double topP,
      double minP,
      double a,
      double b,
      double c,
      double d) {
    double[] shares = shares(new Sampling(1, temperature, topK, topP, minP));
    assertThat(shares).containsExactly(new double[] {a, b, c, d}, within(0.012));
    for (int id = 0; id < shares.length; id++) {
      // What does not count is never drawn.
      assertThat(shares[id] == 0).isEqualTo(new double[] {a, b, c, d}[id] == 0);
    }
  }

  /** A whole vocabulary, whose probabilities span all magnitudes down to none at all. */
  @ParameterizedTest
  @CsvSource({"0, 0.9", "0, 0.999999", "7, 1", "400, 0.95", "19999, 1", "0, 0.0001"})
  void ofManyTokensThoseStayThatSortingAllOfThemLeaves(int topK, double topP) {
    Random random = new Random(3);
    double[] scores = random.doubles(20_000, -800, 0).toArray();
    scores[77] = 0;
    int[] best =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(id -> -scores[id]))
            .mapToInt(Integer::intValue)
            .toArray();
    int most = topK == 0 ? scores.length : topK;
    double all = 0;
    for (int at = 0; at < most; at++) {
      all += Math.exp(scores[best[at]]);
    }
    Set<Integer> left = new HashSet<>();
    double reached = 0;
    for (int at = 0; at < most && reached < topP * all * (1 - 1e-12); at++) {
      reached += Math.exp(scores[best[at]]);
      left.add(best[at]);
    }
    TokenChooser chooser =
        new TokenChooser(
            new GenerationSettings(1, new Sampling(1, 1, topK, topP, 0), List.of(), 5),
            0,
            new int[0]);
    Set<Integer> drawn = new HashSet<>();
    for (int draw = 0; draw < 300; draw++) {
      drawn.add(chooser.choose(scores.clone()));
    }
    assertThat(left).containsAll(drawn);
    assertThat(drawn.size()).isGreaterThanOrEqualTo(Math.min(left.size(), 3));
  }

  @Test
  void tokensOfThePromptAndTheTextBecomeLessLikely() {
    Sampling sampling = new Sampling(2, 0, 0, 1, 0);
    TokenChooser chooser =
        new TokenChooser(new GenerationSettings(1, sampling, List.of(), 5), 0, new int[] {2, 99});
    // The prompt has token 2, whose score is halved; then the text has 0, a negative score doubled.
    assertThat(chooser.choose(new double[] {1.5, 1, 2, -5})).isEqualTo(0);
    assertThat(chooser.choose(new double[] {-0.6, -1.1, -2, -5})).isEqualTo(1);
    assertThat(chooser.choose(new double[] {-0.6, -0.7, -2, -5})).isEqualTo(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0   | 1    | 0  | 1   | 0   | repetitionPenalty must be above 0 and at most 100, got 0.0
          1   | -0.1 | 0  | 1   | 0   | temperature must be at least 0 and at most 100, got -0.1
          1   | NaN  | 0  | 1   | 0   | temperature must be at least 0 and at most 100, got NaN
          1   | 1    | -1 | 1   | 0   | topK must be at least 0, got -1
          1   | 1    | 0  | 0   | 0   | topP must be above 0 and at most 1, got 0.0
          1   | 1    | 0  | 1.1 | 0   | topP must be above 0 and at most 1, got 1.1
          1   | 1    | 0  | 1   | 1   | minP must be at least 0 and below 1, got 1.0
          """)
  void rejectsABadValueByName(
      double penalty, double temperature, int topK, double topP, double minP, String message) {
    assertThatThrownBy(() -> new Sampling(penalty, temperature, topK, topP, minP))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void rejectsNoTokensAndAnEmptyEnd() {
    assertThatThrownBy(() -> new GenerationSettings(0, Sampling.GREEDY, List.of(), 1))
        .hasMessage("maxTokens must be at least 1, got 0");
    assertThatThrownBy(() -> new GenerationSettings(1, Sampling.GREEDY, List.of("a", ""), 1))
        .hasMessage("stop must be a string of at least one character, got an empty one");
  }
}
