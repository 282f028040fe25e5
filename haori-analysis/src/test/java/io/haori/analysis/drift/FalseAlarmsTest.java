package io.haori.analysis.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Months of simulated traffic: alarms without a cause, and those with one. */
final class FalseAlarmsTest {
  private static final int WIDTH = 12;
  private static final List<String> LABELS = List.of("a", "b", "c", "d", "e", "f", "g", "h");

  /** Texts as a plant has them: some labels are rare, few tokens unknown, vectors in groups. */
  private static ObservedRow row(Random random, double unknownRate) {
    double drawn = random.nextDouble();
    int label = (int) (LABELS.size() * drawn * drawn * drawn);
    float[] vector = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      vector[i] = (float) (random.nextGaussian() + (i == label ? 2 : 0));
    }
    int tokens = 4 + random.nextInt(20);
    int unknown = 0;
    for (int i = 0; i < tokens; i++) {
      unknown += random.nextDouble() < unknownRate ? 1 : 0;
    }
    double confidence = 1 - 0.7 * random.nextDouble() * random.nextDouble();
    return new ObservedRow(
        List.of(LABELS.get(label)), Double.NaN, confidence, vector, tokens, unknown);
  }

  private static List<ObservedRow> rows(Random random, int count, double unknownRate) {
    List<ObservedRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(random, unknownRate));
    }
    return rows;
  }

  private static WindowCounts window(DriftProfile profile, List<EncodedRow> pool, Random random) {
    WindowCounts counts = profile.newCounts();
    for (int i = 0; i < DriftProfile.WINDOW; i++) {
      counts.add(pool.get(random.nextInt(pool.size())));
    }
    return counts;
  }

  /** Each month has an evaluation of its own: luck with one of them would say little. */
  @ParameterizedTest
  @CsvSource({"100, 0", "400, 0.002", "1000, 0.03"})
  void withoutDriftThereIsAtMostOneAlarmAMonth(int evaluationRows, double unknownRate) {
    int months = 8;
    int alarms = 0;
    for (int month = 0; month < months; month++) {
      Random random = new Random(1_000 + month);
      DriftProfile profile =
          DriftProfile.of(rows(random, evaluationRows, unknownRate), random.nextLong());
      List<EncodedRow> pool =
          rows(random, 2_000, unknownRate).stream().map(profile::encode).toList();
      DriftAlarm alarm = new DriftAlarm(profile.limits());
      for (int hour = 0; hour < DriftLimits.WINDOWS_A_MONTH; hour++) {
        alarms += alarm.look(profile.drift(window(profile, pool, random))).size();
      }
    }
    assertThat(alarms).as("alarms in %s months", months).isLessThanOrEqualTo(months);
  }

  @ParameterizedTest
  @CsvSource({"LABELS", "CONFIDENCE", "EMBEDDING", "UNKNOWN_TOKENS"})
  void aChangeOfEachKindIsFoundWithTheSecondWindow(DriftKind kind) {
    Random random = new Random(7);
    DriftProfile profile = DriftProfile.of(rows(random, 600, 0.002), 8);
    Function<ObservedRow, ObservedRow> change =
        row ->
            new ObservedRow(
                kind == DriftKind.LABELS && random.nextDouble() < 0.3 ? List.of("h") : row.labels(),
                row.value(),
                kind == DriftKind.CONFIDENCE ? 0.75 * row.confidence() : row.confidence(),
                kind == DriftKind.EMBEDDING ? moved(row.vector()) : row.vector(),
                row.tokens(),
                kind == DriftKind.UNKNOWN_TOKENS && random.nextDouble() < 0.3
                    ? row.unknownTokens() + 1
                    : row.unknownTokens());
    List<EncodedRow> pool =
        rows(random, 2_000, 0.002).stream().map(change).map(profile::encode).toList();
    DriftAlarm alarm = new DriftAlarm(profile.limits());

    assertThat(alarm.look(profile.drift(window(profile, pool, random)))).isEmpty();
    assertThat(alarm.look(profile.drift(window(profile, pool, random)))).containsExactly(kind);
    assertThat(alarm.raised()).containsExactly(kind);
  }

  private static float[] moved(float[] vector) {
    float[] moved = vector.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += 0.6f;
    }
    return moved;
  }

  @ParameterizedTest
  @CsvSource({"40", "500"})
  void whatIsStoredSaysTheSame(int count) {
    Random random = new Random(3);
    DriftProfile profile = DriftProfile.of(rows(random, count, 0.01), 5);
    DriftProfile read = DriftProfile.fromJson(profile.toJson());

    ObservedRow row = row(random, 0.01);
    WindowCounts before = profile.newCounts();
    before.add(profile.encode(row));
    WindowCounts after = read.newCounts();
    after.add(read.encode(row));

    assertThat(read.limits()).isEqualTo(profile.limits());
    assertThat(read.drift(after)).isEqualTo(profile.drift(before));
    Map<DriftKind, Double> limits = read.limits();
    assertThat(limits.values()).allSatisfy(limit -> assertThat(limit).isPositive());
  }
}
