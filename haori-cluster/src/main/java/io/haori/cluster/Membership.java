package io.haori.cluster;

import io.haori.tensor.group.GlooGroup;
import io.haori.tensor.group.GlooGroup.Rendezvous;
import io.haori.tensor.group.ReduceGroup;
import java.io.Serializable;
import java.time.Duration;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * How the tasks of a barrier stage become a group that adds up: threads of one process in memory,
 * processes by Gloo, which meet at a port of the member 0 that all of them hear of from Spark.
 *
 * @param size members; 0 where each task does a run of its own
 * @param patienceMillis how long a member waits for the others
 * @param threads whether they are threads of one process
 * @param stop name of the store's file by which they hear that they are to stop
 */
record Membership(int size, long patienceMillis, boolean threads, String stop)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** After a failure, so that its sentence is there before the others notice. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Each task does a run of its own. */
  static final Membership NONE = new Membership(0, 0, false, "");

  /** Whether tasks belong together. */
  boolean isGroup() {
    return size > 0;
  }

  /** This task's view of its group, to be closed by the caller. */
  ReduceGroup join() {
    if (!isGroup()) {
      return ReduceGroup.ALONE;
    }
    Duration patience = Duration.ofMillis(patienceMillis);
    int rank = TaskContext.getPartitionId();
    BarrierTaskContext context = BarrierTaskContext.get();
    if (threads) {
      String name = context.stageId() + "." + context.stageAttemptNumber();
      return LocalGroups.OF_PROCESS.join(name, rank, size, patience);
    }
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    Rendezvous own = rank == 0 ? Rendezvous.open(host, patience) : null;
    String[] said = context.allGather(own == null ? "" : host + " " + own.port());
    int space = said[0].lastIndexOf(' ');
    Rendezvous place =
        own != null
            ? own
            : Rendezvous.at(
                said[0].substring(0, space),
                Integer.parseInt(said[0].substring(space + 1)),
                patience);
    return GlooGroup.join(place, rank, size, host, patience);
  }

  /** Leaves a group after a failure, some seconds later. */
  static void leaveLater(ReduceGroup group) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Thread.sleep(GRACE.toMillis());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              group.close();
            },
            "haori-leaves-group");
    thread.setDaemon(true);
    thread.start();
  }
}
