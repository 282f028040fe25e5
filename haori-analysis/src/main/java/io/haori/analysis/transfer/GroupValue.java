package io.haori.analysis.transfer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a group of domains is expected to gain over models of each alone, from effects measured on
 * pairs and on all domains but one.
 *
 * <p>From below, a domain's gain is the mean of the pairwise effects of its companions on it
 * (Standley et al. 2020, arXiv 1905.07553, section 6.2). From above, it is its gain in the model of
 * all less what each missing domain contributed there. A group of {@code g} out of {@code D}
 * domains lies between the two: the second counts {@code (g − 2) / (D − 3)}, so that what was
 * measured is given exactly, pairs as well as all domains but one. A group of one gains nothing.
 */
public final class GroupValue {
  private final double[][] pairs;
  private final double @Nullable [][] contributions;
  private final double @Nullable [] all;

  /**
   * From pairs alone.
   *
   * @param pairs {@code [trained with][effect on]} gains over the models alone
   */
  public GroupValue(double[][] pairs) {
    this.pairs = pairs;
    this.contributions = null;
    this.all = null;
  }

  /**
   * From pairs and from all domains but one.
   *
   * @param pairs {@code [trained with][effect on]} gains over the models alone
   * @param contributions {@code [left out][effect on]} accuracy of the model of all less that of
   *     the model without the one
   * @param all {@code [effect on]} gain of the model of all over the models alone
   */
  public GroupValue(double[][] pairs, double[][] contributions, double[] all) {
    this.pairs = pairs;
    this.contributions = contributions;
    this.all = all;
  }

  /** How many domains there are. */
  public int domains() {
    return pairs.length;
  }

  /**
   * Expected gain of one domain in a group.
   *
   * @param domain a member
   * @param group indices of all members
   */
  public double of(int domain, List<Integer> group) {
    int size = group.size();
    if (size == 1) {
      return 0;
    }
    double below = 0;
    for (int other : group) {
      below += other == domain ? 0 : pairs[other][domain];
    }
    below /= size - 1;
    if (contributions == null || all == null || pairs.length < 3) {
      return below;
    }
    double above = all[domain];
    for (int other = 0; other < pairs.length; other++) {
      above -= group.contains(other) ? 0 : contributions[other][domain];
    }
    double share = size == 2 ? 0 : Math.min(1, (size - 2.0) / (pairs.length - 3.0));
    return (1 - share) * below + share * above;
  }

  /**
   * Expected gain of a group, the sum over its members.
   *
   * @param group indices of its members
   */
  public double of(List<Integer> group) {
    double sum = 0;
    for (int domain : group) {
      sum += of(domain, group);
    }
    return sum;
  }

  /** The members of a set of bits, ascending. */
  static List<Integer> members(int bits) {
    List<Integer> members = new ArrayList<>();
    for (int domain = 0; bits >> domain != 0; domain++) {
      if ((bits >> domain & 1) == 1) {
        members.add(domain);
      }
    }
    return members;
  }
}
