package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.ObservedRow;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyFolder;
import io.haori.inference.anomaly.AnomalySettings;
import io.haori.inference.anomaly.FitListener;
import io.haori.inference.task.spi.Row;
import io.haori.registry.Addition;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.watch.DriftReference;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WatchSettings;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What live pictures of a detector look like, compared with the good ones of its fit. */
final class DetectorDriftTest {
  private Path temporary;
  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;

  @BeforeEach
  void open(@TempDir Path folder) {
    temporary = folder;
    tiny = TinyRegistry.onPictures(temporary);
  }

  /** Serves a detector that was fitted to good pictures. */
  private void serve(int pictures, double heldOut) throws IOException {
    List<ObservedRow> held = new ArrayList<>();
    VersionId id = detector(pictures, heldOut, held);
    tiny.live(id);
    String profile = DriftProfile.of(held, 1).toJson();
    tiny.registry()
        .watch()
        .setReference(id, new DriftReference("parts", "train", "0".repeat(64), profile));
    server = tiny.serve(ServerSettings.usual().withWatch(new WatchSettings(Duration.ZERO, null)));
    http = new Http(server);
  }

  private VersionId detector(int pictures, double heldOut, List<ObservedRow> held)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<Row> good = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      Path file = temporary.resolve("good/" + i + ".png");
      good.add(Row.ofImage(TinyVision.write(file, "ok", random), null));
    }
    AnomalySettings settings = new AnomalySettings(List.of(1), 1, 0.3, 1, heldOut, 1);
    FitListener listener =
        new FitListener() {
          @Override
          public int wanted() {
            return DriftProfile.LEAST_ROWS;
          }

          @Override
          public void heldOut(ObservedRow seen) {
            held.add(seen);
          }
        };
    Path folder = temporary.resolve("detector");
    try (AnomalyDetector detector = AnomalyDetector.fit(tiny.base(), good, settings, listener)) {
      AnomalyFolder.write(folder, detector, tiny.base());
    }
    return tiny.registry()
        .modules()
        .add(folder, new ModuleName("normal"), Addition.plain())
        .version()
        .id();
  }

  @AfterEach
  void stop() {
    server.close();
    tiny.close();
  }

  private void ask(String name, long seed, int count) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = TinyVision.write(temporary.resolve("live.png"), name, random);
      String sent = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
      pictures.add("{'image':'" + sent + "'}");
    }
    Answer answer =
        http.post(
            "/v1/anomalies",
            "{'model':'normal@live','input':[" + String.join(",", pictures) + "]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private JsonNode drift() {
    return http.get("/v1/watch").json().at("/live/0/drift");
  }

  /** The reference is read on a thread of its own when a version answers first. */
  private void askUntilWatched() throws Exception {
    for (int i = 0; i < 200 && drift().path("status").asText().equals("none"); i++) {
      ask("ok", 2, 1);
      Thread.sleep(10);
    }
  }

  /** Of few pictures that are held out, those that are learnt from are compared with, too. */
  @ParameterizedTest
  @CsvSource({"160, 0.5, 80", "60, 0.2, 60"})
  void picturesOfAnotherKindRaiseAnAlarmAndGoodOnesRaiseNone(
      int pictures, double heldOut, int compared) throws Exception {
    serve(pictures, heldOut);
    askUntilWatched();
    assertThat(drift().path("referenceRows").asInt()).isEqualTo(compared);

    ask("ok", 3, 300);
    ask("ok", 4, 300);
    assertThat(drift().path("windows").asInt()).isEqualTo(2);
    assertThat(drift().path("status").asText()).as(drift().toString()).isEqualTo("fine");

    ask("hole", 5, 300);
    ask("hole", 6, 300);

    assertThat(drift().path("status").asText()).as(drift().toString()).isEqualTo("alarm");
    assertThat(drift().at("/kinds/labels/alarm").asBoolean()).isTrue();
    assertThat(drift().at("/kinds/embedding/alarm").asBoolean()).isTrue();
    assertThat(drift().at("/kinds/confidence/drift").asDouble()).isZero();
    assertThat(http.get("/metrics").text())
        .contains("haori_drift_alarm{kind=\"labels\",module=\"normal\",version=\"1\"} 1.0");
    PageVisitor visitor = new PageVisitor(server).signedIn(server.signInLink().orElseThrow());
    assertThat(visitor.get("/").text())
        .contains("<strong>Alarm:</strong> pictures, anomaly scores</td>");
  }
}
