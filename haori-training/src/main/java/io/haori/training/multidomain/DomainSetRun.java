package io.haori.training.multidomain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Targets;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import io.haori.training.data.Split;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.OptimizerStep;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The training of one model on one or several domains: its parameters, optimizer, place in its
 * epochs. Nothing in it depends on the models that are trained beside it. Owns module, heads,
 * optimizer and the best epoch's values.
 */
final class DomainSetRun implements AutoCloseable {
  private static final String HEADS = "heads";

  private final PlannedDomainSet plan;
  private final DomainRows rows;
  private final LoopConfig loop;
  private final DomainLabels labels;
  private final Targets trainTargets;
  private final AdapterModule module;
  private final Heads heads;
  private final DomainWeights weights;
  private final AdamW optimizer;
  private final StepRule rule;
  private final OptimizerStep optimizerStep;
  private final DomainSetPlan batches;
  private final List<Double> curve = new ArrayList<>();
  private final List<float[]> weightsBySteps = new ArrayList<>();
  private final double[] sums;
  private final int[] counts;
  private final List<Tensor> gradients = new ArrayList<>();
  private int[] batch = new int[0];
  private int[][] passes = new int[0][];
  private double[] stepWeights = new double[0];
  private int step;
  private long tokens;
  private int bestEpoch;
  private @Nullable Tensor best;
  private boolean handedOver;

  DomainSetRun(TextBase base, DomainRows rows, PlannedDomainSet plan) {
    this.plan = plan;
    this.rows = rows;
    this.loop = plan.settings().tune().loop();
    this.labels = rows.labels(plan.domains(), plan.settings().heads());
    this.trainTargets = rows.targets(Split.TRAIN, plan.domains(), labels);
    this.batches = new DomainSetPlan(rows, plan);
    int domains = plan.domains().size();
    this.sums = new double[domains];
    this.counts = new int[domains];
    this.module =
        AdapterModule.create(
            plan.settings().tune().method().moduleName().orElse("task"),
            plan.settings().tune().method(),
            base.backbone(),
            new SplittableRandom(Seeds.of(plan.seed(), Purpose.START)));
    this.heads =
        Heads.create(
            labels,
            plan.settings().tune().text().width(base),
            head -> new SplittableRandom(startOf(head)));
    int[] sizes = plan.domains().stream().mapToInt(d -> rows.count(Split.TRAIN, d)).toArray();
    this.weights =
        new DomainWeights(plan.settings().weighting(), plan.settings().temperature(), sizes);
    this.optimizer = new AdamW(loop.optimizer(), groups());
    this.rule = module.method().rule(module, plan.seed());
    this.optimizerStep =
        new OptimizerStep(
            optimizer,
            loop.optimizer().learningRate(),
            loop.schedule(),
            loop.maxGradientNorm(),
            rule,
            this::diverged);
  }

  private long startOf(int head) {
    return Seeds.of(Seeds.ofDomain(plan.seed(), headName(head)), Purpose.START);
  }

  private String headName(int head) {
    return labels.size() == 1 && plan.domains().size() > 1 ? "" : plan.names().get(head);
  }

  /** The heads come last, so that what all domains share is one stretch from the start. */
  private List<ParameterGroup> groups() {
    Map<Double, List<Parameter>> byRate = new LinkedHashMap<>();
    for (TrainedParameter trained : module.parameters()) {
      byRate
          .computeIfAbsent(trained.learningRateFactor(), rate -> new ArrayList<>())
          .add(trained.parameter());
    }
    List<ParameterGroup> groups = new ArrayList<>();
    byRate.forEach(
        (rate, ours) -> groups.add(new ParameterGroup("rate x " + rate, ours, rate, 1.0)));
    double headRate = plan.settings().tune().headLearningRateRatio();
    groups.add(new ParameterGroup(HEADS, heads.parameters(), headRate, 1.0));
    weights
        .parameter()
        .ifPresent(one -> groups.add(new ParameterGroup("uncertainty", List.of(one), 1.0, 0.0)));
    return groups;
  }

  PlannedDomainSet plan() {
    return plan;
  }

  AdapterModule module() {
    return module;
  }

  Heads heads() {
    return heads;
  }

  Targets trainTargets() {
    return trainTargets;
  }

