package io.haori.server.round;

import io.haori.registry.name.ModuleName;
import io.haori.training.federated.Round;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest round of a federation.
 *
 * @param name of the federation on this server
 * @param round what all sites agree on
 * @param digest of the round's folder
 * @param awaited what sites are to hand in, as {@link io.haori.training.federated.HandedIn} has it
 * @param handedIn what they have handed in for this round
 */
public record RoundState(
    ModuleName name, Round round, String digest, String awaited, List<SiteFile> handedIn) {
  /** Copies the list. */
  public RoundState {
    handedIn = List.copyOf(handedIn);
  }

  /** As it is answered. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name.text());
    map.put("round", round.number());
    map.put("federation", round.federation());
    map.put("digest", digest);
    map.put("base", Map.of("name", round.base().name(), "digest", round.base().digest()));
    map.put("aggregation", round.aggregation().word());
    map.put("awaited", awaited);
    map.put("handedIn", handedIn.stream().map(SiteFile::toMap).toList());
    map.put("past", round.past().stream().map(RoundState::merge).toList());
    return map;
  }

  private static Map<String, Object> merge(Round.Merge merge) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("round", merge.round());
    map.put("sites", merge.sites().stream().map(Round.Member::site).toList());
    map.put("rows", merge.rows());
    map.put("lostEnergy", merge.lostEnergy());
    return map;
  }
}
