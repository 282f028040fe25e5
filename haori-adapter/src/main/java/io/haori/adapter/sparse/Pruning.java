package io.haori.adapter.sparse;

import static io.haori.core.check.Check.require;

import java.util.Arrays;

/**
 * Which units are kept: those that score best for what they cost, until the kept share of the
 * numbers is used up. A unit that would pass the bound by half of itself or less is kept, so that
 * {@code n} equal units keep {@code n (1 − sparsity)} of them, rounded; the best one is always
 * kept. Equal scores are kept in the units' order.
 */
final class Pruning {
  private Pruning() {}

  /**
   * Chooses among the units that are still there.
   *
   * @param units of the module
   * @param scores by unit
   * @param alive by unit; not changed
   * @param scope among which units the share is kept
   * @param sparsity share of the numbers to remove, of all that units have
   * @return by unit
   */
  static boolean[] keep(
      Units units, float[] scores, boolean[] alive, PruningScope scope, double sparsity) {
    int[] costs = units.costs();
    int groups = scope == PruningScope.GLOBAL ? 1 : units.layers().size();
    double[] budgets = budgets(units, costs, scope, sparsity);
    double[] spent = new double[groups];
    boolean[] full = new boolean[groups];
    boolean[] kept = new boolean[alive.length];
    for (long key : ordered(scores, costs, alive)) {
      int unit = (int) key;
      int group = group(units, unit, scope);
      boolean fits = spent[group] == 0 || spent[group] + costs[unit] / 2.0 <= budgets[group];
      if (!full[group] && fits) {
        kept[unit] = true;
        spent[group] += costs[unit];
      } else {
        full[group] = true;
      }
    }
    return kept;
  }

  /**
   * Refuses a sparsity that leaves nothing.
   *
   * @throws io.haori.core.check.UserError naming what would be left without a unit
   */
  static void requireSomethingLeft(Units units, PruningScope scope, double sparsity) {
    int[] costs = units.costs();
    double[] budgets = budgets(units, costs, scope, sparsity);
    int[] least = new int[budgets.length];
    int[] members = new int[budgets.length];
    Arrays.fill(least, Integer.MAX_VALUE);
    for (int unit = 0; unit < costs.length; unit++) {
      int group = group(units, unit, scope);
      least[group] = Math.min(least[group], costs[unit]);
      members[group]++;
    }
    for (int group = 0; group < budgets.length; group++) {
      String owner = scope == PruningScope.GLOBAL ? "the module" : units.layers().get(group);
      String bound =
          "low enough to leave at least 1 of %d %s of %s"
              .formatted(members[group], units.word(), owner);
      require(least[group] / 2.0 <= budgets[group], "sparse.sparsity", bound, sparsity);
    }
  }

  private static int group(Units units, int unit, PruningScope scope) {
    return scope == PruningScope.GLOBAL ? 0 : units.layerOfUnit(unit);
  }

  private static double[] budgets(Units units, int[] costs, PruningScope scope, double sparsity) {
    double[] budgets = new double[scope == PruningScope.GLOBAL ? 1 : units.layers().size()];
    for (int unit = 0; unit < costs.length; unit++) {
      budgets[group(units, unit, scope)] += costs[unit];
    }
    for (int group = 0; group < budgets.length; group++) {
      budgets[group] *= 1 - sparsity;
    }
    return budgets;
  }

  /** Units that are alive, best first: the score's order in the upper half, the unit below. */
  private static long[] ordered(float[] scores, int[] costs, boolean[] alive) {
    long[] keys = new long[scores.length];
    int count = 0;
    for (int unit = 0; unit < scores.length; unit++) {
      if (alive[unit]) {
        int bits = Float.floatToIntBits(scores[unit] / costs[unit]);
        int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        keys[count++] = ((long) ~rising << 32) | unit;
      }
    }
    long[] ordered = Arrays.copyOf(keys, count);
    Arrays.sort(ordered);
    return ordered;
  }
}
