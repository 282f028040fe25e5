package io.haori.registry.combination;

import java.time.Instant;
import java.util.List;

/**
 * One measurement of modules that act together.
 *
 * @param subject a version that was made of the members, or the members with their weights
 * @param happened when it was measured
 * @param actor by whom
 * @param members what each did
 */
public record MeasuredCombination(
    String subject, Instant happened, String actor, List<MeasuredMember> members) {
  /** Copies the list. */
  public MeasuredCombination {
    members = List.copyOf(members);
  }
}
