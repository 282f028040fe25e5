package io.haori.analysis.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DriftProfileTest {
  private static ObservedRow labelled(String label, double confidence, int unknown) {
    return new ObservedRow(List.of(label), Double.NaN, confidence, new float[0], 10, unknown);
  }

  private static DriftProfile half() {
    List<ObservedRow> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      rows.add(labelled("a", 0.9, 0));
      rows.add(labelled("b", 0.5, 1));
    }
    return DriftProfile.of(rows, 1);
  }

  private static Map<DriftKind, Double> drift(DriftProfile profile, List<ObservedRow> rows) {
    WindowCounts counts = profile.newCounts();
    rows.forEach(row -> counts.add(profile.encode(row)));
    return profile.drift(counts);
  }

  @Test
  void theSameRowsAreNoDrift() {
    DriftProfile profile = half();
    List<ObservedRow> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      rows.add(labelled("a", 0.9, 0));
      rows.add(labelled("b", 0.5, 1));
    }
    assertThat(drift(profile, rows).values())
        .allSatisfy(value -> assertThat(value).isCloseTo(0, within(1e-12)));
  }

  /** By hand, with half a row added to each of the three bins (a, b and all else). */
  @Test
  void eachKindIsItsFormula() {
    List<ObservedRow> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(labelled("a", 0.9, 0));
    }
    Map<DriftKind, Double> drift = drift(half(), rows);

    double q = 50.5 / 101.5;
    double none = 0.5 / 101.5;
    double stability =
        (20.5 / 21.5 - q) * Math.log(20.5 / 21.5 / q)
            + (0.5 / 21.5 - q) * Math.log(0.5 / 21.5 / q)
            + (0.5 / 21.5 - none) * Math.log(0.5 / 21.5 / none);
    assertThat(drift.get(DriftKind.LABELS)).isCloseTo(stability, within(1e-12));
    assertThat(drift.get(DriftKind.CONFIDENCE)).isCloseTo(0.5, within(1e-12));
    assertThat(drift.get(DriftKind.UNKNOWN_TOKENS)).isCloseTo(-0.05, within(1e-12));
    assertThat(drift.get(DriftKind.EMBEDDING)).isZero();
  }

  /** Against the squared discrepancy itself, of all pairs. */
  @Test
  void theSketchIsNearTheDiscrepancyOfTheKernel() {
    Random random = new Random(1);
    List<float[]> one = vectors(random, 300, 0);
    List<float[]> other = vectors(random, 300, 1);
    double bandwidth = FourierSketch.medianDistance(one, random);
    double exact =
        kernel(one, one, bandwidth)
            + kernel(other, other, bandwidth)
            - 2 * kernel(one, other, bandwidth);
    double sum = 0;
    for (int seed = 0; seed < 20; seed++) {
      sum += sketched(new FourierSketch(seed, 8, bandwidth), one, other) / 20;
    }
    assertThat(sum).isCloseTo(exact, within(0.1 * exact));
  }

  private static List<float[]> vectors(Random random, int count, double mean) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[8];
      for (int j = 0; j < vector.length; j++) {
        vector[j] = (float) (random.nextGaussian() + mean);
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static double kernel(List<float[]> one, List<float[]> other, double bandwidth) {
    double sum = 0;
    for (float[] a : one) {
      for (float[] b : other) {
        double squared = 0;
        for (int i = 0; i < a.length; i++) {
          squared += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        sum += Math.exp(-squared / (2 * bandwidth * bandwidth));
      }
    }
    return sum / one.size() / other.size();
  }

  private static double sketched(FourierSketch sketch, List<float[]> one, List<float[]> other) {
    double squared = 0;
    for (int i = 0; i < FourierSketch.FEATURES; i++) {
      int feature = i;
      double a = one.stream().mapToDouble(v -> sketch.of(v)[feature]).average().orElseThrow();
      double b = other.stream().mapToDouble(v -> sketch.of(v)[feature]).average().orElseThrow();
      squared += (a - b) * (a - b);
    }
    return squared;
  }

  @Test
  void numbersAreBinnedByTheirTenths() {
    List<ObservedRow> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(new ObservedRow(List.of(), i, Double.NaN, new float[0], 5, 0));
    }
    DriftProfile profile = DriftProfile.of(rows, 1);
    assertThat(drift(profile, rows).get(DriftKind.LABELS)).isCloseTo(0, within(1e-12));
    assertThat(drift(profile, rows.subList(0, 50)).get(DriftKind.LABELS))
        .isGreaterThan(profile.limits().get(DriftKind.LABELS));
  }

  @Test
  void anAlarmNeedsTwoWindowsInARowAndEndsWithTwo() {
    DriftAlarm alarm = new DriftAlarm(Map.of(DriftKind.LABELS, 0.1));
    Map<DriftKind, Double> above = Map.of(DriftKind.LABELS, 0.2);
    Map<DriftKind, Double> below = Map.of(DriftKind.LABELS, 0.1);

    assertThat(alarm.look(above)).isEmpty();
    assertThat(alarm.look(below)).isEmpty();
    assertThat(alarm.look(above)).isEmpty();
    assertThat(alarm.look(above)).containsExactly(DriftKind.LABELS);
    assertThat(alarm.look(above)).as("reported once").isEmpty();
    assertThat(alarm.look(below)).isEmpty();
    assertThat(alarm.raised()).containsExactly(DriftKind.LABELS);
    alarm.look(below);
    assertThat(alarm.raised()).isEmpty();
  }

  @Test
  void tooFewRowsAndForeignTextsAreRefused() {
    List<ObservedRow> few = List.of(labelled("a", 0.9, 0));
    assertThatThrownBy(() -> DriftProfile.of(few, 1)).hasMessage("at least 30 rows, got 1");
    assertThatThrownBy(() -> DriftProfile.fromJson("[]"))
        .isInstanceOf(IllegalArgumentException.class);
    String newer = half().toJson().replace("\"formatVersion\":1", "\"formatVersion\":2");
    assertThatThrownBy(() -> DriftProfile.fromJson(newer))
        .hasMessage("formatVersion of a drift profile must be 1, got 2");
  }
}
