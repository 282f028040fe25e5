package io.haori.analysis.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often the right one of several texts is the most likely one, as lm-evaluation-harness counts:
 * {@code acc} takes the highest log-likelihood, {@code acc_norm} the highest one a character.
 *
 * @param rows how many questions
 * @param accuracy share of {@code acc}; in [0, 1]
 * @param error standard error of the share, from the sample deviation; 0 for a single row
 * @param perCharacter share of {@code acc_norm}; in [0, 1]
 * @param perCharacterError standard error of that share
 */
public record ChoiceScores(
    int rows, double accuracy, double error, double perCharacter, double perCharacterError) {
  /**
   * One question.
   *
   * @param logLikelihoods of the choices
   * @param lengths of the choices in characters; each at least 1
   * @param right index of the right one
   */
  @SuppressWarnings("ArrayRecordComponent") // Read as it is, never compared.
  public record Question(double[] logLikelihoods, int[] lengths, int right) {
    /** The choice that is taken; the first of several that are alike. */
    public int taken(boolean perCharacter) {
      int best = 0;
      for (int i = 1; i < logLikelihoods.length; i++) {
        if (value(i, perCharacter) > value(best, perCharacter)) {
          best = i;
        }
      }
      return best;
    }

    private double value(int choice, boolean perCharacter) {
      return perCharacter ? logLikelihoods[choice] / lengths[choice] : logLikelihoods[choice];
    }
  }

  /** Counts. */
  public static ChoiceScores of(List<Question> questions) {
    if (questions.isEmpty()) {
      throw new IllegalArgumentException("no question");
    }
    double plain = share(questions, false);
    double each = share(questions, true);
    int rows = questions.size();
    return new ChoiceScores(rows, plain, error(plain, rows), each, error(each, rows));
  }

  private static double share(List<Question> questions, boolean perCharacter) {
    return questions.stream()
        .mapToDouble(one -> one.taken(perCharacter) == one.right() ? 1 : 0)
        .average()
        .orElse(0);
  }

  /** √(p (1 − p) / (n − 1)): the sample deviation of zeros and ones over √n. */
  private static double error(double share, int rows) {
    return rows < 2 ? 0 : Math.sqrt(share * (1 - share) / (rows - 1));
  }

  /** The scores, by name. */
  public Map<String, Double> byName() {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("accuracy", accuracy);
    scores.put("accuracyPerCharacter", perCharacter);
    return scores;
  }

  /**
   * The results of a task in the shape of lm-evaluation-harness.
   *
   * @param task its name
   */
  public Map<String, Object> harness(String task) {
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("alias", task);
    results.put("acc,none", accuracy);
    results.put("acc_stderr,none", error);
    results.put("acc_norm,none", perCharacter);
    results.put("acc_norm_stderr,none", perCharacterError);
    return results;
  }
}
