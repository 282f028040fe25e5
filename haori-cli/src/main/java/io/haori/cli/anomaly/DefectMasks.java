package io.haori.cli.anomaly;

import io.haori.analysis.metrics.DetectionCurve;
import io.haori.core.check.Check;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyMap;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.ImageFile;
import io.haori.model.image.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Pixels of defects and of the rest, with how anomalous each is. */
final class DefectMasks {
  private static final int HALF = 128;

  private final @Nullable Path folder;
  private final List<float[]> defects = new ArrayList<>();
  private final List<float[]> others = new ArrayList<>();
  private int masked;

  /**
   * No pixels yet.
   *
   * @param folder of masks; may be missing; null for none
   */
  DefectMasks(@Nullable Path folder) {
    this.folder = folder;
  }

  /**
   * Adds the pixels of a picture: all of a good one are good, those of another are as its mask says
   * and not counted without one.
   */
  void add(Row row, boolean good, AnomalyMap map, AnomalyDetector detector) {
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    Path mask = good ? null : mask(folder, row);
    if (!good && mask == null) {
      return;
    }
    float[] values = map.pixels(detector.height(), detector.width());
    if (mask == null) {
      others.add(values);
      return;
    }
    masked++;
    Pixels white = ImageFile.read(mask);
    Pixels picture = ImageFile.read(Objects.requireNonNull(row.image()));
    if (white.height() != picture.height() || white.width() != picture.width()) {
      throw Check.in(mask, "must be as large as its picture, " + picture + ", is " + white);
    }
    Pixels seen = detector.seenMask(white);
    split(values, seen);
  }

  private void split(float[] values, Pixels mask) {
    byte[] rgb = mask.rgb();
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      count += (rgb[3 * i] & 0xFF) >= HALF ? 1 : 0;
    }
    float[] inside = new float[count];
    float[] outside = new float[values.length - count];
    int in = 0;
    int out = 0;
    for (int i = 0; i < values.length; i++) {
      if ((rgb[3 * i] & 0xFF) >= HALF) {
        inside[in++] = values[i];
      } else {
        outside[out++] = values[i];
      }
    }
    defects.add(inside);
    others.add(outside);
  }

  private static @Nullable Path mask(Path folder, Row row) {
    String file = String.valueOf(Objects.requireNonNull(row.image()).getFileName());
    String stem = file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
    Path place = folder.resolve(LabelledImages.className(row));
    for (String name : List.of(stem + "_mask.png", stem + ".png")) {
      if (Files.isRegularFile(place.resolve(name))) {
        return place.resolve(name);
      }
    }
    return null;
  }

  /** Pictures whose mask was found. */
  int masked() {
    return masked;
  }

  /** The area of all pixels together; none without pixels of both kinds. */
  OptionalDouble areaUnderRoc() {
    double[] inside = joined(defects);
    double[] outside = joined(others);
    return inside.length == 0 || outside.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(DetectionCurve.areaUnderRoc(inside, outside));
  }

  private static double[] joined(List<float[]> parts) {
    double[] all = new double[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      for (float value : part) {
        all[at++] = value;
      }
    }
    return all;
  }
}
