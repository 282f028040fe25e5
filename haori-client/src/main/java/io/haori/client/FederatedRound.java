package io.haori.client;

import java.util.List;

/**
 * The newest round of sites that learn together.
 *
 * @param name of the federation on the server
 * @param number of the round, from 0
 * @param federation random name, the same in all rounds
 * @param digest of the round's folder
 * @param base name of the base
 * @param baseDigest digest of the base
 * @param aggregation how updates become one, as {@code federate init --aggregate} names it
 * @param awaited what sites are to hand in: {@code update}, or in a secure round {@code keys},
 *     {@code shares}, {@code masked} or {@code reveal}
 * @param handedIn what they have handed in for this round, by time
 * @param past the merges that led here
 */
public record FederatedRound(
    String name,
    int number,
    String federation,
    String digest,
    String base,
    String baseDigest,
    String aggregation,
    String awaited,
    List<SiteFile> handedIn,
    List<Merge> past) {
  /** Copies the lists. */
  public FederatedRound {
    handedIn = List.copyOf(handedIn);
    past = List.copyOf(past);
  }

  /**
   * A file that a site handed in.
   *
   * @param site that signed it
   * @param kind as {@link FederatedRound#awaited} names it
   * @param account that brought it
   * @param at when it came, as ISO 8601 has it
   * @param bytes of it
   * @param digest SHA-256 of it in hexadecimal digits
   */
  public record SiteFile(
      String site, String kind, String account, String at, long bytes, String digest) {}

  /**
   * A merge.
   *
   * @param round that it made
   * @param sites whose updates were in it
   * @param rows training rows of all of them
   * @param lostEnergy share of the mean update's energy that the round's model lacks
   */
  public record Merge(int round, List<String> sites, int rows, double lostEnergy) {
    /** Copies the list. */
    public Merge {
      sites = List.copyOf(sites);
    }
  }

  /**
   * What was collected at a step of a secure round.
   *
   * @param sites of the round
   * @param step 1 for keys, 2 for shares, 3 for masked updates
   * @param there sites that the next step is for
   * @param needed how many of them must take part
   */
  public record Collected(List<String> sites, int step, List<String> there, int needed) {
    /** Copies the lists. */
    public Collected {
      sites = List.copyOf(sites);
      there = List.copyOf(there);
    }
  }
}
