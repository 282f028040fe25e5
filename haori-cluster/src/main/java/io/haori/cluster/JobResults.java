package io.haori.cluster;

import io.haori.core.files.AtomicFiles;
import io.haori.training.work.WorkListener;
import io.haori.training.work.WorkOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What came back of the runs of a job, and how far all of them are. */
final class JobResults {
  private final SharedStore store;
  private final WorkListener listener;
  private final Map<String, Long> done = new HashMap<>();

  /**
   * Of a job of which nothing came back yet.
   *
   * @param store that results are in
   * @param listener hears of each
   */
  JobResults(SharedStore store, WorkListener listener) {
    this.store = store;
    this.listener = listener;
  }

  /** Hands on the result of a run, which is in the store. */
  void take(WorkOrder order) {
    handOn(
        folder -> store.unpack(SharedStore.result(order.digest()), folder),
        folder -> listener.onFinished(order, folder));
    done.put(order.digest(), order.work());
  }

  /** Hands on what a run has saved that is not done; in any case the store keeps it no longer. */
  void takeSaved(WorkOrder order, KeptCheckpoints kept) {
    int newest = kept.newest();
    if (newest == 0) {
      return;
    }
    if (!done.containsKey(order.digest())) {
      handOn(folder -> kept.unpack(newest, folder), folder -> listener.onSaved(order, folder));
    }
    kept.delete();
  }

  private static void handOn(Consumer<Path> unpack, Consumer<Path> listener) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("haori-result-");
      unpack.accept(folder);
      listener.accept(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (folder != null) {
        AtomicFiles.delete(folder);
      }
    }
  }

  /**
   * Lets the listener hear how far the runs are.
   *
   * @param orders of the job
   * @param progress of those that are being done
   */
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
