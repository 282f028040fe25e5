package io.haori.cli.poc;

import io.haori.cli.proof.MemoryLine;
import io.haori.cli.proof.ProofData;
import io.haori.cli.proof.StageKind;
import io.haori.cli.proof.StagePlan;
import io.haori.training.data.Dataset;
import io.haori.training.proof.FitCosts;
import io.haori.training.proof.GrowingRows;
import io.haori.training.proof.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The stages of a proof of concept, each with the most that it can take.
 *
 * @param costs of a fit, by way
 * @param epochs of a fit
 * @param bound in accuracy
 * @param margin in accuracy
 * @param alpha how often a result may be wrong
 * @param budgetSeconds of a stage; 0 for twice what it is expected to take
 * @param memory at the peak, by rows
 * @param seed of the looks
 */
record StagePlanner(
    Map<String, FitCosts> costs,
    int epochs,
    double bound,
    double margin,
    double alpha,
    double budgetSeconds,
    MemoryLine memory,
    long seed) {
  private static final double LEAST_BUDGET = 60;

  /**
   * The stages.
   *
   * @param domains the first one and those that follow
   * @param ranks of the module, the first one to be tried first
   * @param methods besides LoRA
   */
  List<StagePlan> stages(List<ProofData.Read> domains, List<Integer> ranks, List<String> methods) {
    List<StagePlan> stages = new ArrayList<>();
    Dataset first = domains.get(0).data();
    String name = domains.get(0).source().name();
    GrowingRows looks = GrowingRows.of(first, seed);
    List<String> ladder = ranks.stream().map(rank -> Way.name("lora", rank)).toList();
    double capacity = looks(Way.FROZEN, looks);
    for (String way : ladder) {
      capacity += looks(way, looks) + whole(way, first);
    }
    add(stages, StageKind.CAPACITY, name, ladder, capacity, first);
    if (!methods.isEmpty()) {
      double method = 0;
      List<String> ways = new ArrayList<>();
      for (String one : methods) {
        String way = Way.name(one, ranks.get(0));
        ways.add(way);
        method += looks(way, looks) + whole(way, first);
      }
      add(stages, StageKind.METHOD, name, ways, method, first);
    }
    List<GrowingRows> all = new ArrayList<>(List.of(looks));
    for (ProofData.Read next : domains.subList(1, domains.size())) {
      GrowingRows rows = GrowingRows.of(next.data(), seed);
      all.add(rows);
      double seconds =
          looks(Way.FROZEN, rows) + looks(ladder.get(0), rows) + whole(ladder.get(0), next.data());
      add(stages, StageKind.DOMAIN, next.source().name(), List.of(), seconds, next.data());
    }
    if (domains.size() > 1) {
      Dataset joined = GrowingRows.joined(domains.stream().map(ProofData.Read::data).toList());
      double seconds =
          looks(ladder.get(0), GrowingRows.together(all)) + whole(ladder.get(0), joined);
      String names = String.join(", ", domains.stream().map(one -> one.source().name()).toList());
      add(stages, StageKind.SHARE, names, List.of(), seconds, joined);
    }
    return stages;
  }

  private void add(
      List<StagePlan> stages,
      StageKind kind,
      String domain,
      List<String> candidates,
      double seconds,
      Dataset data) {
    stages.add(
        new StagePlan(
            stages.size() + 1,
            kind,
            domain,
            candidates,
            bound,
            margin,
            alpha,
            budgetSeconds > 0 ? budgetSeconds : Math.max(LEAST_BUDGET, 2 * seconds),
            seconds,
            memory.megabytes(data.train().rows().size())));
  }

  private double looks(String way, GrowingRows rows) {
    return rows.looks().stream().mapToDouble(look -> look(costs, way, epochs, look)).sum();
  }

  private double whole(String way, Dataset data) {
    return whole(costs, way, epochs, data);
  }

  /** What a look takes a way. */
  static double look(Map<String, FitCosts> costs, String way, int epochs, Dataset look) {
    int learnt = look.train().rows().size();
    return of(costs, way).seconds(learnt, epochs, look.test().rows().size());
  }

  /** What a fit to all training rows takes, with the validation rows answered in each epoch. */
  static double whole(Map<String, FitCosts> costs, String way, int epochs, Dataset data) {
    int answered = epochs * data.validation().rows().size();
    return of(costs, way).seconds(data.train().rows().size(), epochs, answered);
  }

  /** Modules of another rank take as long: the base's passes are what takes time. */
  private static FitCosts of(Map<String, FitCosts> costs, String way) {
    FitCosts own = costs.get(way);
    if (own != null) {
      return own;
    }
    return costs.entrySet().stream()
        .filter(one -> !one.getKey().equals(Way.FROZEN))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(new FitCosts(0, 0, 0));
  }
}
