package io.haori.inference.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.drift.ObservedRow;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnomalyDetectorTest {
  private static final AnomalySettings SETTINGS =
      new AnomalySettings(List.of(1, 2), 3, 0.5, 5, 0.25, 7);

  @TempDir Path folder;

  @Test
  void aScratchIsFoundWhereItIs() throws IOException {
    // A base of random weights spreads what it sees over all patches; least in its first layer.
    AnomalySettings first = new AnomalySettings(List.of(1), 1, 0.5, 5, 0.25, 7);
    try (TextBase base = base();
        AnomalyDetector detector = AnomalyDetector.fit(base, good(24), first)) {
      AnomalyMap clean = detector.score(List.of(picture("clean.png", 99, false))).get(0);
      AnomalyMap scratched = detector.score(List.of(picture("scratch.png", 98, true))).get(0);

      assertThat(clean.score()).isLessThanOrEqualTo(1.2 * detector.threshold());
      assertThat(scratched.score()).isGreaterThan(1.5 * detector.threshold());
      int farthest = 0;
      for (int i = 0; i < scratched.distances().length; i++) {
        farthest = scratched.distances()[i] > scratched.distances()[farthest] ? i : farthest;
      }
      // The scratch is in the lower right quarter of 4 x 4 patches.
      assertThat(farthest / 4).isGreaterThanOrEqualTo(2);
      assertThat(farthest % 4).isGreaterThanOrEqualTo(2);
      assertThat(detector.fit().learnt()).isEqualTo(18);
      assertThat(detector.fit().heldOut()).isEqualTo(6);
      assertThat(detector.kept()).isEqualTo(144);
    }
  }

  @Test
  void aStoredDetectorSaysTheSame() throws IOException {
    try (TextBase base = base();
        AnomalyDetector detector = AnomalyDetector.fit(base, good(6), SETTINGS)) {
      AnomalyFolder.write(folder.resolve("out"), detector, base);
      List<Row> rows = List.of(picture("scratch.png", 98, true));

      try (AnomalyDetector loaded = AnomalyFolder.load(folder.resolve("out"), base)) {
        AnomalyMap before = detector.score(rows).get(0);
        AnomalyMap after = loaded.score(rows).get(0);
        assertThat(after.score()).isEqualTo(before.score());
        assertThat(after.distances()).isEqualTo(before.distances());
        assertThat(loaded.settings()).isEqualTo(SETTINGS);
        assertThat(loaded.fit()).isEqualTo(detector.fit());
      }
    }
  }

  @Test
  void whereFewAreHeldOutTheOthersAreScoredByAMemoryWithoutThem() throws IOException {
    AnomalySettings settings = new AnomalySettings(List.of(1), 1, 1, 1, 0.25, 7);
    List<ObservedRow> few = new ArrayList<>();
    List<ObservedRow> many = new ArrayList<>();
    List<Row> good = good(20);
    try (TextBase base = base();
        AnomalyDetector detector = AnomalyDetector.fit(base, good, settings, collecting(20, many));
        AnomalyDetector same = AnomalyDetector.fit(base, good, settings, collecting(5, few))) {
      assertThat(few).hasSize(5);
      assertThat(many).hasSize(20);
      assertThat(many.get(4).value()).isEqualTo(few.get(4).value());
      assertThat(detector.threshold()).isEqualTo(same.threshold());
      // With all patches kept, a picture that was learnt from has no distance of its own.
      for (AnomalyDetector.Scored one : detector.observe(good)) {
        assertThat(one.seen().value()).isBetween(0.0, detector.threshold());
      }
      assertThat(many.stream().filter(one -> one.value() > 0.01)).hasSize(20);
      double mean = many.stream().skip(5).mapToDouble(ObservedRow::value).average().orElseThrow();
      double held = few.stream().mapToDouble(ObservedRow::value).average().orElseThrow();
      assertThat(mean).isCloseTo(held, within(0.5 * held));
      assertThat(many.get(7).vector()).hasSize(base.backbone().width());
    }
    List<ObservedRow> tooFew = new ArrayList<>();
    try (TextBase base = base();
        AnomalyDetector detector =
            AnomalyDetector.fit(base, good, settings, collecting(30, tooFew))) {
      assertThat(tooFew).hasSize(detector.fit().heldOut());
    }
  }

  private static FitListener collecting(int wanted, List<ObservedRow> into) {
    return new FitListener() {
      @Override
      public int wanted() {
        return wanted;
      }

      @Override
      public void heldOut(ObservedRow seen) {
        into.add(seen);
      }
    };
  }

  @Test
  void theStatesAreThoseOfTheLayer() throws IOException {
    try (TextBase base = base();
        Scope scope = Scope.open();
        TextBatch batch =
            TextPass.batch(base.reader().read(good(2), base.backbone().positions()).batch(0, 1))) {
      float[] after = base.backbone().statesAfter(List.of(1), batch, DType.F32).get(0).toFloats();

      assertThat(after)
          .isEqualTo(base.backbone().statesBelow(1, batch, DType.F32).states().toFloats());
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    try (TextBase base = base()) {
      assertThatThrownBy(() -> AnomalyDetector.fit(base, good(1), SETTINGS))
          .isInstanceOf(UserError.class)
          .hasMessage("good pictures must be at least 2, got 1");
      AnomalySettings high = new AnomalySettings(List.of(9), 3, 0.5, 5, 0, 7);
      assertThatThrownBy(() -> AnomalyDetector.fit(base, good(2), high))
          .isInstanceOf(UserError.class)
          .hasMessage("anomaly.layers must be at most 2 for this base, got [9]");
      assertThatThrownBy(() -> AnomalyFolder.load(folder, base))
          .isInstanceOf(UserError.class)
          .hasMessage(folder + ": must be a folder of haori anomaly fit, but has no anomaly.json");
    }
    try (TextBase texts = texts()) {
      assertThatThrownBy(() -> AnomalyDetector.fit(texts, good(2), SETTINGS))
          .isInstanceOf(UserError.class)
          .hasMessage("base must be one that reads pictures, got " + texts.name());
    }
  }

  private TextBase base() throws IOException {
    Path place = Golden.copy("models/vit-classification", folder);
    Files.writeString(
        place.resolve("preprocessor_config.json"),
        """
        {"image_processor_type": "ViTImageProcessor", "size": {"height": 16, "width": 16}}
        """);
    return TextBase.open(place.toString(), DType.F32, FetchListener.SILENT);
  }

  private TextBase texts() {
    Path place = TinyBase.folder(folder.resolve("texts"));
    return TextBase.open(place.toString(), DType.F32, FetchListener.SILENT);
  }

  private List<Row> good(int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(picture("good-" + i + ".png", i, false));
    }
    return rows;
  }

  /** A grey slope with a little noise, and perhaps a light scratch. */
  private Row picture(String name, int seed, boolean scratch) throws IOException {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int grey = 80 + 2 * x + random.nextInt(6);
        grey = scratch && x >= 20 && x < 30 && Math.abs(x - y) < 3 ? 255 : grey;
        image.setRGB(x, y, grey << 16 | grey << 8 | grey);
      }
    }
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return Row.ofImage(file, null);
  }
}
