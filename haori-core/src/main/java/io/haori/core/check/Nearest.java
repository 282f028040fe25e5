package io.haori.core.check;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names what was perhaps meant by a name that does not exist. */
public final class Nearest {
  private static final int MOST_SHOWN = 20;

  private Nearest() {}

  /**
   * The end of a sentence about a missing name.
   *
   * @param wanted what was asked for
   * @param known what there is
   * @return for example {@code "lable"; did you mean "label"? There are "text", "label"}
   */
  public static String missing(String wanted, Collection<String> known) {
    String folded = wanted.toLowerCase(Locale.ROOT);
    String guess =
        known.stream()
            .filter(name -> isNear(folded, name.toLowerCase(Locale.ROOT)))
            .min(Comparator.comparingInt(name -> steps(folded, name.toLowerCase(Locale.ROOT))))
            .map(name -> "; did you mean \"" + name + "\"? There ")
            .orElse("; there ");
    String listed =
        known.stream()
            .limit(MOST_SHOWN)
            .map(name -> '"' + name + '"')
            .collect(Collectors.joining(", "));
    int more = known.size() - MOST_SHOWN;
    return '"'
        + wanted
        + '"'
        + guess
        + (known.isEmpty() ? "are none" : (known.size() == 1 ? "is " : "are ") + listed)
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** At most half of the letters differ; the owner that both names begin with does not count. */
  private static boolean isNear(String wanted, String name) {
    return steps(wanted, name) * 2 <= wanted.length() - sameOwner(wanted, name);
  }

  /** A name without its owner is as good as the whole. */
  private static int steps(String wanted, String name) {
    return name.endsWith("." + wanted) ? 0 : distance(wanted, name);
  }

  /** Letters of what both have in front of a dot, the dot among them. */
  private static int sameOwner(String a, String b) {
    int dot = a.lastIndexOf('.') + 1;
    return b.startsWith(a.substring(0, dot)) ? dot : 0;
  }

  /** Letters to be added, dropped, changed or swapped with their neighbour. */
  private static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int changed = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(changed, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
