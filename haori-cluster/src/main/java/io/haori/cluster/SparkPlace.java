package io.haori.cluster;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderZip;
import io.haori.model.base.Bases;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkListener;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.WorkPlace;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Runs on Apache Spark: one task a run in one job, results by way of a store that all machines see.
 * Owns Spark's context.
 */
final class SparkPlace implements WorkPlace {
  private static final long POLL_MILLIS = 200;

  /** Spark's name of the failure that not all tasks of a group can begin at once. */
  private static final String TOO_FEW_CORES = "SPARK-24819";

  /** A step takes seconds at most. */
  private static final long SECONDS_TO_END = 60;

  private final JavaSparkContext spark;
  private final String place;
  private final SharedStore store;
  private final int threads;
  private final boolean local;
  private final @Nullable Path temporary;

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
    inputs.all().forEach((digest, bytes) -> store.put(SharedStore.input(digest), bytes));
    orders.stream().findFirst().ifPresent(this::putBase);
    Collected collected = new Collected(listener);
    List<WorkOrder> missing = new ArrayList<>();
    for (WorkOrder order : orders) {
      if (store.has(SharedStore.result(order.digest()))) {
        collected.take(order);
      } else {
        missing.add(order);
      }
    }
    // The longest first: a long one that begins last would keep all others waiting.
    missing.sort(Comparator.comparingLong(WorkOrder::work).reversed());
    return missing.isEmpty() || run(missing, collected, stopRequested, Membership.NONE);
  }

  @Override
  public boolean together(
      WorkOrder order,
      int members,
      Duration patience,
      WorkInputs inputs,
      WorkListener listener,
      BooleanSupplier stopRequested) {
    int cores = spark.sc().defaultParallelism() / threads;
    require(
        !local || members <= cores,
        "dataParallel",
        "at most " + cores + " on " + spark.master(),
        members);
    inputs.all().forEach((digest, bytes) -> store.put(SharedStore.input(digest), bytes));
    putBase(order);
    Collected collected = new Collected(listener);
    if (store.has(SharedStore.result(order.digest()))) {
      collected.take(order);
      return true;
    }
    return run(
        Collections.nCopies(members, order),
        collected,
        stopRequested,
        new Membership(members, patience.toMillis(), local));
  }

  /** A base in a folder goes through the store; a published one is fetched where it is needed. */
  private void putBase(WorkOrder order) {
    if (!local && !Bases.NAMES.contains(order.base())) {
      store.put(
          SharedStore.base(order.baseDigest()), out -> FolderZip.write(Path.of(order.base()), out));
    }
  }

  /** A report of a run that has ended. */
  private record Ended(int index, TaskReport report) {}

  /** All tasks of a group begin at once; what there is for each stays as it is. */
  private static final class Unchanged extends AbstractFunction1<Iterator<String>, Iterator<String>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<String> apply(Iterator<String> orders) {
      return orders;
    }
  }

  private static RDD<String> atOnce(RDD<String> runs) {
    ClassTag<String> type = ClassTag$.MODULE$.apply(String.class);
    return runs.barrier().mapPartitions(new Unchanged(), true, type);
  }

  private boolean run(
      List<WorkOrder> orders,
      Collected collected,
      BooleanSupplier stopRequested,
      Membership membership) {
    String group = "haori-" + UUID.randomUUID();
    JobProgress progress = new JobProgress();
    BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    LongAccumulator parts = spark.sc().longAccumulator(JobProgress.NAME);
    LocalRuns.OF_PROCESS.allow();
    spark.sc().addSparkListener(progress);
    spark.setJobGroup(group, orders.size() + " runs of Haori", true);
    try {
      List<String> described = orders.stream().map(order -> order.toJson().toString()).toList();
      JavaRDD<String> runs = spark.parallelize(described, described.size());
      SimpleFutureAction<BoxedUnit> job =
          spark
              .sc()
              .submitJob(
                  membership.isGroup() ? atOnce(runs.rdd()) : runs.rdd(),
                  new OrderTask(place, Runtime.version().feature(), local, parts, membership),
                  CollectionConverters.asScala(
                          IntStream.range(0, orders.size())
                              .mapToObj(index -> (Object) index)
                              .toList())
                      .toSeq(),
                  (index, report) -> {
                    ended.add(new Ended((Integer) index, TaskReport.fromJson(report)));
                    return BoxedUnit.UNIT;
                  },
                  () -> BoxedUnit.UNIT);
      return collect(
          orders, job, ended, progress, collected, stopRequested, group, membership.isGroup());
    } catch (IllegalStateException e) {
      if (spark.sc().isStopped()) {
        // Ctrl-C stops Spark, too; else the master has given the job up.
        if (stopRequested.getAsBoolean()) {
          return false;
        }
        throw failed(new IllegalStateException("no worker could start a process for them", e));
      }
      throw e;
    } finally {
      if (!spark.sc().isStopped()) {
        spark.clearJobGroup();
        spark.sc().removeSparkListener(progress);
      }
      if (local) {
        LocalRuns.OF_PROCESS.stop(SECONDS_TO_END);
        ExecutorBases.OF_PROCESS.freeUnused();
      }
    }
  }

  private boolean collect(
      List<WorkOrder> orders,
      SimpleFutureAction<BoxedUnit> job,
      BlockingQueue<Ended> ended,
      JobProgress progress,
      Collected collected,
      BooleanSupplier stopRequested,
      String group,
      boolean together) {
    int left = orders.size();
    boolean stopped = false;
    while (left > 0) {
      Ended one = next(ended);
      if (one != null) {
        switch (one.report().kind()) {
          case DONE -> {
            if (!together || one.index() == 0) {
              collected.take(orders.get(one.index()));
            }
          }
          case STOPPED -> stopped = true;
          case REFUSED -> {
            spark.sc().cancelJobGroup(group);
            String where = local ? "" : "worker " + one.report().host() + ": ";
            throw new UserError(where + one.report().text());
          }
        }
        left--;
        continue;
      }
      if (stopRequested.getAsBoolean()) {
        spark.sc().cancelJobGroup(group);
        return false;
      }
      if (job.isCompleted() && ended.isEmpty()) {
        if (stopRequested.getAsBoolean()) {
          return false;
        }
        if (job.value().get().isFailure()) {
          Throwable cause = job.value().get().failed().get();
          require(
              !(together && SparkPlaces.sentence(cause).contains(TOO_FEW_CORES)),
              "dataParallel",
              "at most the free cores of " + spark.master(),
              orders.size());
          throw failed(cause);
        }
      }
      collected.tell(orders, progress);
    }
    return !stopped;
  }

  private static @Nullable Ended next(BlockingQueue<Ended> ended) {
    try {
      return ended.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static RuntimeException failed(Throwable cause) {
    return new UserError(
        "Spark has given the runs up (" + SparkPlaces.sentence(cause) + ")", cause);
  }

  /** Results that came back, and how far all runs are. */
  private final class Collected {
    private final WorkListener listener;
    private final Map<String, Long> done = new HashMap<>();

    Collected(WorkListener listener) {
      this.listener = listener;
    }

    void take(WorkOrder order) {
      Path folder = null;
      try {
        folder = Files.createTempDirectory("haori-result-");
        try (InputStream in = store.open(SharedStore.result(order.digest()))) {
          FolderZip.read(in, folder, SharedStore.result(order.digest()), Long.MAX_VALUE);
        }
        listener.onFinished(order, folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        if (folder != null) {
          AtomicFiles.delete(folder);
        }
      }
      done.put(order.digest(), order.work());
    }

    void tell(List<WorkOrder> orders, JobProgress progress) {
      double work = done.values().stream().mapToLong(Long::longValue).sum();
      for (Map.Entry<Integer, Double> share : progress.shares().entrySet()) {
        WorkOrder order = orders.get(share.getKey());
        if (!done.containsKey(order.digest())) {
          work += share.getValue() * order.work();
        }
      }
      listener.onProgress(work, done.size(), progress.busy());
    }
  }

  @Override
  public void close() {
    spark.close();
    if (temporary != null) {
      AtomicFiles.delete(temporary);
    }
  }
}
