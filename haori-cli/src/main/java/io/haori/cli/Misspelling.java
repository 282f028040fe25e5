package io.haori.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What somebody may have meant by a word that does not exist. */
final class Misspelling {
  private Misspelling() {}

  /**
   * The words that are nearest, at most two.
   *
   * @param word as typed
   * @param known the words that exist
   * @return those that differ in a third of the letters at most, or that the word begins or ends
   */
  static List<String> of(String word, Collection<String> known) {
    return known.stream()
        .distinct()
        .filter(
            one ->
                distance(word, one) <= mostSteps(letters(word))
                    || (letters(word) >= 3
                        && (one.startsWith(word) || one.endsWith(word.replaceFirst("^-+", "-")))))
        .sorted(
            Comparator.<String>comparingInt(one -> distance(word, one))
                .thenComparing(Comparator.naturalOrder()))
        .limit(2)
        .toList();
  }

  /** Every word of one letter is one step from every other. */
  private static int mostSteps(int letters) {
    return letters < 2 ? 0 : Math.max(1, letters / 3);
  }

  private static int letters(String word) {
    return word.replaceFirst("^-+", "").length();
  }

  /** Letters to insert, to drop, to replace, or neighbours to swap. */
  private static int distance(String from, String to) {
    int[][] steps = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int k = 0; k <= to.length(); k++) {
        if (i == 0 || k == 0) {
          steps[i][k] = i + k;
          continue;
        }
        int replaced = steps[i - 1][k - 1] + (from.charAt(i - 1) == to.charAt(k - 1) ? 0 : 1);
        steps[i][k] = Math.min(replaced, Math.min(steps[i - 1][k], steps[i][k - 1]) + 1);
        if (i > 1
            && k > 1
            && from.charAt(i - 1) == to.charAt(k - 2)
            && from.charAt(i - 2) == to.charAt(k - 1)) {
          steps[i][k] = Math.min(steps[i][k], steps[i - 2][k - 2] + 1);
        }
      }
    }
    return steps[from.length()][to.length()];
  }
}
