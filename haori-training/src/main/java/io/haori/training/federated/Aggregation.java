package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How the low-rank updates of sites, {@code ΔW_i = s_i B_i A_i} with shares {@code w_i} of the
 * rows, become one.
 */
public enum Aggregation {
  /**
   * The exact mean {@code Σ w_i ΔW_i}: the factors lie one after another, so ranks add up and may
   * differ, and the sum is cut to the round's rank; the share of its energy that this loses is
   * reported (stacking: Wang et al. 2024, FLoRA, arXiv 2409.05976; there without a cut).
   */
  STACK("stack"),

  /**
   * All sites keep one random A and learn B alone, so {@code s (Σ w_i B_i) A} is the exact mean at
   * the rank of one (Sun et al. 2024, FFA-LoRA, arXiv 2403.12313).
   */
  SHARED_A("shared-a"),

  /**
   * The mean of {@link #SHARED_A}, of which nobody sees a single site's part: the sites mask their
   * numbers so that the masks cancel in the sum (Bonawitz et al. 2017, Practical Secure
   * Aggregation).
   */
  SECURE("secure"),

  /**
   * Means of A and of B apart, which hold products of one site's B with another's A that no site
   * learnt. Not exact; the baseline (FedAvg on both factors), with its error reported.
   */
  AVERAGE("average");

  private final String word;

  Aggregation(String word) {
    this.word = word;
  }

  /** Its name in files and on the command line. */
  public String word() {
    return word;
  }

  /** Whether all sites keep one A and learn B alone. */
  public boolean keepsDown() {
    return this == SHARED_A || this == SECURE;
  }

  /** All names. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Aggregation::word).toList();
  }

  /**
   * Reads a name.
   *
   * @param setting name of the setting, for the message
   * @param text one of {@link #words}
   */
  public static Aggregation parse(String setting, String text) {
    List<Aggregation> found =
        Arrays.stream(values())
            .filter(one -> one.word.equals(text))
            .collect(Collectors.toUnmodifiableList());
    require(!found.isEmpty(), setting, "one of " + String.join(", ", words()), text);
    return found.get(0);
  }
}
