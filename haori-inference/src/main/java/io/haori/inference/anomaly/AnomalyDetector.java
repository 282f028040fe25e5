package io.haori.inference.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.analysis.drift.ObservedRow;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.HeatMap;
import io.haori.model.image.Pixels;
import io.haori.model.image.ResampleFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * Says how unlike good pictures a picture is, and where. Fitted to good pictures alone: some are
 * held out, from the others patches are kept, and the greatest score of one that was held out is
 * the threshold.
 *
 * <p>Not thread-safe. Closes its memory, not the base.
 */
public final class AnomalyDetector implements AutoCloseable {
  private final AnomalySettings settings;
  private final PatchFeatures features;
  private final PatchMemory memory;
  private final Fit fit;

  AnomalyDetector(AnomalySettings settings, PatchFeatures features, PatchMemory memory, Fit fit) {
    this.settings = settings;
    this.features = features;
    this.memory = memory;
    this.fit = fit;
  }

  /**
   * What a detector was fitted to.
   *
   * @param learnt pictures from which patches are kept
   * @param heldOut pictures that the threshold was set by; 0 where it is of the learnt ones
   * @param patches of the learnt pictures
   * @param threshold the greatest score of a good picture
   */
  public record Fit(int learnt, int heldOut, long patches, double threshold) {}

  /**
   * Fits a detector.
   *
   * @param base that reads pictures
   * @param good pictures of good parts; at least two
   * @param settings what was chosen
   * @throws io.haori.core.check.UserError when the base reads texts, or a picture cannot be read
   */
  public static AnomalyDetector fit(TextBase base, List<Row> good, AnomalySettings settings) {
    return fit(base, good, settings, FitListener.NONE);
  }

  /**
   * Fits a detector.
   *
   * @param base that reads pictures
   * @param good pictures of good parts; at least two
   * @param settings what was chosen
   * @param listener hears how it goes
   * @throws io.haori.core.check.UserError when the base reads texts, or a picture cannot be read
   */
  public static AnomalyDetector fit(
      TextBase base, List<Row> good, AnomalySettings settings, FitListener listener) {
    require(good.size() >= 2, "good pictures", "at least 2", good.size());
    PatchFeatures features = new PatchFeatures(base, settings.layers(), settings.neighbourhood());
    List<Row> shuffled = new ArrayList<>(good);
    Collections.shuffle(shuffled, new Random(settings.seed()));
    int held = (int) Math.min(good.size() - 1L, Math.round(settings.heldOut() * good.size()));
    List<Row> learnt = shuffled.subList(held, shuffled.size());
    List<Row> heldOut = shuffled.subList(0, held);
    GoodPatches patches =
        GoodPatches.of(features, learnt, settings.seed(), done -> listener.read(done, good.size()));
    PatchMemory memory = patches.memory(settings);
    double[] threshold = {0};
    each(
        features,
        memory,
        held == 0 ? learnt : heldOut,
        (row, one) -> {
          threshold[0] = Math.max(threshold[0], one.map().score());
          if (held > 0) {
            listener.heldOut(one.seen());
            listener.read(learnt.size() + row + 1, good.size());
          }
        });
    if (held < listener.wanted() && good.size() >= listener.wanted() && patches.whole()) {
      patches.crossFit(
          settings, (own, found) -> listener.heldOut(scored(features, own, found).seen()));
    }
    long all = (long) learnt.size() * features.down() * features.across();
    Fit fit = new Fit(learnt.size(), held, all, threshold[0]);
    return new AnomalyDetector(settings, features, memory, fit);
  }

  /**
   * Scores pictures.
   *
   * @param rows of pictures
   * @return one map a row, in their order
   * @throws io.haori.core.check.UserError when a picture cannot be read
   */
  public List<AnomalyMap> score(List<Row> rows) {
    return observe(rows).stream().map(Scored::map).toList();
  }

  /**
   * What comes out for a picture.
   *
   * @param map its score, and where it is unlike good ones
   * @param seen the same in the terms in which drift is measured: the score as the value, and the
   *     mean of its patches as the vector
   */
  public record Scored(AnomalyMap map, ObservedRow seen) {}

  /**
   * Scores pictures, with what is seen of each for the measurement of drift.
   *
   * @param rows of pictures
   * @return one a row, in their order
   * @throws io.haori.core.check.UserError when a picture cannot be read
   */
  public List<Scored> observe(List<Row> rows) {
    Scored[] scored = new Scored[rows.size()];
    each(features, memory, rows, (row, one) -> scored[row] = one);
    return Arrays.asList(scored);
  }

  private static void each(
      PatchFeatures features,
      PatchMemory memory,
      List<Row> rows,
      BiConsumer<Integer, Scored> taker) {
    features.of(
        rows, (row, values) -> taker.accept(row, scored(features, values, memory.score(values))));
  }

  private static Scored scored(
      PatchFeatures features, float[] values, PatchMemory.Distances found) {
    int down = features.down();
    int across = features.across();
    AnomalyMap map = new AnomalyMap(found.score(), found.distances(), down, across);
    return new Scored(
        map,
        new ObservedRow(
            List.of(), found.score(), Double.NaN, features.mean(values), down * across, 0));
  }

  /**
   * A picture with its distances over it: good ones stay grey, in an anomalous one the farthest
   * place is the reddest.
   *
   * @param picture that was scored
   * @param map what came out
   * @param threshold a picture with a higher score is anomalous
   * @return the picture as the base saw it
   */
  public Pixels drawn(Pixels picture, AnomalyMap map, double threshold) {
    Pixels seen = seen(picture);
    float[] values = map.pixels(seen.height(), seen.width());
    double least = Double.POSITIVE_INFINITY;
    double greatest = 0;
    for (float value : values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    double low = Math.max(0.5 * threshold, least);
    double high = Math.max(1.5 * threshold, greatest);
    return HeatMap.over(seen, values, low, Math.max(high, low + Float.MIN_NORMAL));
  }

  /** Bytes of memory that it takes. */
  public long bytes() {
    // Once for products, once to be looked at.
    return 2L * Float.BYTES * memory.count() * features.width();
  }

  /** A picture with a higher score is anomalous: none of the held-out good ones had it. */
  public double threshold() {
    return fit.threshold();
  }

  /** What it was fitted to. */
  public Fit fit() {
    return fit;
  }

  /** What was chosen. */
  public AnomalySettings settings() {
    return settings;
  }

  /** Patches that are kept. */
  public int kept() {
    return memory.count();
  }

  /** Rows of pixels that the base sees. */
  public int height() {
    return features.input().steps().height();
  }

  /** Pixels of a row that the base sees. */
  public int width() {
    return features.input().steps().width();
  }

  /**
   * A picture as the base sees it.
   *
   * @param picture of any size
   */
  public Pixels seen(Pixels picture) {
    return features.input().steps().fit(picture);
  }

  /**
   * A mask of a picture, as large and as cropped as the base sees the picture, without values in
   * between.
   *
   * @param mask as large as its picture
   */
  public Pixels seenMask(Pixels mask) {
    return features.input().steps().by(ResampleFilter.NEAREST).fit(mask);
  }

  PatchMemory memory() {
    return memory;
  }

  PatchFeatures features() {
    return features;
  }

  @Override
  public void close() {
    memory.close();
  }
}
