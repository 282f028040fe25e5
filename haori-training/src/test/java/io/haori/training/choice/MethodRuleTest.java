package io.haori.training.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.training.choice.MethodResults.Measured;
import io.haori.training.choice.MethodRule.Named;
import io.haori.training.choice.MethodRule.Regret;
import io.haori.training.choice.MethodRule.Situation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MethodRuleTest {
  private static final Situation TASK = new Situation(100, 5, 0.4, 0.8);

  private static Measured set(String name, double lora, double full) {
    return new Measured(name, TASK, Map.of("lora", lora, "full", full));
  }

  @Test
  void namesTheWayThatGainedOnLikeSets() {
    MethodRule rule =
        new MethodRule(List.of(set("a", 0.8, 0.83), set("b", 0.7, 0.74), set("c", 0.9, 0.92)));
    Named named = rule.name(TASK, Set.of("lora", "full")).orElseThrow();
    assertThat(named.way()).isEqualTo("full");
    assertThat(named.gain()).isBetween(0.0299, 0.0301);
    assertThat(named.sets()).containsExactly("a", "b", "c");
    assertThat(rule.name(TASK, Set.of("lora", "modular"))).isEmpty();
  }

  @Test
  void staysWithLoraWhereGainsAreNoMoreThanTheirSpread() {
    MethodRule rule =
        new MethodRule(List.of(set("a", 0.8, 0.9), set("b", 0.8, 0.74), set("c", 0.8, 0.79)));
    assertThat(rule.name(TASK, Set.of("full")).orElseThrow().way()).isEqualTo("lora");
  }

  @Test
  void doesNotKnowWhereNoSetIsLikeTheTask() {
    MethodRule rule =
        new MethodRule(List.of(set("a", 0.8, 0.83), set("b", 0.7, 0.74), set("c", 0.9, 0.92)));
    assertThat(rule.name(new Situation(100_000, 5, 0.4, 0.8), Set.of("full"))).isEmpty();
    assertThat(rule.name(new Situation(100, 5, 0.4, 0.1), Set.of("full"))).isEmpty();
  }

  @Test
  void onItsOwnResultsItIsNearerToTheBestThanLoraIsEachSetLeftOut() {
    List<Regret> regrets = MethodRule.leaveOneOut(MethodResults.all());
    assertThat(regrets).hasSize(28);
    double rule = regrets.stream().mapToDouble(Regret::rule).average().orElseThrow();
    double lora = regrets.stream().mapToDouble(Regret::lora).average().orElseThrow();
    assertThat(rule).isLessThan(lora);
    assertThat(regrets).allMatch(one -> one.rule() >= 0 && one.lora() >= 0);
    assertThat(regrets).anyMatch(one -> one.named().isEmpty());
  }
}
