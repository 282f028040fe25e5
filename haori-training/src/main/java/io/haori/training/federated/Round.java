package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import io.haori.training.privacy.NoisySteps;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all sites of a round agree on.
 *
 * @param number 0 before anything was learnt, then one more with each merge
 * @param federation random name, the same in all rounds
 * @param base that all sites have
 * @param settings of each site's fit; the type of the activations is each machine's own
 * @param aggregation how their updates become one
 * @param past the merges that led here, the first one first
 */
public record Round(
    int number,
    String federation,
    Base base,
    TuneSettings settings,
    Aggregation aggregation,
    List<Merge> past) {
  /** Copies the list. */
  public Round {
    past = List.copyOf(past);
  }

  /**
   * A base.
   *
   * @param name as users name it
   * @param digest of its numbers
   */
  public record Base(String name, String digest) {}

  /**
   * One merge.
   *
   * @param round that it made
   * @param sites whose updates were in it
   * @param rows training rows of all of them
   * @param lostEnergy share of the mean update's energy {@code ‖ΔW‖²} that the round's model lacks
   *     or has in excess, in [0, 1] where it was cut
   */
  public record Merge(int round, List<Member> sites, int rows, double lostEnergy) {
    /** Copies the list. */
    public Merge {
      sites = List.copyOf(sites);
    }
  }

  /**
   * A site's part in a merge.
   *
   * @param site its name
   * @param rows that it learnt from; 0 where nobody knows, in a secure round
   * @param key public key that its updates are signed with, in Base64
   * @param noise of its steps; null when it learnt without noise
   */
  public record Member(String site, int rows, String key, @Nullable NoisySteps noise) {}

  /** A site's parts in the merges so far. */
  public List<Member> partsOf(String site) {
    return past.stream()
        .flatMap(merge -> merge.sites().stream())
        .filter(member -> member.site().equals(site))
        .toList();
  }

  /** The key that a site signed with in earlier rounds; empty for a new site. */
  public Optional<String> keyOf(String site) {
    return partsOf(site).stream().map(Member::key).findFirst();
  }

  /**
   * Refuses another key of a site than the one of earlier rounds.
   *
   * @param setting for the message
   * @param site its name
   * @param key public key, in Base64
   */
  void requireKey(String setting, String site, String key) {
    String known = keyOf(site).orElse(key);
    require(
        known.equals(key), setting, "the one that it signed earlier rounds with, " + known, key);
  }

  /** The round that a merge leads to. */
  public Round next(Merge merge) {
    List<Merge> all = new ArrayList<>(past);
    all.add(merge);
    return new Round(number + 1, federation, base, settings, aggregation, all);
  }
}
