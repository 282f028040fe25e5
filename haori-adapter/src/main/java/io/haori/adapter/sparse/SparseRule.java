package io.haori.adapter.sparse;

import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.StepRule;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a module sparse while it is trained. At each step of a shaping phase, until the target is
 * reached:
 *
 * <ol>
 *   <li>scores look at values and gradients ({@link ScoreBoard});
 *   <li>after the optimizer's step every number is drawn to zero by the L1 penalty ({@link
 *       SoftThreshold});
 *   <li>where the schedule asks for it, units are taken away ({@link Pruning}), for good.
 * </ol>
 *
 * What was taken away stays zero: its gradients are cleared before a step and its values after it.
 */
final class SparseRule implements StepRule {
  /** Takings of a cubic schedule: a choice costs a sort of all numbers. */
  private static final int MOST_TAKINGS = 16;

  private final SparseConfig config;
  private final Units units;
  private final ScoreBoard board;
  private boolean[] alive;
  private boolean complete;
  private Phase phase = Phase.SHAPING;

  /** One a part, ones and zeros of its shape; empty while nothing was taken away. */
  private List<Tensor> masks = List.of();

  SparseRule(SparseConfig config, Units units, long seed) {
    Pruning.requireSomethingLeft(units, config.scope(), config.target());
    this.config = config;
    this.units = units;
    this.board = new ScoreBoard(config.score(), units, seed);
    this.alive = new boolean[units.count()];
    Arrays.fill(alive, true);
    this.complete = config.target() == 0;
  }

  @Override
  public void begin(Phase newPhase) {
    phase = newPhase;
    if (phase == Phase.FIXED && masks.isEmpty()) {
      // The L1 penalty alone leaves zeros that no choice was made for.
      take(aliveBy(units.values()));
    }
  }

  private boolean[] aliveBy(float[] values) {
    boolean[] found = new boolean[units.count()];
    for (int i = 0; i < values.length; i++) {
      int component = units.componentOf(i);
      if (component != Units.NONE && values[i] != 0) {
        found[units.unitOf(component)] = true;
      }
    }
    return found;
  }

  @Override
  public void beforeStep(int step, int steps) {
    if (shaping() && config.score().readsGradients()) {
      board.observe(units.values(), units.gradients());
    }
    for (int i = 0; i < masks.size(); i++) {
      units.parts().get(i).parameter().gradient().mulInPlace(masks.get(i));
    }
  }

  @Override
  public void afterStep(int step, int steps, double learningRate) {
    if (phase == Phase.SHAPING && config.l1() > 0 && !(complete && config.target() > 0)) {
      SoftThreshold.apply(units, learningRate * config.l1());
    }
    if (shaping()) {
      double wanted = config.schedule().sparsity(step, steps, config.target());
      complete = wanted == config.target();
      boolean due = step % Math.max(1, steps / MOST_TAKINGS) == 0;
      if (wanted > 0 && (complete || due)) {
        float[] scores = board.scores(units.values());
        take(Pruning.keep(units, scores, alive, config.scope(), wanted));
      }
    }
    for (int i = 0; i < masks.size(); i++) {
      units.parts().get(i).parameter().value().mulInPlace(masks.get(i));
    }
  }

  private boolean shaping() {
    return phase == Phase.SHAPING && !complete;
  }

  private void take(boolean[] kept) {
    alive = kept;
    close();
    List<Tensor> made = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      for (Units.Part part : units.parts()) {
        float[] mask = new float[part.count()];
        for (int i = 0; i < mask.length; i++) {
          int component = units.componentOf(part.offset() + i);
          mask[i] = component == Units.NONE || alive[units.unitOf(component)] ? 1 : 0;
        }
        made.add(Tensors.of(mask, part.parameter().value().shape()).retain());
      }
    }
    masks = made;
  }

  @Override
  public boolean isComplete() {
    return phase != Phase.SHAPING || complete;
  }

  @Override
  public Map<String, Tensor> state() {
    float[] kept = new float[alive.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = alive[i] ? 1 : 0;
    }
    Map<String, Tensor> state = new TreeMap<>();
    state.put("kept", Tensors.of(kept, kept.length));
    state.put("flags", Tensors.of(new float[] {complete ? 1 : 0, masks.isEmpty() ? 0 : 1}, 2));
    float[] gathered = board.gathered();
    if (gathered.length > 0) {
      state.put("scores", Tensors.of(gathered, gathered.length));
    }
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    float[] kept = remembered(state, "kept");
    float[] flags = remembered(state, "flags");
    if (state.containsKey("scores")) {
      board.restore(remembered(state, "scores"));
    }
    complete = flags[0] != 0;
    boolean[] stored = new boolean[kept.length];
    for (int i = 0; i < kept.length; i++) {
      stored[i] = kept[i] != 0;
    }
    if (flags[1] != 0) {
      take(stored);
    } else {
      alive = stored;
      close();
    }
  }

  private static float[] remembered(Map<String, Tensor> state, String name) {
    Tensor tensor = state.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no " + name + " in " + state.keySet());
    }
    return tensor.toFloats();
  }

  /** Frees the masks. */
  @Override
  public void close() {
    masks.forEach(Tensor::close);
    masks = List.of();
  }
}