  Targets targets(Split split) {
    return rows.targets(split, plan.domains(), labels);
  }

  /** The head of one of its domains, by the domain's place among its own. */
  int headOf(int own) {
    return labels.size() == 1 ? 0 : own;
  }

  /** Numbers of all its rows of a split. */
  int[] rowsOf(Split split) {
    return plan.domains().stream().flatMapToInt(d -> IntStream.of(rows.of(split, d))).toArray();
  }

  int steps() {
    return batches.perEpoch() * loop.epochs();
  }

  int step() {
    return step;
  }

  /**
   * Rows of the next steps, in their order.
   *
   * @param most steps
   */
  List<int[]> next(int most) {
    return IntStream.range(step, Math.min(steps(), step + most))
        .mapToObj(at -> batches.batch(at / batches.perEpoch(), at % batches.perEpoch()))
        .toList();
  }

  /** Where the dropout of the next step begins. */
  long stepSeed() {
    return Seeds.of(plan.seed(), Purpose.BATCH, step);
  }

  long trainable() {
    return optimizer.slots().stream()
        .filter(slot -> !slot.group().equals("uncertainty"))
        .mapToLong(slot -> slot.shape().stream().reduce(1L, (a, b) -> a * b))
        .sum();
  }

  boolean isDone() {
    boolean ranOut =
        loop.selection().patience() > 0
            && bestEpoch > 0
            && curve.size() - bestEpoch >= loop.selection().patience();
    return step >= steps() || (ranOut && step % batches.perEpoch() == 0);
  }

  /** Whether the last step ended an epoch that was not scored yet. */
  boolean awaitsValidation() {
    return step > 0 && step % batches.perEpoch() == 0 && curve.size() < step / batches.perEpoch();
  }

  /**
   * Begins a step with gradients at zero.
   *
   * @return rows of each pass: one for all rows, or one a domain for gradient surgery
   */
  int[][] begin() {
    optimizer.zeroGradients();
    Arrays.fill(sums, 0);
    Arrays.fill(counts, 0);
    batch = batches.batch(step / batches.perEpoch(), step % batches.perEpoch());
    stepWeights = weights.now();
    passes =
        surgery()
            ? IntStream.range(0, sums.length)
                .mapToObj(own -> ofDomain(batch, own))
                .filter(ours -> ours.length > 0)
                .toArray(int[][]::new)
            : new int[][] {batch};
    return passes;
  }

  private boolean surgery() {
    return plan.settings().weighting() == Weighting.PCGRAD && sums.length > 1;
  }

  private int[] ofDomain(int[] some, int own) {
    int domain = plan.domains().get(own);
    return IntStream.of(some).filter(row -> rows.domainOf(Split.TRAIN, row) == domain).toArray();
  }

  /**
   * Positions of a pass's rows by domain.
   *
   * @param pass numbers of its rows
   * @return {@code [domains][positions]}, empty for a domain without rows
   */
  int[][] positions(int[] pass) {
    int[][] positions = new int[sums.length][];
    for (int own = 0; own < positions.length; own++) {
      int domain = plan.domains().get(own);
      positions[own] =
          IntStream.range(0, pass.length)
              .filter(at -> rows.domainOf(Split.TRAIN, pass[at]) == domain)
              .toArray();
    }
    return positions;
  }

  /** What the sum of a domain's losses is multiplied with in the step's loss. */
  double factor(int own) {
    return stepWeights[own] / batch.length;
  }

  /**
   * Hears of a pass whose gradients have arrived.
   *
   * @param passSums {@code [domains]} sums of the rows' losses
   * @param passCounts {@code [domains]} how many rows those were
   * @param passTokens that were read
   */
  void passed(double[] passSums, int[] passCounts, long passTokens) {
    for (int own = 0; own < sums.length; own++) {
      sums[own] += passSums[own];
      counts[own] += passCounts[own];
    }
    tokens += passTokens;
    if (surgery()) {
      gradients.add(optimizer.gradients().copy().retain());
      optimizer.zeroGradients();
    }
  }

