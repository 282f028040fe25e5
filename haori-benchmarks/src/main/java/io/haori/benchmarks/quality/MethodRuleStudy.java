package io.haori.benchmarks.quality;

import io.haori.training.choice.MethodResults;
import io.haori.training.choice.MethodRule;
import io.haori.training.choice.MethodRule.Named;
import io.haori.training.choice.MethodRule.Regret;
import java.util.List;
import java.util.Locale;

/**
 * How good the rule is by which {@code advise} names a method: each data set of the project's own
 * results is left out in turn. Prints one tab separated line a set: its name, rows, the way that is
 * named ({@code ?} where the rule does not know), how many points it is behind the best in
 * hindsight, and how many LoRA is; at the end the means.
 *
 * <pre>{@code
 * MethodRuleStudy
 * }</pre>
 */
public final class MethodRuleStudy {
  private static final double PERCENT = 100;

  private MethodRuleStudy() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    List<Regret> regrets = MethodRule.leaveOneOut(MethodResults.all());
    for (Regret one : regrets) {
      System.out.printf(
          Locale.ROOT,
          "%s\t%d\t%s\t%.1f\t%.1f%n",
          one.set().set(),
          one.set().situation().rows(),
          one.named().map(Named::way).orElse("?"),
          PERCENT * one.rule(),
          PERCENT * one.lora());
    }
    System.out.printf(
        Locale.ROOT,
        "mean\t%d\t\t%.2f\t%.2f%n",
        regrets.size(),
        PERCENT * regrets.stream().mapToDouble(Regret::rule).average().orElse(0),
        PERCENT * regrets.stream().mapToDouble(Regret::lora).average().orElse(0));
  }
}
