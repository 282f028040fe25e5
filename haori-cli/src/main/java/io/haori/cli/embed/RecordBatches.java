package io.haori.cli.embed;

import io.haori.cli.predict.PredictInput;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.Progress;
import io.haori.training.data.records.DataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads records in batches, with progress and an eye on Ctrl-C. */
final class RecordBatches {
  /** Records that go through the base together. */
  private static final int BATCH = 256;

  /** Progress counts thousands of rows, as nobody knows how many there are. */
  private static final int STEP = 1000;

  private RecordBatches() {}

  /**
   * Hands over all records.
   *
   * @param session where progress is shown
   * @param common may ask for quiet
   * @param task what is done, in a word
   * @param source of the records
   * @param batch takes some of them
   * @return how many there were; negative, less one, when it was interrupted after that many
   */
  static long read(
      Session session,
      CommonOptions common,
      String task,
      PredictInput source,
      Consumer<List<DataRecord>> batch) {
    long rows = 0;
    try (Interruption interruption = Interruption.ofProcess(session.console());
        Progress progress = session.progress(common, task, 0, STEP)) {
      for (List<DataRecord> some = next(source); !some.isEmpty(); some = next(source)) {
        batch.accept(some);
        rows += some.size();
        progress.at(rows % STEP, rows + " rows");
        if (interruption.requested()) {
          return -rows - 1;
        }
      }
    }
    return rows;
  }

  private static List<DataRecord> next(PredictInput source) {
    List<DataRecord> batch = new ArrayList<>();
    do {
      DataRecord one = source.next();
      if (one == null) {
        break;
      }
      batch.add(one);
    } while (batch.size() < BATCH && source.ready());
    return batch;
  }
}