  /** Moves the parameters. */
  void end() {
    double loss = 0;
    for (int own = 0; own < sums.length; own++) {
      loss += factor(own) * sums[own];
    }
    optimizerStep.requireFinite("loss", loss, step, steps());
    float[] rounded = new float[sums.length];
    double[] used = surgery() ? operate() : stepWeights;
    for (int own = 0; own < rounded.length; own++) {
      rounded[own] = Math.round(used[own] * 1e4) / 1e4f;
    }
    weightsBySteps.add(rounded);
    weights.step(sums, counts);
    optimizerStep.take(step, steps());
    step++;
    if (step % batches.perEpoch() == 0) {
      optimizerStep.requireFiniteValues(step, steps());
      weights.endEpoch();
    }
  }

  /** Puts the weighted sum of the passes' gradients in place; those of heads are only summed. */
  private double[] operate() {
    long shared =
        optimizer.slots().stream()
            .filter(slot -> slot.group().equals(HEADS))
            .mapToLong(AdamW.Slot::offset)
            .min()
            .orElseThrow();
    double[] made = new double[sums.length];
    try (Scope scope = Scope.open()) {
      int count = gradients.size();
      List<Tensor> trunks = gradients.stream().map(g -> g.narrow(0, 0, shared)).toList();
      double[][] products = new double[count][count];
      for (int i = 0; i < count; i++) {
        for (int j = 0; j <= i; j++) {
          products[i][j] = trunks.get(i).mul(trunks.get(j)).sum().item();
          products[j][i] = products[i][j];
        }
      }
      double[] found =
          GradientSurgery.weights(
              products, new SplittableRandom(Seeds.of(plan.seed(), Purpose.SURGERY, step)));
      Tensor all = optimizer.gradients();
      Tensor trunk = all.narrow(0, 0, shared);
      Tensor rest = all.narrow(0, shared, all.count() - shared);
      for (int pass = 0; pass < count; pass++) {
        trunk.addScaledInPlace(trunks.get(pass), found[pass]);
        rest.addInPlace(gradients.get(pass).narrow(0, shared, all.count() - shared));
        int own = plan.domains().indexOf(rows.domainOf(Split.TRAIN, passes[pass][0]));
        made[own] = found[pass] * stepWeights[own];
      }
    } finally {
      gradients.forEach(Tensor::close);
      gradients.clear();
    }
    return made;
  }

  private UserError diverged(int atStep, String what, double rate) {
    return new UserError(
        "training of %s with seed %d stopped at step %d of %d: %s at learning rate %s; try a lower training.learningRate than %s"
            .formatted(
                plan.label(),
                plan.seed(),
                atStep,
                steps(),
                what,
                rate,
                loop.optimizer().learningRate()));
  }

  /**
   * Hears how well it does after an epoch.
   *
   * @param accuracy mean over its domains on the validation rows
   */
  void validated(double accuracy) {
    curve.add(accuracy);
    if (!rule.isComplete()) {
      return;
    }
    if (bestEpoch == 0 || loop.selection().isBetter(accuracy, curve.get(bestEpoch - 1))) {
      bestEpoch = curve.size();
      try (Scope scope = Scope.open()) {
        if (best == null) {
          best = optimizer.values().copy().retain();
        } else {
          best.copyInPlace(optimizer.values());
        }
      }
    }
  }

  /** Goes back to the best epoch. */
  void takeBest() {
    if (best != null) {
      optimizer.values().copyInPlace(best);
    }
  }

  /** What it left behind. */
  FinishedDomainSet finished(List<FinishedDomainSet.Answers> answers, double seconds) {
    return new FinishedDomainSet(
        plan.digest(),
        plan.seed(),
        answers,
        curve,
        bestEpoch,
        trainable(),
        step,
        tokens,
        seconds,
        weightsBySteps.toArray(float[][]::new));
  }

  /** The model, which belongs to the caller from here on. */
  TextModel handOver(TextBase base) {
    handedOver = true;
    AdapterModule kept = module.method().finished(module, base.backbone().slots());
    if (kept != module) {
      module.close();
    }
    return new TextModel(base, kept, heads, plan.settings().tune().text());
  }

  @Override
  public void close() {
    gradients.forEach(Tensor::close);
    gradients.clear();
    optimizer.close();
    rule.close();
    weights.close();
    if (best != null) {
      best.close();
      best = null;
    }
    if (!handedOver) {
      module.close();
      heads.close();
    }
  }
}
