package io.haori.cluster;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderZip;
import io.haori.model.base.Bases;
import io.haori.training.work.JointOrder;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkListener;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.WorkPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Runs on Apache Spark: one task a run in one job, results by way of a store that all machines see.
 * Owns Spark's context.
 */
final class SparkPlace implements WorkPlace {
  /** Longer than runs have to save what they have. */
  private static final long SECONDS_BEFORE_SPARK = 150;

  /** Spark ends itself, on Ctrl-C, with a priority of 40 and lower. */
  private static final int BEFORE_SPARK = 100;

  private final JavaSparkContext spark;
  private final String place;
  private final SharedStore store;
  private final int threads;
  private final boolean local;
  private final @Nullable Path temporary;
  private final Semaphore working = new Semaphore(1);
  private final Runnable beforeSparkEnds = this::awaitDone;

  /**
   * Wraps a context.
   *
   * @param spark stopped with this
   * @param place of the store
   * @param threads of a run
   * @param local whether runs are threads of this process
   * @param temporary deleted with this; null where the store stays
   */
  SparkPlace(
      JavaSparkContext spark, String place, int threads, boolean local, @Nullable Path temporary) {
    this.spark = spark;
    this.place = place;
    this.threads = threads;
    this.local = local;
    this.temporary = temporary;
    this.store = SharedStore.open(place, spark.hadoopConfiguration());
    ShutdownHookManager.get()
        .addShutdownHook(beforeSparkEnds, BEFORE_SPARK, SECONDS_BEFORE_SPARK, TimeUnit.SECONDS);
  }

  @Override
  public int threads() {
    return threads;
  }

  @Override
  public boolean work(
      List<WorkOrder> orders,
      WorkInputs inputs,
      WorkListener listener,
      BooleanSupplier stopRequested) {
    return untilDone(
        () -> {
          inputs.all().forEach((digest, bytes) -> store.put(SharedStore.input(digest), bytes));
          orders.stream().findFirst().ifPresent(this::putBase);
          JobResults results = new JobResults(store, listener);
          List<WorkOrder> missing = new ArrayList<>();
          for (WorkOrder order : orders) {
            if (store.has(SharedStore.result(order.digest()))) {
              results.take(order);
            } else {
              missing.add(order);
            }
          }
          // The longest first: a long one that begins last would keep all others waiting.
          missing.sort(Comparator.comparingLong(WorkOrder::work).reversed());
          return missing.isEmpty() || job(Membership.NONE).run(missing, results, stopRequested);
        });
  }

  private SparkJob job(Membership membership) {
    return new SparkJob(spark, place, store, local, membership);
  }

  @Override
  public boolean together(
      JointOrder joint, WorkInputs inputs, WorkListener listener, BooleanSupplier stopRequested) {
    WorkOrder order = joint.order();
    int cores = spark.sc().defaultParallelism() / threads;
    require(
        !local || joint.members() <= cores,
        "dataParallel",
        "at most " + cores + " on " + spark.master(),
        joint.members());
    return untilDone(
        () -> {
          inputs.all().forEach((digest, bytes) -> store.put(SharedStore.input(digest), bytes));
          putBase(order);
          JobResults results = new JobResults(store, listener);
          if (store.has(SharedStore.result(order.digest()))) {
            results.take(order);
            return true;
          }
          KeptCheckpoints kept = new KeptCheckpoints(store, order.digest());
          if (!joint.resume()) {
            kept.delete();
          }
          Membership membership =
              new Membership(
                  joint.members(),
                  joint.patience().toMillis(),
                  local,
                  "stops/" + UUID.randomUUID());
          List<WorkOrder> parts = Collections.nCopies(joint.members(), order);
          try {
            boolean done = job(membership).run(parts, results, stopRequested);
            results.takeSaved(order, kept);
            return done;
          } catch (UserError e) {
            try {
              results.takeSaved(order, kept);
            } catch (UserError unsaved) {
              e.addSuppressed(unsaved);
            }
            throw e;
          }
        });
  }

  /** Spark waits with its own end for what is done here, also after Ctrl-C. */
  private boolean untilDone(BooleanSupplier work) {
    working.acquireUninterruptibly();
    try {
      return work.getAsBoolean();
    } finally {
      working.release();
    }
  }

  private void awaitDone() {
    try {
      boolean unused = working.tryAcquire(SECONDS_BEFORE_SPARK, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A base in a folder goes through the store; a published one is fetched where it is needed. */
  private void putBase(WorkOrder order) {
    if (!local && !Bases.NAMES.contains(order.base())) {
      store.put(
          SharedStore.base(order.baseDigest()), out -> FolderZip.write(Path.of(order.base()), out));
    }
  }

  @Override
  public void close() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      boolean unused = ShutdownHookManager.get().removeShutdownHook(beforeSparkEnds);
    }
    spark.close();
    if (temporary != null) {
      AtomicFiles.delete(temporary);
    }
  }
}
