package io.haori.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import io.haori.core.files.FolderZip;
import io.haori.tensor.Engine;
import io.haori.tensor.group.LostMemberException;
import io.haori.tensor.group.ReduceGroup;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.catalogue.OrderWorkers;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.util.LongAccumulator;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/**
 * Does one run on an executor: reads its inputs from the store, works, and puts the result into the
 * store under the order's digest. A run that is repeated, after an executor was lost or beside a
 * slow one, leaves the same bytes; one whose result is there is not done again.
 */
final class OrderTask extends AbstractFunction1<Iterator<String>, String> implements Serializable {
  /** The progress of a run is counted in thousandths. */
  static final int PARTS = 1000;

  private static final long serialVersionUID = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String place;
  private final int java;
  private final boolean onThisMachine;
  private final LongAccumulator progress;
  private final Membership membership;

  /**
   * Describes the task.
   *
   * @param place of the store
   * @param java feature version of the JDK that asks
   * @param onThisMachine whether it is done by the process that asks
   * @param progress counts thousandths of all runs
   * @param membership whether all tasks do one run together
   */
  OrderTask(
      String place,
      int java,
      boolean onThisMachine,
      LongAccumulator progress,
      Membership membership) {
    this.place = place;
    this.java = java;
    this.onThisMachine = onThisMachine;
    this.progress = progress;
    this.membership = membership;
  }

  @Override
  public String apply(Iterator<String> orders) {
    SparkEnv env = SparkEnv.get();
    String host = env.blockManager().blockManagerId().host();
    TaskReport.Kind kind = TaskReport.Kind.STOPPED;
    String text = "";
    if (LocalRuns.OF_PROCESS.begin()) {
      try {
        kind = work(orders.next());
      } catch (UserError e) {
        kind = TaskReport.Kind.REFUSED;
        text = Objects.requireNonNullElse(e.getMessage(), "");
      } catch (LostMemberException e) {
        // A lost process: Spark begins again. A failed thread says itself what it is.
        if (!onThisMachine) {
          throw e;
        }
      } catch (LinkageError e) {
        // One that comes up first says which library it is, later ones that a class is missing.
        kind = TaskReport.Kind.REFUSED;
        text = "libtorch cannot be loaded there (" + first(e) + ")";
      } finally {
        LocalRuns.OF_PROCESS.end();
      }
    }
    return new TaskReport(kind, text, host, env.executorId(), ExecutorBases.OF_PROCESS.loads())
        .toJson();
  }

  private static String first(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = Objects.requireNonNullElse(deepest.getMessage(), "");
    return message.lines().findFirst().orElse(deepest.getClass().getSimpleName());
  }

  /** What is serialised by one version of Java is not always what another one reads. */
  static void requireSame(int asking, int own) {
    if (own != asking) {
      throw new UserError("must run Java " + asking + " as the program that asks, got Java " + own);
    }
  }

  private TaskReport.Kind work(String json) {
    requireSame(java, Runtime.version().feature());
    WorkOrder order = order(json);
    Configuration configuration = SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
    SharedStore store = SharedStore.open(place, configuration);
    String result = SharedStore.result(order.digest());
    if (store.has(result)) {
      return TaskReport.Kind.DONE;
    }
    order.inputs().values().forEach(digest -> store.requireFile(SharedStore.input(digest)));
    Engine.setThreads(order.threads());
    ReduceGroup group = membership.join();
    boolean whole = false;
    try {
      TaskReport.Kind kind = work(order, store, result, group);
      whole = true;
      return kind;
    } finally {
      if (whole) {
        group.close();
      } else {
        Membership.leaveLater(group);
      }
    }
  }

  private TaskReport.Kind work(
      WorkOrder order, SharedStore store, String result, ReduceGroup group) {
    TaskContext context = TaskContext.get();
    StopSign sign = new StopSign(store, membership.stop(), System::nanoTime);
    // What one member hears it says to the others.
    boolean listens = membership.isGroup() && group.rank() == 0;
    long[] shown = {0};
    try (ExecutorBench bench =
        new ExecutorBench(
            order,
            store,
            ExecutorBases.OF_PROCESS,
            onThisMachine,
            share -> {
              if (group.rank() == 0) {
                long parts = Math.round(share * PARTS);
                progress.add(parts - shown[0]);
                shown[0] = parts;
              }
            },
            () ->
                context.isInterrupted()
                    || LocalRuns.OF_PROCESS.isStopping()
                    || (listens && sign.isSet()),
            group)) {
      if (!OrderWorkers.work(order, bench)) {
        context.killTaskIfInterrupted();
        return TaskReport.Kind.STOPPED;
      }
      if (group.rank() == 0) {
        store.put(result, out -> FolderZip.write(bench.folder(), out));
      }
      return TaskReport.Kind.DONE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WorkOrder order(String json) {
    try {
      return WorkOrder.fromJson(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
