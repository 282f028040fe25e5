package io.haori.cli.anomaly;

import io.haori.cli.remote.RemoteModels;
import io.haori.client.Anomalies;
import io.haori.client.AnsweredBy;
import io.haori.inference.anomaly.AnomalyMap;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.HeatMap;
import io.haori.model.image.ImageFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What scores pictures: a detector in this process, or one of a server. */
interface DetectorSource extends AutoCloseable {
  /**
   * What a detector says of a picture.
   *
   * @param score at least 0
   * @param anomalous whether it is above the threshold
   * @param drawn a PNG, red where the picture is unlike good ones; of no bytes where nobody wants
   *     it
   * @param asked the request of a server, to which feedback refers; null in this process
   */
  @SuppressWarnings("ArrayRecordComponent") // Written to a file, never compared.
  record Scored(double score, boolean anomalous, byte[] drawn, @Nullable Asked asked) {}

  /**
   * A picture of a request.
   *
   * @param id name of the request
   * @param index which picture of it, from 0
   */
  record Asked(String id, int index) {}

  /**
   * Scores pictures.
   *
   * @param rows at least one
   * @param drawn whether they are drawn
   */
  List<Scored> score(List<Row> rows, boolean drawn);

  /** A picture with a higher score is anomalous; known after the first was scored. */
  double threshold();

  @Override
  default void close() {}

  /** A detector in this process, taken over. */
  static DetectorSource local(DetectorOptions.Opened opened) {
    return new DetectorSource() {
      @Override
      public List<Scored> score(List<Row> rows, boolean drawn) {
        List<AnomalyMap> maps = opened.detector().score(rows);
        List<Scored> scored = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
          AnomalyMap map = maps.get(i);
          byte[] png = drawn ? drawn(rows.get(i), map) : new byte[0];
          scored.add(new Scored(map.score(), map.score() > opened.threshold(), png, null));
        }
        return scored;
      }

      private byte[] drawn(Row row, AnomalyMap map) {
        return HeatMap.png(
            opened
                .detector()
                .drawn(
                    ImageFile.read(Objects.requireNonNull(row.image())), map, opened.threshold()));
      }

      @Override
      public double threshold() {
        return opened.threshold();
      }

      @Override
      public void close() {
        opened.close();
      }
    };
  }

  /**
   * A detector of a server.
   *
   * @param models of the server
   * @param model as {@code --model} names it
   * @param chosen threshold in the place of its own; null for its own
   */
  static DetectorSource remote(RemoteModels models, String model, @Nullable Double chosen) {
    AnsweredBy detector = models.open(model);
    return new DetectorSource() {
      private double threshold = Double.NaN;

      @Override
      public List<Scored> score(List<Row> rows, boolean drawn) {
        List<Scored> scored = new ArrayList<>();
        for (Anomalies some : models.anomalies(detector, rows, drawn, chosen)) {
          threshold = some.threshold();
          for (int i = 0; i < some.pictures().size(); i++) {
            Anomalies.Scored one = some.pictures().get(i);
            Asked asked = new Asked(some.by().requestId(), i);
            scored.add(new Scored(one.score(), one.anomalous(), one.heatMap(), asked));
          }
        }
        return scored;
      }

      @Override
      public double threshold() {
        return threshold;
      }
    };
  }
}
