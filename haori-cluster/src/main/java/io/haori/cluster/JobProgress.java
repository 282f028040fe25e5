package io.haori.cluster;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How far the runs of a job are, from the heartbeats of the executors. What a lost executor had
 * done of a run does not count any more.
 */
final class JobProgress extends SparkListener {
  /** Name of the accumulator that counts thousandths. */
  static final String NAME = "haori.progress";

  private final Map<Long, Integer> runs = new HashMap<>();
  private final Map<Long, Long> parts = new HashMap<>();

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart start) {
    runs.put(start.taskInfo().taskId(), start.taskInfo().index());
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    // A finished run is counted by whoever collects it.
    long task = end.taskInfo().taskId();
    runs.remove(task);
    parts.remove(task);
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(
            one -> {
              long task = (Long) one._1();
              for (AccumulableInfo info : CollectionConverters.asJava(one._4())) {
                if (info.name().contains(NAME)
                    && info.update().isDefined()
                    && info.update().get() instanceof Long thousandths
                    && runs.containsKey(task)) {
                  parts.put(task, thousandths);
                }
              }
            });
  }

  /** Runs that are being done. */
  synchronized int busy() {
    return (int) runs.values().stream().distinct().count();
  }

  /**
   * The share that is done of each run that is being done, by its index; of two attempts the one
   * that is further.
   */
  synchronized Map<Integer, Double> shares() {
    Map<Integer, Double> shares = new HashMap<>();
    parts.forEach(
        (task, thousandths) -> {
          Integer run = runs.get(task);
          if (run != null) {
            shares.merge(run, (double) thousandths / OrderTask.PARTS, Math::max);
          }
        });
    return shares;
  }
}
