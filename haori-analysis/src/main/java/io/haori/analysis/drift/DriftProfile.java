package io.haori.analysis.drift;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * What the answers of a version looked like on its evaluation rows, and from where on a window of
 * live texts differs from them by more than chance. A value: thread-safe, stored as JSON.
 */
public final class DriftProfile {
  /** Rows of a window. */
  public static final int WINDOW = 256;

  /** Fewer rows say too little of their own spread. */
  public static final int LEAST_ROWS = 30;

  static final int CONFIDENCE_BINS = 20;

  private static final int FORMAT = 1;

  /** More rows say little more. */
  public static final int MOST_ROWS = 2_000;

  private static final int MOST_LABELS = 50;
  private static final int NUMBER_BINS = 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Stored stored;
  private final DriftSummary summary;
  private final Map<String, Integer> bins = new HashMap<>();
  private final @Nullable FourierSketch sketch;

  /** What is stored; names are those of the JSON. */
  @SuppressWarnings("ArrayRecordComponent") // Not compared.
  private record Stored(
      @JsonProperty("formatVersion") int formatVersion,
      @JsonProperty("rows") int rows,
      @JsonProperty("window") int window,
      @JsonProperty("labels") List<String> labels,
      @JsonProperty("edges") double[] edges,
      @JsonProperty("labelCounts") double[] labelCounts,
      @JsonProperty("confidence") double[] confidence,
      @JsonProperty("seed") long seed,
      @JsonProperty("width") int width,
      @JsonProperty("bandwidth") double bandwidth,
      @JsonProperty("sketch") double[] sketch,
      @JsonProperty("unknownShare") double unknownShare,
      @JsonProperty("limits") Map<String, Double> limits) {}

  private DriftProfile(Stored stored) {
    this.stored = stored;
    this.summary =
        new DriftSummary(
            stored.rows,
            stored.labelCounts,
            stored.confidence,
            stored.width > 0,
            stored.sketch,
            stored.unknownShare);
    this.sketch =
        stored.width == 0 ? null : new FourierSketch(stored.seed, stored.width, stored.bandwidth);
    for (int i = 0; i < stored.labels.size(); i++) {
      bins.put(stored.labels.get(i), i);
    }
  }

  /**
   * The profile of an evaluation.
   *
   * @param rows all of one version; of more than 2,000 some are taken
   * @param seed of the draws
   * @throws IllegalArgumentException when there are fewer than {@value #LEAST_ROWS}
   */
  public static DriftProfile of(List<ObservedRow> rows, long seed) {
    if (rows.size() < LEAST_ROWS) {
      throw new IllegalArgumentException("at least " + LEAST_ROWS + " rows, got " + rows.size());
    }
    Random random = new Random(seed);
    List<ObservedRow> used = some(rows, random);
    int width = used.get(0).vector().length;
    double bandwidth =
        width == 0
            ? 1
            : FourierSketch.medianDistance(used.stream().map(ObservedRow::vector).toList(), random);
    int features = width == 0 ? 0 : FourierSketch.FEATURES;
    Stored bare =
        new Stored(
            FORMAT,
            used.size(),
            WINDOW,
            labels(used),
            edges(used),
            new double[0],
            new double[CONFIDENCE_BINS],
            random.nextLong(),
            width,
            bandwidth,
            new double[features],
            0,
            Map.of());
    DriftProfile encoder = new DriftProfile(bare);
    List<EncodedRow> encoded = used.stream().map(encoder::encode).toList();
    WindowCounts counts = encoder.newCounts();
    encoded.forEach(counts::add);
    DriftSummary all = counts.summary();
    Map<String, Double> limits = new HashMap<>();
    new DriftLimits(encoded, encoder.labelBins(), features, random)
        .find(WINDOW)
        .forEach((kind, limit) -> limits.put(kind.word(), limit));
    return new DriftProfile(
        new Stored(
            FORMAT,
            used.size(),
            WINDOW,
            bare.labels,
            bare.edges,
            all.labels(),
            all.confidence(),
            bare.seed,
            width,
            bandwidth,
            all.sketch(),
            all.unknownShare(),
            limits));
  }

