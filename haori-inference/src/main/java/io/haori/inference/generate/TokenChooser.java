package io.haori.inference.generate;

import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Draws the tokens of one text, see {@link Sampling}. */
final class TokenChooser {
  /** Over the most likely token's probability, at first; then its square and so on. */
  private static final double LIKELY = 0.01;

  private final Sampling sampling;
  private final SplittableRandom random;
  private final Set<Integer> seen = new HashSet<>();

  /**
   * For one text.
   *
   * @param settings with the seed
   * @param prompt index of the prompt
   * @param promptIds its tokens
   */
  TokenChooser(GenerationSettings settings, int prompt, int[] promptIds) {
    this.sampling = settings.sampling();
    this.random = new SplittableRandom(Seeds.of(settings.seed(), Purpose.WRITTEN, prompt));
    Arrays.stream(promptIds).forEach(seen::add);
  }

  /**
   * The next token.
   *
   * @param scores of each token, finite; changed here
   */
  int choose(double[] scores) {
    penalise(scores);
    int chosen = sampling.temperature() == 0 ? mostLikely(scores) : draw(scores);
    seen.add(chosen);
    return chosen;
  }

  /** Whether the token with the highest score is taken, whatever came before. */
  boolean isPlain() {
    return sampling.temperature() == 0 && sampling.repetitionPenalty() == 1;
  }

  private void penalise(double[] scores) {
    double penalty = sampling.repetitionPenalty();
    if (penalty == 1) {
      return;
    }
    for (int id : seen) {
      if (id < scores.length) {
        scores[id] = scores[id] > 0 ? scores[id] / penalty : scores[id] * penalty;
      }
    }
  }

  private static int mostLikely(double[] scores) {
    int best = 0;
    for (int id = 1; id < scores.length; id++) {
      if (scores[id] > scores[best]) {
        best = id;
      }
    }
    return best;
  }

  private int draw(double[] scores) {
    double highest = scores[mostLikely(scores)];
    double sum = 0;
    for (int id = 0; id < scores.length; id++) {
      scores[id] = Math.exp((scores[id] - highest) / sampling.temperature());
    }
    // From here on they are probabilities, but for a factor: the highest is 1.
    double least = Math.max(sampling.minP(), leastOfMostLikely(scores));
    for (int id = 0; id < scores.length; id++) {
      scores[id] = scores[id] >= least ? scores[id] : 0;
      sum += scores[id];
    }
    double left = random.nextDouble() * sum;
    int last = 0;
    for (int id = 0; id < scores.length; id++) {
      if (scores[id] > 0) {
        last = id;
        left -= scores[id];
        if (left < 0) {
          return id;
        }
      }
    }
    return last;
  }

  /** The least probability that top-k and top-p leave; tokens of equal probability all stay. */
  private double leastOfMostLikely(double[] probabilities) {
    int most = sampling.topK();
    boolean some = most > 0 && most < probabilities.length;
    if (!some && sampling.topP() == 1) {
      return 0;
    }
    double wanted = sampling.topP() * sum(probabilities);
    double[] ascending =
        some
            ? likely(probabilities, found -> found.length >= most)
            : likely(probabilities, found -> sum(found) >= wanted);
    int first = some ? ascending.length - most : 0;
    double left =
        some
            ? sampling.topP() * sum(Arrays.copyOfRange(ascending, first, ascending.length))
            : wanted;
    double reached = 0;
    int at = ascending.length;
    while (at > first && reached < left) {
      reached += ascending[--at];
    }
    return ascending[Math.min(at, ascending.length - 1)];
  }

  /**
   * The most likely tokens, as many as are enough or some more. Hardly any of a vocabulary of a
   * hundred thousand is likely, and to sort all of them takes as long as a small base's pass.
   *
   * @param probabilities of which the highest is 1
   * @param enough whether the tokens that were found are enough; all of them are
   * @return ascending
   */
  private static double[] likely(double[] probabilities, Predicate<double[]> enough) {
    double[] found = {};
    for (double least = LIKELY; found.length < probabilities.length; least *= LIKELY) {
      double bound = least < Double.MIN_NORMAL ? 0 : least;
      found = Arrays.stream(probabilities).filter(one -> one >= bound).toArray();
      if (enough.test(found)) {
        break;
      }
    }
    Arrays.sort(found);
    return found;
  }

  private static double sum(double[] probabilities) {
    return Arrays.stream(probabilities).sum();
  }
}
