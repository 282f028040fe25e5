package io.haori.training.pretrain;

import io.haori.training.pretrain.Pretrainer.Outcome;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkListener;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.WorkPlace;
import io.haori.training.work.WorkResults;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Has modules learnt on machines of an engine, each domain by itself, and puts their folders where
 * a {@link Pretrainer} here would have had them written. A module is the one that this process
 * learns from the domain alone with the same number of threads.
 */
public final class PretrainElsewhere {
  private static final double NANOS = 1e9;

  private final Pretrainer trainer;
  private final WorkPlace place;
  private final Path out;
  private final LongSupplier nanoTime;

  /**
   * Prepares it.
   *
   * @param trainer whose base and settings are meant
   * @param place where modules are learnt; stays open
   * @param out gets one folder a domain
   * @param nanoTime as {@link System#nanoTime}
   */
  public PretrainElsewhere(Pretrainer trainer, WorkPlace place, Path out, LongSupplier nanoTime) {
    this.trainer = trainer;
    this.place = place;
    this.out = out;
    this.nanoTime = nanoTime;
  }

  /** Hears how it goes, one call at a time. */
  public interface Listener {
    /**
     * Now and then.
     *
     * @param done texts that were read so far, each once an epoch
     * @param all of these texts
     * @param busy domains that are learnt at this moment
     */
    default void onProgress(long done, long all, int busy) {}

    /**
     * When a domain's module is in its folder.
     *
     * @param result how it came out
     */
    default void onModule(DomainResult result) {}
  }

  /**
   * Has one module learnt a corpus.
   *
   * @param corpora at least one, no name twice
   * @param listener hears how it goes
   * @param stopRequested asked several times a second; modules that are not done are given up then
   */
  public Outcome run(List<DomainCorpus> corpora, Listener listener, BooleanSupplier stopRequested) {
    Pretrainer.requireDifferentNames(corpora);
    WorkInputs inputs = new WorkInputs();
    List<WorkOrder> orders = DomainModules.orders(corpora, trainer, place.threads(), inputs);
    long all = orders.stream().mapToLong(WorkOrder::work).sum();
    Map<String, DomainResult> results = new HashMap<>();
    long start = nanoTime.getAsLong();
    boolean done =
        place.work(
            orders,
            inputs,
            new WorkListener() {
              @Override
              public void onProgress(double work, int finished, int busy) {
                listener.onProgress(Math.round(work), all, busy);
              }

              @Override
              public void onFinished(WorkOrder order, Path folder) {
                DomainResult result = DomainModules.result(folder);
                WorkResults.place(folder.resolve(order.name()), out.resolve(order.name()));
                results.put(order.name(), result);
                listener.onModule(result);
              }
            },
            stopRequested);
    double seconds = (nanoTime.getAsLong() - start) / NANOS;
    List<DomainResult> inOrder =
        corpora.stream().flatMap(one -> Stream.ofNullable(results.get(one.name()))).toList();
    long tokens = inOrder.stream().mapToLong(DomainResult::tokens).sum();
    return new Outcome(inOrder, tokens, tokens / Math.max(seconds, 1e-9), !done);
  }
}