  private static List<ObservedRow> some(List<ObservedRow> rows, Random random) {
    if (rows.size() <= MOST_ROWS) {
      return rows;
    }
    List<ObservedRow> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, MOST_ROWS);
  }

  /** The labels with a bin of their own: the most frequent ones. */
  private static List<String> labels(List<ObservedRow> rows) {
    Map<String, Integer> counts = new HashMap<>();
    rows.forEach(row -> row.labels().forEach(label -> counts.merge(label, 1, Integer::sum)));
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_LABELS)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Where numbers are cut into bins of about as many rows each; none for labels. */
  private static double[] edges(List<ObservedRow> rows) {
    double[] values =
        rows.stream().mapToDouble(ObservedRow::value).filter(Double::isFinite).sorted().toArray();
    return values.length == 0
        ? new double[0]
        : DoubleStream.iterate(1, i -> i + 1)
            .limit(NUMBER_BINS - 1)
            .map(i -> values[(int) (i * values.length / NUMBER_BINS)])
            .toArray();
  }

  /** Bins of the labels or numbers; the last is for everything else. */
  private int labelBins() {
    return stored.labels.size() + (stored.edges.length == 0 ? 0 : NUMBER_BINS) + 1;
  }

  /** How many evaluation rows it is made of. */
  public int rows() {
    return stored.rows;
  }

  /** From where on a window differs by more than chance, by kind. */
  public Map<DriftKind, Double> limits() {
    Map<DriftKind, Double> limits = new EnumMap<>(DriftKind.class);
    for (DriftKind kind : DriftKind.values()) {
      limits.put(kind, stored.limits.getOrDefault(kind.word(), Double.POSITIVE_INFINITY));
    }
    return limits;
  }

  /** Counts of a window, empty. */
  public WindowCounts newCounts() {
    return new WindowCounts(labelBins(), stored.sketch.length);
  }

  /** A row in the terms of this profile. */
  public EncodedRow encode(ObservedRow row) {
    return new EncodedRow(
        binsOf(row),
        Double.isFinite(row.confidence())
            ? Math.min(CONFIDENCE_BINS - 1, Math.max(0, (int) (row.confidence() * CONFIDENCE_BINS)))
            : -1,
        sketch == null ? new float[0] : sketch.of(row.vector()),
        row.tokens(),
        row.unknownTokens());
  }

  /** Whether a row that was read from somewhere can be one that this profile encoded. */
  public boolean canHaveEncoded(EncodedRow row) {
    int most = labelBins();
    int length = row.sketch().length;
    return Arrays.stream(row.bins()).allMatch(bin -> bin >= 0 && bin < most)
        && row.confidenceBin() >= -1
        && row.confidenceBin() < CONFIDENCE_BINS
        && (length == 0 || length == stored.sketch.length)
        && row.unknownTokens() >= 0
        && row.tokens() >= row.unknownTokens();
  }

  private int[] binsOf(ObservedRow row) {
    if (Double.isFinite(row.value()) && stored.edges.length > 0) {
      int edge = Arrays.binarySearch(stored.edges, row.value());
      return new int[] {stored.labels.size() + (edge < 0 ? -edge - 1 : edge)};
    }
    int other = labelBins() - 1;
    return row.labels().stream().mapToInt(label -> bins.getOrDefault(label, other)).toArray();
  }

  /**
   * How far a window is from the evaluation.
   *
   * @param window counted with {@link #encode}d rows
   * @return by kind
   */
  public Map<DriftKind, Double> drift(WindowCounts window) {
    DriftSummary seen = window.summary();
    Map<DriftKind, Double> drift = new EnumMap<>(DriftKind.class);
    for (DriftKind kind : DriftKind.values()) {
      drift.put(kind, summary.distance(kind, seen));
    }
    return drift;
  }

  /** As JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(stored);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException when it is something else, or of a newer version
   */
  public static DriftProfile fromJson(String json) {
    try {
      Stored stored = JSON.readValue(json, Stored.class);
      if (stored.formatVersion != FORMAT) {
        throw new IllegalArgumentException(
            "formatVersion of a drift profile must be 1, got " + stored.formatVersion);
      }
      return new DriftProfile(stored);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no drift profile", e);
    }
  }
}
