package io.haori.cli.embed;

import io.haori.training.data.records.DataRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The records that are nearest to a query, of as many as there are in memory only these. */
final class Nearest {
  /** The nearest first; of equals the earlier one. */
  private static final Comparator<Hit> ORDER =
      Comparator.comparingDouble((Hit hit) -> -hit.cosine())
          .thenComparingLong(hit -> hit.record().line());

  private final int most;
  private final PriorityQueue<Hit> farthestFirst = new PriorityQueue<>(ORDER.reversed());

  /**
   * One of them.
   *
   * @param record as it was read
   * @param cosine with the query, in [−1, 1]
   */
  record Hit(DataRecord record, double cosine) {}

  /** Of at most this many. */
  Nearest(int most) {
    this.most = most;
  }

  void add(DataRecord record, double cosine) {
    farthestFirst.add(new Hit(record, cosine));
    if (farthestFirst.size() > most) {
      farthestFirst.remove();
    }
  }

  /** The nearest first. */
  List<Hit> hits() {
    List<Hit> hits = new ArrayList<>(farthestFirst);
    hits.sort(ORDER);
    return hits;
  }
}
