package io.haori.adapter.merge;

import io.haori.core.check.UserError;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How the updates of several modules become one. */
public enum MergeKind {
  /** Their weighted sum, with nothing lost. */
  SUM(1),
  /**
   * The weighted mean of those numbers that agree in their sign, small ones left out (TIES-Merging,
   * Yadav et al. 2023, arXiv 2306.01708, whose density is the usual one).
   */
  TIES(0.2),
  /**
   * The weighted sum after numbers were dropped at random and the others scaled up (DARE, Yu et al.
   * 2024, arXiv 2311.03099).
   */
  DARE(0.5),
  /**
   * TIES in the basis that the updates share (KnOTS, Stoica et al. 2025, arXiv 2410.19735, whose
   * density is the usual one).
   */
  KNOTS(0.2);

  private final double usualDensity;

  MergeKind(double usualDensity) {
    this.usualDensity = usualDensity;
  }

  /** Share of an update's numbers that is kept when nothing is chosen. */
  public double usualDensity() {
    return usualDensity;
  }

  /** As settings and files have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All words. */
  public static List<String> words() {
    return Arrays.stream(values()).map(MergeKind::word).toList();
  }

  /**
   * The kind that a word names.
   *
   * @param setting how errors name what was set
   * @param word as {@link #word} gives it
   */
  public static MergeKind parse(String setting, String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    setting + " must be one of " + String.join(", ", words()) + ", got " + word));
  }
}
