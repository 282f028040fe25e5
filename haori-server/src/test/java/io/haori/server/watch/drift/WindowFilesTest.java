package io.haori.server.watch.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.analysis.drift.DriftAlarm;
import io.haori.analysis.drift.DriftKind;
import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.EncodedRow;
import io.haori.analysis.drift.ObservedRow;
import io.haori.server.engine.ServedVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Windows that are kept over a restart, and files that are damaged. */
@TestInstance(Lifecycle.PER_CLASS)
final class WindowFilesTest {
  private static final ServedVersion FOOD = new ServedVersion("food", 1, "a".repeat(64));
  private static final int HEADER = 8 + 2 * (2 + 64) + 3 * 8;

  private DriftProfile profile;
  private DriftProfile other;
  private KeptWindow kept;

  @BeforeAll
  void make() {
    profile = DriftProfile.of(rows(40, 1), 1);
    other = DriftProfile.of(rows(40, 2), 2);
    List<EncodedRow> window = rows(3, 5).stream().map(profile::encode).toList();
    kept =
        new KeptWindow(
            Instant.ofEpochMilli(1_700_000_000_123L),
            3,
            2,
            Map.of(
                DriftKind.LABELS, 0.5,
                DriftKind.CONFIDENCE, 0.25,
                DriftKind.EMBEDDING, 0.125,
                DriftKind.UNKNOWN_TOKENS, 0.0),
            new DriftAlarm.Seen(
                Map.of(DriftKind.LABELS, true, DriftKind.EMBEDDING, false),
                Set.of(DriftKind.LABELS)),
            window);
  }

  private static List<ObservedRow> rows(int count, long seed) {
    Random random = new Random(seed);
    List<ObservedRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
      List<String> labels = List.of(random.nextBoolean() ? "a" : "b");
      rows.add(new ObservedRow(labels, Double.NaN, random.nextDouble(), vector, 9, 1));
    }
    return rows;
  }

  private Optional<KeptWindow> read(WindowFiles files, ServedVersion id) {
    return files.read(id, profile.toJson(), profile);
  }

  private static Path file(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void whatWasWrittenIsRead(@TempDir Path folder) {
    WindowFiles files = new WindowFiles(folder.resolve("windows"));
    assertThat(read(files, FOOD)).isEmpty();
    files.write(FOOD, profile.toJson(), kept);
    files.write(FOOD, profile.toJson(), kept);

    assertThat(read(new WindowFiles(folder.resolve("windows")), FOOD).orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(kept);
    assertThat(read(files, new ServedVersion("food", 2, "a".repeat(64)))).isEmpty();
    assertThat(files.read(FOOD, other.toJson(), other)).as("evaluated anew").isEmpty();
    assertThat(read(files, FOOD)).as("nothing was deleted").isPresent();
  }

  @Test
  void aFileThatIsDamagedAnywhereIsAnEmptyWindowAndIsDeleted(@TempDir Path folder)
      throws IOException {
    WindowFiles files = new WindowFiles(folder);
    files.write(FOOD, profile.toJson(), kept);
    Path file = file(folder);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x40;
      Files.write(file, flipped);
      assertThat(read(files, FOOD)).as("byte %d", i).isEmpty();
    }
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(read(files, FOOD)).as("length %d", length).isEmpty();
      assertThat(file).doesNotExist();
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertThat(read(files, FOOD)).isEmpty();
  }

  /** Lengths and numbers that are wrong although the sum is right. */
  @Test
  void everyLengthIsCheckedBeforeAnythingIsMade(@TempDir Path folder) throws IOException {
    WindowFiles files = new WindowFiles(folder);
    files.write(FOOD, profile.toJson(), kept);
    Path file = file(folder);
    byte[] whole = Files.readAllBytes(file);
    int kinds = HEADER + DriftKind.values().length * 10;
    int features = kept.window().get(0).sketch().length;
    Map<Integer, Integer> wrong =
        Map.of(
            kinds,
            Integer.MAX_VALUE, // rows in the window
            kinds + 4,
            Integer.MAX_VALUE, // bins
            kinds + 8,
            1_000, // a bin
            kinds + 12,
            20, // a bin of the confidence
            kinds + 16,
            features + 1, // features
            kinds + 20,
            Float.floatToIntBits(Float.NaN),
            kinds + 20 + 4 * features,
            -1, // tokens
            kinds + 24 + 4 * features,
            10); // more unknown tokens than tokens
    for (Map.Entry<Integer, Integer> one : wrong.entrySet()) {
      ByteBuffer changed = ByteBuffer.wrap(whole.clone());
      changed.putInt(one.getKey(), one.getValue());
      CRC32 sum = new CRC32();
      sum.update(changed.array(), 0, whole.length - 8);
      changed.putLong(whole.length - 8, sum.getValue());
      Files.write(file, changed.array());
      assertThat(read(files, FOOD)).as("at %d", one.getKey()).isEmpty();
    }
    Files.write(file, whole);
    assertThat(read(files, FOOD)).isPresent();
  }
}
