package io.haori.model.base;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what a mistyped name was meant to be. */
final class NearestName {
  /** More letters than these must not be wrong. */
  private static final int MOST_WRONG = 3;

  private NearestName() {}

  /** The name that needs the fewest letters changed, added or left out; none when all need many. */
  static Optional<String> of(String typed, List<String> names) {
    String plain = typed.toLowerCase(Locale.ROOT);
    return names.stream()
        .filter(name -> distance(plain, name) <= Math.min(MOST_WRONG, name.length() / 2))
        .min(Comparator.comparingInt(name -> distance(plain, name)));
  }

  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
