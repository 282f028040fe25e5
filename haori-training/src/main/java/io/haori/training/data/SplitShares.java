package io.haori.training.data;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the rows of a single file are shared out to the splits, in per cent.
 *
 * @param train at least 1
 * @param validation at least 1
 * @param test at least 1; the three sum up to 100
 */
public record SplitShares(int train, int validation, int test) {
  /** What is taken when nothing is chosen. */
  public static final SplitShares USUAL = new SplitShares(70, 15, 15);

  private static final Pattern FORM = Pattern.compile("(\\d{1,2})/(\\d{1,2})/(\\d{1,2})");

  /** Refuses shares that are not three parts of 100. */
  public SplitShares {
    require(
        train >= 1 && validation >= 1 && test >= 1 && train + validation + test == 100,
        "split shares",
        "three numbers of at least 1 that sum up to 100",
        train + "/" + validation + "/" + test);
  }

  /**
   * Reads shares as they are written, for example {@code 60/20/20}.
   *
   * @param setting how errors name what was set
   * @param text the shares of training, validation and test rows
   * @return the shares
   * @throws UserError when they are not three parts of 100
   */
  public static SplitShares parse(String setting, String text) {
    Matcher matcher = FORM.matcher(text);
    String bound = "three numbers of at least 1 that sum up to 100, such as 60/20/20";
    require(matcher.matches(), setting, bound, text);
    int train = Integer.parseInt(matcher.group(1));
    int validation = Integer.parseInt(matcher.group(2));
    int test = Integer.parseInt(matcher.group(3));
    require(
        train >= 1 && validation >= 1 && test >= 1 && train + validation + test == 100,
        setting,
        bound,
        text);
    return new SplitShares(train, validation, test);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return train + "/" + validation + "/" + test;
  }
}
