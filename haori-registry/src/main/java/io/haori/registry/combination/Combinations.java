package io.haori.registry.combination;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Evidence about modules that act together, and the rules that bound what each may lose. */
public final class Combinations {
  private final Ledger ledger;

  /** For one person. */
  public Combinations(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * What a set of modules that act together is called: members in ascending order, each with its
   * weight where that is another than 1.
   *
   * @param weights by member
   */
  public static String subject(Map<VersionId, Double> weights) {
    List<String> parts = new ArrayList<>();
    new TreeMap<>(weights)
        .forEach((id, weight) -> parts.add(weight == 1 ? id.toString() : id + "*" + weight));
    return String.join(" + ", parts);
  }

  /**
   * Stores what was measured.
   *
   * @param subject a version that was made of the members, or {@link #subject}
   * @param about the module that the role is asked for: the version's, or a member's
   * @param members one or more lines each
   */
  public void record(String subject, ModuleName about, List<MeasuredMember> members) {
    require(!members.isEmpty(), "members of " + subject, "at least one", "none");
    Map<String, Object> losses = new LinkedHashMap<>();
    members.forEach(one -> losses.put(one.member() + " " + one.metric(), one.loss()));
    ledger.change(
        Intent.of("together", Role.AUTHOR, about).with("subject", subject).with("losses", losses),
        change -> {
          for (MeasuredMember one : members) {
            AccessTable.require(change.handle(), change.actor(), Role.VIEWER, one.member().name());
          }
          CombinationTable.insert(
              change.handle(), change.seq(), subject, members, change.now(), change.actor());
          return subject;
        });
  }

  /**
   * What was measured, the last first.
   *
   * @param subject as it was recorded
   * @param about the module that the role is asked for
   */
  public List<MeasuredMember> evidence(String subject, ModuleName about) {
    return ledger.look(
        Intent.of("show", Role.VIEWER, about),
        handle -> CombinationTable.evidence(handle, subject));
  }

  /**
   * What was measured of modules that the person may look at, the last first.
   *
   * @param most how many at most
   */
  public List<MeasuredCombination> all(int most) {
    return ledger.lookAtOwn(
        (handle, grants) ->
            CombinationTable.all(handle).stream()
                .filter(
                    one ->
                        one.members().stream()
                            .allMatch(
                                member ->
                                    AccessTable.allow(grants, Role.VIEWER, member.member().name())))
                .limit(most)
                .toList());
  }

  /** The versions that act together in a mix or a merged module; none in any other. */
  public List<VersionId> members(VersionId id) {
    return ledger.look(
        Intent.of("show", Role.VIEWER, id), handle -> CombinationTable.members(handle, id));
  }

  /**
   * Refuses a set of modules that act together in which one loses more than its rule allows, or was
   * not measured.
   *
   * @param weights by member
   */
  public void requireSafe(Map<VersionId, Double> weights) {
    ledger
        .database()
        .read(
            handle -> {
              CombinationTable.requireSafe(
                  handle, subject(weights), List.copyOf(new TreeMap<>(weights).keySet()));
              return true;
            });
  }

  /**
   * The lowest accuracy that a member may have beside others, by what was measured of it alone and
   * by its rule; for the process that serves, whoever it runs for.
   *
   * @param subject members with their weights
   * @param member whose head answers
   * @return empty without a rule about accuracy, or without evidence
   */
  public OptionalDouble lowestAccuracy(String subject, VersionId member) {
    return ledger
        .database()
        .read(
            handle -> {
              OptionalDouble loss =
                  CombinationTable.rules(handle).stream()
                      .filter(rule -> rule.metric().equals("accuracy"))
                      .filter(rule -> rule.pattern().matches(member.name()))
                      .mapToDouble(CombinationRule::atMost)
                      .min();
              Optional<MeasuredMember> last =
                  CombinationTable.evidence(handle, subject).stream()
                      .filter(one -> one.member().equals(member))
                      .filter(one -> one.metric().equals("accuracy"))
                      .findFirst();
              return loss.isPresent() && last.isPresent()
                  ? OptionalDouble.of(last.get().alone() - loss.getAsDouble())
                  : OptionalDouble.empty();
            });
  }

  /** Sets a rule; one of the same pattern is replaced. */
  public void setRule(CombinationRule rule) {
    ledger.change(
        Intent.ofRegistry("rule", Role.ADMIN)
            .with("pattern", rule.pattern().text())
            .with("metric", rule.metric())
            .with("lossAtMost", rule.atMost()),
        change -> {
          CombinationTable.set(change.handle(), rule);
          return rule;
        });
  }

  /** Removes the rule of a pattern. */
  public void dropRule(NamePattern pattern) {
    ledger.change(
        Intent.ofRegistry("rule", Role.ADMIN)
            .with("pattern", pattern.text())
            .with("lossAtMost", "removed"),
        change -> {
          if (!CombinationTable.drop(change.handle(), pattern)) {
            throw new UserError("No rule about " + pattern + " beside others in this registry");
          }
          return pattern;
        });
  }

  /** All rules. */
  public List<CombinationRule> rules() {
    return ledger.look(Intent.ofRegistry("rules", Role.VIEWER), CombinationTable::rules);
  }
}
