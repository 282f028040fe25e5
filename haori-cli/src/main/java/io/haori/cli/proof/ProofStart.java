package io.haori.cli.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.training.proof.FitCosts;
import java.util.List;
import java.util.Map;

/**
 * What was fixed before anything was trained.
 *
 * @param plan the advice that it began from, as {@code plan.json} has it
 * @param base name of the frozen model
 * @param baseDigest SHA-256 of its weights
 * @param precision of the activations
 * @param seed where all randomness begins
 * @param epochs of a fit
 * @param maxLength tokens of a text
 * @param domains the first one and those that follow
 * @param costs processor time of a fit, by way
 * @param stages in order
 * @param rule by which the proof of concept ends, in English
 */
public record ProofStart(
    JsonNode plan,
    String base,
    String baseDigest,
    String precision,
    long seed,
    int epochs,
    int maxLength,
    List<DomainSource> domains,
    Map<String, FitCosts> costs,
    List<StagePlan> stages,
    String rule) {
  /** Copies the lists. */
  public ProofStart {
    domains = List.copyOf(domains);
    costs = Map.copyOf(costs);
    stages = List.copyOf(stages);
  }

  /** The domain that everything begins with. */
  public DomainSource first() {
    return domains.get(0);
  }
}
