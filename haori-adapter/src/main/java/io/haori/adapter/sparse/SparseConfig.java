package io.haori.adapter.sparse;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.SettingText;
import io.haori.adapter.spi.Stage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What can be chosen for a sparse module.
 *
 * @param sparsity share of the module's numbers that is taken away; at least 0, below 1
 * @param structure what is taken away as a whole
 * @param score how what matters is distinguished from what does not
 * @param scope whether every layer keeps the same share or layers compete
 * @param schedule when it is taken away
 * @param l1 strength of the L1 penalty, as a share of the learning rate by which every number is
 *     drawn to zero at each step until the target is reached; at least 0, at most 1
 * @param enlargement how many times larger the module begins; as many numbers are kept as without
 *     it (Large-Sparse), so a larger share is taken away; in [1, 64]
 * @param stages of progressive training; none for one run
 */
public record SparseConfig(
    double sparsity,
    Structure structure,
    Score score,
    PruningScope scope,
    PruningSchedule schedule,
    double l1,
    int enlargement,
    List<Stage> stages) {
  /** Half of the ranks, for which layers compete. */
  public static final SparseConfig DEFAULT = usual(Structure.RANK);

  /** Stages for whom they are wanted: from few parameters to all, then pruning, then the rest. */
  public static final List<Stage> USUAL_STAGES =
      List.of(
          new Stage("head", 0, Phase.GROWING, false, 1, 1, 0),
          new Stage("top", 0.5, Phase.GROWING, false, 2, 1, 0),
          new Stage("all", 1, Phase.GROWING, false, 3, 1, 2),
          new Stage("prune", 1, Phase.SHAPING, true, 4, 0.5, 0),
          new Stage("final", 1, Phase.FIXED, false, 2, 0.3, 2));

  /**
   * Half of a module, taken away early, by the score and the scope that suit its structure.
   *
   * @param structure what is taken away as a whole
   */
  public static SparseConfig usual(Structure structure) {
    boolean single = structure == Structure.NONE;
    return new SparseConfig(
        0.5,
        structure,
        single ? Score.SNIP : Score.MOVEMENT,
        single ? PruningScope.LAYER : PruningScope.GLOBAL,
        new PruningSchedule(PruningSchedule.Shape.CUBIC, 0.05, 0.4),
        0.0,
        1,
        List.of());
  }

  /** Checks the bounds. */
  public SparseConfig {
    require(sparsity >= 0 && sparsity < 1, "sparse.sparsity", "at least 0 and below 1", sparsity);
    require(l1 >= 0 && l1 <= 1, "sparse.l1", "in [0, 1]", l1);
    require(enlargement >= 1 && enlargement <= 64, "sparse.enlargement", "in [1, 64]", enlargement);
    require(
        sparsity > 0 || l1 > 0 || enlargement > 1,
        "sparse.sparsity",
        "above 0 unless sparse.l1 is above 0 or sparse.enlargement above 1",
        sparsity);
    require(
        structure != Structure.LAYER || scope == PruningScope.GLOBAL,
        "sparse.scope",
        "global with the structure layer",
        "layer");
    stages = List.copyOf(stages);
    requireOrder(stages);
  }

  /** Something must be taken away once, and nothing may be fixed before. */
  private static void requireOrder(List<Stage> stages) {
    if (stages.isEmpty()) {
      return;
    }
    long shaping = stages.stream().filter(stage -> stage.phase() == Phase.SHAPING).count();
    require(shaping == 1, "sparse.stages", "with prune once", shaping + " times");
    boolean pruned = false;
    List<String> names = USUAL_STAGES.stream().map(Stage::name).toList();
    for (Stage stage : stages) {
      require(names.contains(stage.name()), "sparse.stages", "out of " + names, stage.name());
      Stage usual = usualStage(stage.name());
      require(
          stage.phase() == usual.phase() && stage.required() == usual.required(),
          "sparse.stages",
          "with the usual phase of " + usual.name() + ", " + SettingText.word(usual.phase()),
          SettingText.word(stage.phase()) + (stage.required() ? ", required" : ""));
      pruned |= stage.phase() == Phase.SHAPING;
      boolean inPlace = (stage.phase() == Phase.GROWING) != pruned;
      require(inPlace, "sparse.stages", "in the order head, top, all, prune, final", stage.name());
    }
  }

  /** All choices by name, as {@code --set} takes them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("sparsity", sparsity);
    settings.put("structure", SettingText.word(structure));
    settings.put("score", SettingText.word(score));
    settings.put("scope", SettingText.word(scope));
    settings.put("schedule", SettingText.word(schedule.shape()));
    settings.put("pruneFrom", schedule.from());
    settings.put("pruneTo", schedule.to());
    settings.put("l1", l1);
    settings.put("enlargement", enlargement);
    settings.put("stages", stagesText());
    return settings;
  }

  private String stagesText() {
    if (stages.isEmpty()) {
      return "none";
    }
    return stages.stream()
        .map(
            stage ->
                String.join(
                        ":",
                        stage.name(),
                        String.valueOf(stage.epochs()),
                        String.valueOf(stage.learningRateFactor()),
                        String.valueOf(stage.patience()))
                    + (stage.topShare() == usualStage(stage.name()).topShare()
                        ? ""
                        : ":" + stage.topShare()))
        .collect(Collectors.joining(";"));
  }

  private static Stage usualStage(String name) {
    return USUAL_STAGES.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  /** Share that is taken away of the module as it begins. */
  public double target() {
    return 1 - (1 - sparsity) / enlargement;
  }

  /** The same for a module that has its size already. */
  SparseConfig withoutEnlargement() {
    return new SparseConfig(target(), structure, score, scope, schedule, l1, 1, stages);
  }
}
