package io.haori.training.pretrain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.TextBase;
import io.haori.tensor.Engine;
import io.haori.tensor.FreeMemory;
import io.haori.training.pretrain.Pretrainer.Outcome;
import io.haori.training.sidebyside.PassPlan;
import io.haori.training.sidebyside.Workers;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Takes the steps of all domains. Where their batches are short for the base, or can be cut, groups
 * of them go through it at the same time, each with one thread: small operations then wait for
 * nobody. Else all domains are one group, which has all threads. When a group takes its next step
 * changes nothing for what its domains learn.
 */
final class PretrainRun {
  private static final double NANOS = 1e9;

  private final TextBase base;
  private final Objective objective;
  private final List<LearningDomain> domains;
  private final PretrainListener listener;
  private final BooleanSupplier stopRequested;
  private final LongSupplier nanoTime;
  private final int workers;
  private final List<DomainGroup> groups;
  private final int total;
  private final FreeMemory freeMemory;
  private final Map<String, DomainResult> results = new HashMap<>();
  private final Set<DomainGroup> taken = new HashSet<>();
  private int done;
  private long tokens;
  private int learning;
  private long learningNanos;
  private long learningSince;

  PretrainRun(
      TextBase base,
      PretrainSettings settings,
      Objective objective,
      List<LearningDomain> domains,
      PretrainListener listener,
      BooleanSupplier stopRequested,
      LongSupplier nanoTime) {
    this.base = base;
    this.objective = objective;
    this.domains = domains;
    this.listener = listener;
    this.stopRequested = stopRequested;
    this.nanoTime = nanoTime;
    long most = settings.passTokens(base);
    List<Long> tokensOf = domains.stream().map(domain -> domain.run().tokensOfStep()).toList();
    this.workers = workers(objective, tokensOf, most);
    this.groups =
        groups(tokensOf, most).stream()
            .map(part -> new DomainGroup(settings, objective, part, most / workers))
            .toList();
    this.total = domains.stream().mapToInt(domain -> domain.run().steps()).sum();
    this.done = domains.stream().mapToInt(domain -> domain.run().step()).sum();
    this.freeMemory = new FreeMemory(nanoTime.getAsLong());
  }

  /** This many batches of the domains, or parts of them, are a usual pass together. */
  private static int workers(Objective objective, List<Long> tokensOf, long most) {
    long atOnce = Math.min(Engine.threads(), tokensOf.size());
    long mean = objective.cuts() ? 1 : Math.max(1, sum(tokensOf) / tokensOf.size());
    return (int) Math.max(1, Math.min(atOnce, most / mean));
  }

  private static long sum(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).sum();
  }

  private List<List<LearningDomain>> groups(List<Long> tokensOf, long most) {
    if (workers == 1) {
      return List.of(domains);
    }
    // Half of a worker's usual pass: a thread gains little from more, and small groups end
    // together.
    long mostOfGroup = Math.min(most / 2, sum(tokensOf)) / workers;
    return PassPlan.groups(tokensOf, mostOfGroup).stream()
        .map(part -> part.stream().sorted().map(domains::get).toList())
        .toList();
  }

  /** Learns until all domains are done or it is asked to stop, which writes their checkpoints. */
  Outcome toEnd() {
    domains.stream().filter(domain -> domain.run().isDone()).forEach(this::finish);
    while (!stopRequested.getAsBoolean()) {
      if (workers > 1 && isBalanced()) {
        sideBySide();
        continue;
      }
      Optional<DomainGroup> group = take();
      if (group.isEmpty()) {
        break;
      }
      step(group.get());
    }
    List<LearningDomain> unfinished =
        domains.stream().filter(domain -> !domain.run().isDone()).toList();
    unfinished.forEach(domain -> domain.run().save());
    return outcome(!unfinished.isEmpty());
  }

  /** Whether no group has more before it than a worker's share; one that has begins alone. */
  private boolean isBalanced() {
    long all = groups.stream().mapToLong(DomainGroup::tokensLeft).sum();
    long most = groups.stream().mapToLong(DomainGroup::tokensLeft).max().orElse(0);
    return all > 0 && most * workers <= all;
  }

  private void sideBySide() {
    Workers.Task worker =
        givenUp -> {
          while (!givenUp.getAsBoolean() && !stopRequested.getAsBoolean()) {
            Optional<DomainGroup> group = take();
            if (group.isEmpty()) {
              break;
            }
            step(group.get());
          }
        };
    Workers.run(workers, Collections.nCopies(workers, worker));
  }

  /** Of the groups that nobody works on, the one that has most before it. */
  private synchronized Optional<DomainGroup> take() {
    Optional<DomainGroup> longest =
        groups.stream()
            .filter(group -> !taken.contains(group) && group.tokensLeft() > 0)
            .max(Comparator.comparingLong(DomainGroup::tokensLeft));
    longest.ifPresent(taken::add);
    return longest;
  }

  /** A step of a group that was taken, which is given back. */
  private void step(DomainGroup group) {
    try {
      clock(1);
      DomainGroup.Step step;
      try {
        step = group.step();
      } finally {
        clock(-1);
      }
      freeMemory.releaseNowAndThen(nanoTime.getAsLong());
      tell(step);
      step.finished().forEach(this::finish);
    } finally {
      synchronized (this) {
        taken.remove(group);
      }
    }
  }

  /** Time in which at least one group learns counts once. */
  private synchronized void clock(int more) {
    long now = nanoTime.getAsLong();
    if (learning > 0) {
      learningNanos += now - learningSince;
    }
    learning += more;
    learningSince = now;
  }

  private synchronized void tell(DomainGroup.Step step) {
    done += step.names().size();
    tokens += step.tokens();
    listener.onStep(done, total, step.names(), step.loss(), tokensPerSecond());
  }

  private void finish(LearningDomain domain) {
    DomainResult result = domain.result(objective);
    AdapterModule kept = domain.run().finished(base.backbone().slots());
    try {
      synchronized (this) {
        listener.onModule(result, kept);
        results.put(domain.run().name(), result);
      }
    } finally {
      if (kept != domain.run().module()) {
        kept.close();
      }
    }
  }

  private double tokensPerSecond() {
    return tokens / Math.max(learningNanos / NANOS, 1e-9);
  }

  private Outcome outcome(boolean interrupted) {
    List<DomainResult> inOrder =
        domains.stream()
            .map(domain -> results.get(domain.run().name()))
            .filter(Objects::nonNull)
            .toList();
    return new Outcome(inOrder, tokens, tokensPerSecond(), interrupted);
  }
}
