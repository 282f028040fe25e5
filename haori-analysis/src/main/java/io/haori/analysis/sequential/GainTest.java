package io.haori.analysis.sequential;

/**
 * Whether a candidate gains more than a bound over what it would replace, by bets on rows that both
 * answered. Of each row only the difference {@code d} of the two answers counts: 1 where the
 * candidate alone is right, -1 where the other alone is, else 0. Two players start with 1 and bet
 * on every row:
 *
 * <pre>{@code
 * for:      mean over λ of Π (1 + λ (dᵢ − bound)),  λ in (0, 1 / (1 + bound))
 * against:  mean over λ of Π (1 − λ (dᵢ − bound)),  λ in (0, 1 / (1 − bound))
 * }</pre>
 *
 * <p>As long as the gain, given all rows before, is at most the bound, what the first player has is
 * a non-negative supermartingale, so it ever reaches {@code 1 / α} with probability {@code α} at
 * most, however often one looks (Ville 1939); likewise the second one where the gain is at least
 * the bound. The bets are those of Waudby-Smith and Ramdas (Estimating means of bounded random
 * variables by betting, JRSS-B 2024), mixed over equally spaced {@code λ} beforehand (Robbins
 * 1970), so that the order of the rows does not matter. Not thread-safe.
 */
public final class GainTest {
  /** How many bets are mixed. */
  private static final int BETS = 40;

  /** Steps of the interval's ends. */
  private static final double STEP = 0.002;

  private final double bound;
  private final double alpha;
  private int gained;
  private int lost;
  private int level;
  private Outcome outcome = Outcome.OPEN;

  /** What is known. */
  public enum Outcome {
    /** The gain is above the bound. */
    MORE,
    /** The gain is below the bound. */
    LESS,
    /** Neither is shown. */
    OPEN
  }

  /**
   * A test before its first row.
   *
   * @param bound on the gain in accuracy, in (-1, 1)
   * @param alpha how often either result may be wrong, in (0, 1)
   */
  public GainTest(double bound, double alpha) {
    if (!(bound > -1 && bound < 1)) {
      throw new IllegalArgumentException("bound must be in (-1, 1), got " + bound);
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be in (0, 1), got " + alpha);
    }
    this.bound = bound;
    this.alpha = alpha;
  }

  /**
   * Sees rows that both answered, and looks.
   *
   * @param before {@code [n]} whether what would be replaced was right
   * @param candidate {@code [n]} whether the candidate was
   */
  public void add(boolean[] before, boolean[] candidate) {
    if (before.length != candidate.length) {
      throw new IllegalArgumentException("both must have answered the same rows");
    }
    for (int row = 0; row < before.length; row++) {
      gained += candidate[row] && !before[row] ? 1 : 0;
      lost += before[row] && !candidate[row] ? 1 : 0;
      level += before[row] == candidate[row] ? 1 : 0;
    }
    if (outcome == Outcome.OPEN) {
      outcome =
          evidenceFor() >= 1 / alpha
              ? Outcome.MORE
              : evidenceAgainst() >= 1 / alpha ? Outcome.LESS : Outcome.OPEN;
    }
  }

  /** What is known so far; once something is, it stays. */
  public Outcome outcome() {
    return outcome;
  }

  /** What the player for more than the bound has, from 1. */
  public double evidenceFor() {
    return wealth(bound, 1);
  }

  /** What the player for less than the bound has, from 1. */
  public double evidenceAgainst() {
    return wealth(bound, -1);
  }

  /** How many rows were seen. */
  public int rows() {
    return gained + lost + level;
  }

  /** Rows that the candidate alone has right. */
  public int gained() {
    return gained;
  }

  /** Rows that the candidate alone has wrong. */
  public int lost() {
    return lost;
  }

  /** The gain in accuracy on these rows; 0 before the first. */
  public double gain() {
    return rows() == 0 ? 0 : (double) (gained - lost) / rows();
  }

  /** Lower end of the gain: every smaller bound would have been passed at {@code α}. */
  public double low() {
    double at = -1 + STEP;
    while (at < gain() && wealth(at, 1) >= 1 / alpha) {
      at += STEP;
    }
    return at - STEP;
  }

  /** Upper end of the gain: every greater bound would have been failed at {@code α}. */
  public double high() {
    double at = 1 - STEP;
    while (at > gain() && wealth(at, -1) >= 1 / alpha) {
      at -= STEP;
    }
    return at + STEP;
  }

  private double wealth(double at, int side) {
    double most = 1 / (1 + side * at);
    double sum = 0;
    for (int i = 0; i < BETS; i++) {
      double bet = side * most * (i + 0.5) / BETS;
      sum +=
          Math.exp(
              gained * Math.log1p(bet * (1 - at))
                  + lost * Math.log1p(bet * (-1 - at))
                  + level * Math.log1p(-bet * at));
    }
    return sum / BETS;
  }
}
