package io.haori.training.multidomain;

import io.haori.core.check.UserError;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How much each domain counts when several are learnt by one model. */
public enum Weighting {
  /** Each domain counts the same, however many rows it has. */
  UNIFORM,
  /** Each row counts the same. */
  SIZE,
  /** Rows are drawn so that a domain's share is that of its size to the power of 1/T. */
  TEMPERATURE,
  /** By learnt noise of each domain (Kendall, Gal, Cipolla 2018, arXiv 1705.07115). */
  UNCERTAINTY,
  /** By how fast each domain's loss falls: dynamic weight average (Liu et al. 2019, 1803.10704). */
  DWA,
  /** Gradients that conflict are projected (PCGrad; Yu et al. 2020, arXiv 2001.06782). */
  PCGRAD;

  /** Its name on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All names. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Weighting::word).toList();
  }

  /**
   * Reads a name.
   *
   * @param setting that it was given to
   * @param word as the user typed it
   */
  public static Weighting parse(String setting, String word) {
    return Arrays.stream(values())
        .filter(one -> one.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    setting + " must be one of " + String.join(", ", words()) + ", got " + word));
  }
}
