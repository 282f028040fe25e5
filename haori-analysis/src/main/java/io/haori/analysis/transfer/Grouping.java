package io.haori.analysis.transfer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A partition of domains into models.
 *
 * @param groups indices of the domains of each model; every domain in one
 * @param expectedGain mean over domains of the expected gain in accuracy over models of each alone
 * @param exhaustive whether no partition into as many models is expected to gain more
 */
public record Grouping(List<List<Integer>> groups, double expectedGain, boolean exhaustive) {
  /** Most domains for which all partitions are looked at. */
  public static final int MOST_EXHAUSTIVE = 12;

  /** Copies the groups, the one with the first domain first. */
  public Grouping {
    groups =
        groups.stream()
            .map(group -> group.stream().sorted().toList())
            .sorted(Comparator.comparing(group -> group.get(0)))
            .toList();
  }

  /**
   * The best partition: over all of them up to 12 domains, by joining group after group beyond.
   *
   * @param value what a group is worth
   * @param models how many groups; in [1, domains]
   */
  public static Grouping best(GroupValue value, int models) {
    return value.domains() <= MOST_EXHAUSTIVE
        ? exhaustive(value, models)
        : agglomerative(value, models);
  }

  /**
   * The best of all partitions, without writing each of them out: the best one of a set of domains
   * into k groups is some group with the set's first domain beside the best one of the rest into k
   * − 1.
   */
  static Grouping exhaustive(GroupValue value, int models) {
    int domains = value.domains();
    requireModels(models, domains);
    int sets = 1 << domains;
    double[] worth = new double[sets];
    for (int set = 1; set < sets; set++) {
      worth[set] = value.of(GroupValue.members(set));
    }
    double[][] best = new double[models + 1][sets];
    int[][] first = new int[models + 1][sets];
    for (int count = 0; count <= models; count++) {
      for (int set = 0; set < sets; set++) {
        best[count][set] = count == 0 && set == 0 ? 0 : Double.NEGATIVE_INFINITY;
      }
    }
    for (int count = 1; count <= models; count++) {
      for (int set = 1; set < sets; set++) {
        int lowest = set & -set;
        int others = set ^ lowest;
        for (int with = others; ; with = (with - 1) & others) {
          int group = with | lowest;
          double gain = worth[group] + best[count - 1][set ^ group];
          if (gain > best[count][set]) {
            best[count][set] = gain;
            first[count][set] = group;
          }
          if (with == 0) {
            break;
          }
        }
      }
    }
    List<List<Integer>> groups = new ArrayList<>();
    int left = sets - 1;
    for (int count = models; count >= 1; count--) {
      groups.add(GroupValue.members(first[count][left]));
      left ^= first[count][left];
    }
    return new Grouping(groups, best[models][sets - 1] / domains, true);
  }

  /** Starts with each domain alone and joins the two groups that gain most, or lose least. */
  static Grouping agglomerative(GroupValue value, int models) {
    int domains = value.domains();
    requireModels(models, domains);
    List<List<Integer>> groups = new ArrayList<>();
    for (int domain = 0; domain < domains; domain++) {
      groups.add(List.of(domain));
    }
    while (groups.size() > models) {
      double most = Double.NEGATIVE_INFINITY;
      int bestLeft = 0;
      int bestRight = 1;
      for (int left = 0; left < groups.size(); left++) {
        for (int right = left + 1; right < groups.size(); right++) {
          double gain =
              value.of(joined(groups.get(left), groups.get(right)))
                  - value.of(groups.get(left))
                  - value.of(groups.get(right));
          if (gain > most) {
            most = gain;
            bestLeft = left;
            bestRight = right;
          }
        }
      }
      List<Integer> union = joined(groups.get(bestLeft), groups.get(bestRight));
      groups.remove(bestRight);
      groups.set(bestLeft, union);
    }
    double sum = groups.stream().mapToDouble(value::of).sum();
    return new Grouping(groups, sum / domains, models == 1 || models == domains);
  }

  private static List<Integer> joined(List<Integer> one, List<Integer> other) {
    List<Integer> union = new ArrayList<>(one);
    union.addAll(other);
    return union;
  }

  private static void requireModels(int models, int domains) {
    if (models < 1 || models > domains) {
      throw new IllegalArgumentException(models + " models for " + domains + " domains");
    }
  }
}
