package io.haori.cluster;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.training.work.WorkOrder;
import java.io.Serializable;
import java.util.List;
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

/** One job of Spark: a task for each run, or for each member of one run. */
final class SparkJob {
  private static final long POLL_MILLIS = 200;

  /** Spark's name of the failure that not all tasks of a group can begin at once. */
  private static final String TOO_FEW_CORES = "SPARK-24819";

  /** In Spark's sentence where an executor of a group was lost: it tries such a stage only once. */
  private static final String LOST = "ResultStage";

  /** As often as Spark begins a stage of other tasks again. */
  private static final int ATTEMPTS = 4;

  /** A step takes seconds at most. */
  private static final long SECONDS_TO_END = 60;

  private final JavaSparkContext spark;
  private final String place;
  private final SharedStore store;
  private final boolean local;
  private final Membership membership;
  private boolean askedToSave;

  /** Why all members of the group must begin again; null where they need not. */
  private @Nullable Throwable lost;

  /**
   * Prepares it.
   *
   * @param spark does it
   * @param place of the store
   * @param store the same, opened
   * @param local whether runs are threads of this process
   * @param membership whether all tasks do one run together
   */
  SparkJob(
      JavaSparkContext spark,
      String place,
      SharedStore store,
      boolean local,
      Membership membership) {
    this.spark = spark;
    this.place = place;
    this.store = store;
    this.local = local;
    this.membership = membership;
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

  /**
   * Does runs. What was done on an executor that is lost is done again; members of a group continue
   * from their checkpoint.
   *
   * @param orders one for each task
   * @param results get each that is done
   * @param stopRequested whether they are not wanted any more; members of a group may then save
   *     what they have
   * @return whether all were done
   * @throws UserError when a run cannot be done
   */
  boolean run(List<WorkOrder> orders, JobResults results, BooleanSupplier stopRequested) {
    for (int attempt = 1; ; attempt++) {
      lost = null;
      boolean done = submit(orders, results, stopRequested);
      Throwable cause = lost;
      if (cause == null) {
        return done;
      }
      if (attempt == ATTEMPTS) {
        throw failed(cause);
      }
    }
  }

  private boolean submit(
      List<WorkOrder> orders, JobResults results, BooleanSupplier stopRequested) {
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
      return collect(orders, new Submitted(job, group, ended, progress), results, stopRequested);
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
      if (askedToSave) {
        sign().delete();
      }
      if (local) {
        LocalRuns.OF_PROCESS.stop(SECONDS_TO_END);
        ExecutorBases.OF_PROCESS.freeUnused();
      }
    }
  }

  /** A job that Spark has, and what is heard of it. */
  private record Submitted(
      SimpleFutureAction<BoxedUnit> job,
      String group,
      BlockingQueue<Ended> ended,
      JobProgress progress) {}

  private boolean collect(
      List<WorkOrder> orders,
      Submitted submitted,
      JobResults results,
      BooleanSupplier stopRequested) {
    int left = orders.size();
    boolean stopped = false;
    long until = 0;
    while (left > 0) {
      Ended one = next(submitted.ended());
      if (one != null) {
        switch (one.report().kind()) {
          case DONE -> {
            if (!membership.isGroup() || one.index() == 0) {
              results.take(orders.get(one.index()));
            }
          }
          case STOPPED -> stopped = true;
          case REFUSED -> {
            spark.sc().cancelJobGroup(submitted.group());
            String where = local ? "" : "worker " + one.report().host() + ": ";
            throw new UserError(where + one.report().text());
          }
        }
        left--;
        continue;
      }
      if (stopRequested.getAsBoolean()) {
        if (membership.isGroup() && !askedToSave) {
          askedToSave = true;
          until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_END);
          sign().set();
        }
        boolean saves =
            askedToSave && System.nanoTime() - until < 0 && submitted.progress().busy() > 0;
        if (!saves) {
          spark.sc().cancelJobGroup(submitted.group());
          return false;
        }
      } else if (submitted.job().isCompleted() && submitted.ended().isEmpty()) {
        requireGoing(submitted.job(), orders.size());
        if (lost != null) {
          return false;
        }
      }
      results.tell(orders, submitted.progress());
    }
    return !stopped;
  }

  private StopSign sign() {
    return new StopSign(store, membership.stop(), System::nanoTime);
  }

  private void requireGoing(SimpleFutureAction<BoxedUnit> job, int tasks) {
    if (job.value().get().isFailure()) {
      Throwable cause = job.value().get().failed().get();
      if (membership.isGroup() && SparkPlaces.sentence(cause).contains(LOST)) {
        lost = cause;
        return;
      }
      require(
          !(membership.isGroup() && SparkPlaces.sentence(cause).contains(TOO_FEW_CORES)),
          "dataParallel",
          "at most the free cores of " + spark.master(),
          tasks);
      throw failed(cause);
    }
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
}
