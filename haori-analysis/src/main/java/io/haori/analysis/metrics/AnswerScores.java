package io.haori.analysis.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Written answers compared with the right ones, each a mean over the answers. Words are what lies
 * between blanks; blanks at the ends do not count.
 *
 * @param exactMatch share of answers that are the right ones; in [0, 1]
 * @param tokenF1 harmonic mean of the shares of words that both have (Rajpurkar et al. 2016, arXiv
 *     1606.05250, section 6.1, without its rules for English); in [0, 1]
 * @param rougeL the same for the longest sequence of words that both have in their order (Lin 2004,
 *     "ROUGE: A Package for Automatic Evaluation of Summaries", section 3, with beta 1); in [0, 1]
 */
public record AnswerScores(double exactMatch, double tokenF1, double rougeL) {
  /**
   * Compares answers.
   *
   * @param right at least one
   * @param written as many, in their order
   */
  public static AnswerScores of(List<String> right, List<String> written) {
    if (right.isEmpty() || right.size() != written.size()) {
      throw new IllegalArgumentException(written.size() + " answers for " + right.size());
    }
    double exact = 0;
    double common = 0;
    double inOrder = 0;
    for (int i = 0; i < right.size(); i++) {
      String[] wanted = words(right.get(i));
      String[] got = words(written.get(i));
      exact += isExact(right.get(i), written.get(i)) ? 1 : 0;
      common += harmonic(common(wanted, got), wanted.length, got.length);
      inOrder += harmonic(longest(wanted, got), wanted.length, got.length);
    }
    int count = right.size();
    return new AnswerScores(exact / count, common / count, inOrder / count);
  }

  /** Whether an answer is the right one, but for blanks at the ends. */
  public static boolean isExact(String right, String written) {
    return right.strip().equals(written.strip());
  }

  /** The scores, by name. */
  public Map<String, Double> byName() {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("exactMatch", exactMatch);
    scores.put("tokenF1", tokenF1);
    scores.put("rougeL", rougeL);
    return scores;
  }

  private static String[] words(String text) {
    return text.isBlank() ? new String[0] : text.strip().split("\\s+");
  }

  /** Two answers without a word are one. */
  private static double harmonic(int both, int wanted, int got) {
    return wanted + got == 0 ? 1 : 2.0 * both / (wanted + got);
  }

  private static int common(String[] wanted, String[] got) {
    Map<String, Integer> left = new HashMap<>();
    Arrays.stream(wanted).forEach(word -> left.merge(word, 1, Integer::sum));
    int both = 0;
    for (String word : got) {
      int count = left.getOrDefault(word, 0);
      if (count > 0) {
        both++;
        left.put(word, count - 1);
      }
    }
    return both;
  }

  /** Length of the longest common subsequence. */
  private static int longest(String[] wanted, String[] got) {
    int[] before = new int[got.length + 1];
    for (String word : wanted) {
      int[] now = new int[got.length + 1];
      for (int at = 1; at <= got.length; at++) {
        now[at] = word.equals(got[at - 1]) ? before[at - 1] + 1 : Math.max(before[at], now[at - 1]);
      }
      before = now;
    }
    return before[got.length];
  }
}
