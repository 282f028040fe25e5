package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.client.Anomalies;
import io.haori.client.ClientSettings;
import io.haori.client.HaoriClient;
import io.haori.client.TextInput;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyFolder;
import io.haori.inference.anomaly.AnomalyMap;
import io.haori.inference.anomaly.AnomalySettings;
import io.haori.inference.task.spi.Row;
import io.haori.registry.Addition;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import io.haori.testkit.TinyVision;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Detectors of anomalies in a registry, asked over HTTP beside classifiers. */
@TestInstance(Lifecycle.PER_CLASS)
final class DetectorServingTest {
  private Path temporary;
  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;
  private Path crack;
  private VersionId first;
  private VersionId second;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    temporary = folder;
    tiny = TinyRegistry.onPictures(temporary);
    tiny.add("inspector", "lora", 1);
    first = detector(1);
    second = detector(2);
    tiny.live(first);
    server = tiny.serve(ServerSettings.usual());
    http = new Http(server);
    crack = TinyVision.write(temporary.resolve("crack.png"), "crack", new SplittableRandom(3));
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  /** Fits a detector to good pictures and adds it. */
  private VersionId detector(int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> good = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Path file = temporary.resolve("good" + seed + "/" + i + ".png");
      good.add(Row.ofImage(TinyVision.write(file, "ok", random), null));
    }
    Path folder = temporary.resolve("detector" + seed);
    AnomalySettings settings = new AnomalySettings(List.of(1), 1, 0.5, 3, 0.25, seed);
    try (AnomalyDetector detector = AnomalyDetector.fit(tiny.base(), good, settings)) {
      AnomalyFolder.write(folder, detector, tiny.base());
    }
    return tiny.registry()
        .modules()
        .add(folder, new ModuleName("normal"), Addition.plain())
        .version()
        .id();
  }

  private static String sent(Path picture) throws IOException {
    return "{'image':'" + Base64.getEncoder().encodeToString(Files.readAllBytes(picture)) + "'}";
  }

  private Answer ask(String model, String input, String more) {
    return http.post(
        "/v1/anomalies", "{'model':'" + model + "','input':[" + input + "]" + more + "}");
  }

  @Test
  void aPictureIsScoredAsTheFolderScoresIt() throws IOException {
    Path good = temporary.resolve("good1/0.png");
    Answer answer = ask("normal@1", sent(crack) + "," + sent(good), "");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("task").asText()).isEqualTo("anomaly");
    assertThat(json.path("digest").asText()).isEqualTo(tiny.digest(first));
    try (AnomalyDetector detector =
        AnomalyFolder.load(temporary.resolve("detector1"), tiny.base())) {
      List<AnomalyMap> maps =
          detector.score(List.of(Row.ofImage(crack, null), Row.ofImage(good, null)));
      assertThat(json.path("threshold").asDouble()).isCloseTo(detector.threshold(), within(1e-9));
      for (int i = 0; i < 2; i++) {
        JsonNode row = json.path("data").get(i);
        assertThat(row.path("score").asDouble()).isCloseTo(maps.get(i).score(), within(1e-4));
        assertThat(row.path("anomalous").asBoolean())
            .isEqualTo(maps.get(i).score() > detector.threshold());
        assertThat(row.has("heatMap")).isFalse();
      }
    }
    assertThat(json.at("/data/0/anomalous").asBoolean()).isTrue();
    assertThat(json.at("/usage/total_tokens").asInt()).isEqualTo(2 * 17);
  }

  @Test
  void whereAPictureIsUnlikeGoodOnesIsDrawnWhenItIsWanted() throws IOException {
    Answer answer = ask("normal@1", sent(crack), ",'heatMaps':true");

    byte[] file = Base64.getDecoder().decode(answer.json().at("/data/0/heatMap").asText());
    BufferedImage map = ImageIO.read(new ByteArrayInputStream(file));
    assertThat(map.getWidth()).isEqualTo(16);
    boolean coloured = false;
    for (int i = 0; i < 256; i++) {
      int rgb = map.getRGB(i % 16, i / 16);
      coloured |= (rgb >> 16 & 0xFF) - (rgb & 0xFF) > 60;
    }
    assertThat(coloured).isTrue();
  }

  @Test
  void aJavaProgramAsksADetector() throws IOException {
    HaoriClient client = new HaoriClient(ClientSettings.of(server.url()));
    TextInput input = TextInput.picture(Files.readAllBytes(crack));

    Anomalies drawn = client.anomalies("normal@1", List.of(input), true);

    assertThat(drawn.by().version()).isEqualTo(1);
    assertThat(drawn.pictures().get(0).anomalous()).isTrue();
    assertThat(drawn.pictures().get(0).score()).isGreaterThan(drawn.threshold());
    assertThat(ImageIO.read(new ByteArrayInputStream(drawn.pictures().get(0).heatMap())))
        .isNotNull();
    assertThat(client.anomalies("normal@1", List.of(input), false).pictures().get(0).heatMap())
        .isEmpty();
  }

  @Test
  void aThresholdOfTheRequestTakesThePlaceOfTheDetectorsOwn() throws IOException {
    JsonNode lax = ask("normal@1", sent(crack), ",'threshold':1000").json();

    assertThat(lax.path("threshold").asDouble()).isEqualTo(1000);
    assertThat(lax.at("/data/0/anomalous").asBoolean()).isFalse();
    assertThat(ask("normal@1", sent(crack), ",'threshold':-1").detail())
        .isEqualTo("threshold must be at least 0, got -1.0");
  }

  @Test
  void whatIsLiveIsChangedAndRolledBackAsForModules() throws IOException {
    assertThat(ask("normal@live", sent(crack), "").json().path("version").asInt()).isEqualTo(1);

    tiny.live(second);
    server.look();
    assertThat(ask("normal@live", sent(crack), "").json().path("version").asInt()).isEqualTo(2);

    tiny.registry().lifeCycle().rollback(first.name(), LiveTarget.EVERYWHERE, "too strict");
    server.look();
    assertThat(ask("normal@live", sent(crack), "").json().path("version").asInt()).isEqualTo(1);
  }

  @Test
  void detectorsAndModulesAreNotTakenForEachOther() throws IOException {
    Answer classified =
        http.post("/v1/classify", "{'model':'normal@1','input':[" + sent(crack) + "]}");
    assertThat(classified.status()).isEqualTo(400);
    assertThat(classified.detail())
        .isEqualTo(
            "model must be a module that answers with labels or vectors, as detectors of anomalies"
                + " answer at /v1/anomalies, got normal@1");
    Answer scored = ask("inspector", sent(crack), "");
    assertThat(scored.status()).isEqualTo(400);
    assertThat(scored.detail())
        .isEqualTo(
            "model must be a detector of anomalies, got inspector@1, which answers at /v1/classify"
                + " or /v1/embeddings");
  }

  @Test
  void aDetectorIsNotTriedAsACandidate() {
    Answer trial =
        http.post("/v1/trials", "{'candidate':'normal@2','kind':'shadow','reason':'newer'}");
    assertThat(trial.status()).isEqualTo(400);
    assertThat(trial.detail())
        .isEqualTo(
            "candidate must be a module that answers with labels, got normal@2, a detector of"
                + " anomalies");
  }

  private Answer feedback(String id, int index, String label) {
    return http.post(
        "/v1/feedback", "{'id':'" + id + "','index':" + index + ",'label':" + label + "}");
  }

  @Test
  void anInspectorsVerdictsAreCountedAndKeptWithTheScoresTheyAreAbout() throws IOException {
    String good = sent(temporary.resolve("good2/0.png"));
    JsonNode answer = ask("normal@2", sent(crack) + "," + good, ",'threshold':1000").json();
    String id = answer.path("id").asText();

    Answer missed = feedback(id, 0, "'anomalous'");
    assertThat(missed.status()).as(missed.text()).isEqualTo(200);
    assertThat(missed.json().path("answered").asText()).isEqualTo("good");
    assertThat(missed.json().path("right").asBoolean()).isFalse();
    Answer right = feedback(id, 1, "'good'");
    assertThat(right.json().path("right").asBoolean()).isTrue();
    assertThat(right.json().at("/accuracy/answers").asInt()).isEqualTo(2);
    assertThat(right.json().at("/accuracy/mean").asDouble()).isEqualTo(0.5);
    assertThat(feedback(id, 1, "'anomalous'").status()).as("another one later").isEqualTo(409);

    JsonNode given = http.get("/v1/feedback?model=normal@2").json();
    try (AnomalyDetector detector =
        AnomalyFolder.load(temporary.resolve("detector2"), tiny.base())) {
      assertThat(given.path("threshold").asDouble()).isCloseTo(detector.threshold(), within(1e-9));
    }
    assertThat(given.path("data")).hasSize(2);
    for (int i = 0; i < 2; i++) {
      JsonNode one = given.path("data").get(i);
      assertThat(one.path("score").asDouble())
          .isEqualTo(answer.path("data").get(i).path("score").asDouble());
      assertThat(one.path("answered").asText()).isEqualTo("good");
      assertThat(one.path("label").asText()).isEqualTo(i == 0 ? "anomalous" : "good");
    }
    assertThat(http.get("/v1/feedback?model=normal@1").json().path("data")).isEmpty();
  }

  @Test
  void aVerdictThatIsNoneIsRefusedInOneSentence() throws IOException {
    String id = ask("normal@1", sent(crack) + "," + sent(crack), "").json().path("id").asText();
    String words = "label must be good or anomalous, as normal@1 is a detector of anomalies, got ";

    assertThat(feedback(id, 0, "'defective'").detail()).isEqualTo(words + "defective");
    assertThat(feedback(id, 0, "['good','anomalous']").detail())
        .isEqualTo(words + "[good, anomalous]");
    assertThat(feedback(id, 2, "'good'").detail()).isEqualTo("index must be in [0, 1], got 2");
    assertThat(http.get("/v1/feedback").detail())
        .isEqualTo("model must be the name of a detector of anomalies, got nothing");
    assertThat(http.get("/v1/feedback?model=inspector@1").detail())
        .isEqualTo("model must be a detector of anomalies of the registry, got inspector@1");
  }

  @Test
  void whatIsNoPictureIsRefusedInOneSentence() {
    assertThat(ask("normal@1", "{'image':'aGVsbG8='}", "").detail())
        .isEqualTo("input[0].image: must be a picture (PNG, JPEG, BMP or TIFF), is none");
    assertThat(ask("normal@1", "{'image':'aGVsbG8='}", "").json().path("setting").asText())
        .isEqualTo("input[0].image");
    assertThat(ask("normal@1", "{'image':'photo.png'}", "").detail())
        .isEqualTo(
            "input[0].image must be a PNG, JPEG, BMP or TIFF file in base64, got \"photo.png\"");
    assertThat(ask("normal@1", "{'image':'aGVsbG8=','text':'x'}", "").detail())
        .isEqualTo("input[0] must be a picture or a text, got image and text");
    assertThat(ask("normal@1", "'hello'", "").detail())
        .isEqualTo("data must be pictures for a base that reads pictures, got the text hello");
  }

  @Test
  void thePageShowsTheVerdictBesideTheAnswersOfModules() throws IOException {
    PageVisitor visitor = new PageVisitor(server).signedIn(server.signInLink().orElseThrow());
    visitor.get("/try");
    PageVisitor.Page page =
        visitor.sendFile(
            "/try",
            "picture",
            "a.png",
            Files.readAllBytes(crack),
            "use",
            "normal@2",
            "use",
            "inspector@1",
            "looked",
            "on",
            "mix",
            "on",
            "head",
            "inspector@1");

    assertThat(page.status()).as(page.text()).isEqualTo(200);
    assertThat(page.text())
        .contains("<p class=\"label\">Anomalous</p>")
        .contains("; anomalous above ")
        .contains("Red: most unlike good pictures")
        .contains("<h3>1.0 × inspector@1</h3>")
        .doesNotContain("class=\"problem\"");
  }

  @Test
  void anInspectorPressesTheRightVerdictOnThePage() throws IOException {
    VersionId third = detector(3);
    server.look();
    PageVisitor visitor = new PageVisitor(server).signedIn(server.signInLink().orElseThrow());
    visitor.get("/try");
    byte[] picture = Files.readAllBytes(crack);
    String form = visitor.sendFile("/try", "picture", "a.png", picture, "use", "normal@3").text();

    assertThat(form)
        .contains("hx-post=\"/try/feedback\"")
        .contains("<button name=\"label\" value=\"good\">OK</button>")
        .contains("<button name=\"label\" value=\"anomalous\">Defect</button>");
    String[] fields = {
      "id", PageVisitor.hidden(form, "id"), "place", "0", "detector", "on", "label", "good"
    };
    PageVisitor.Page kept = visitor.with("HX-Request", "true").send("/try/feedback", fields);

    assertThat(kept.status()).as(kept.text()).isEqualTo(200);
    assertThat(kept.text())
        .contains("<div id=\"truth-0\" tabindex=\"-1\" autofocus>")
        .contains("Kept: OK. The answer was wrong.")
        .contains("Accuracy by feedback (" + third + "): 0.0 % (");
    JsonNode given = http.get("/v1/feedback?model=normal@3").json().path("data");
    assertThat(given).hasSize(1);
    assertThat(given.get(0).path("answered").asText()).isEqualTo("anomalous");
    assertThat(given.get(0).path("label").asText()).isEqualTo("good");
    assertThat(given.get(0).path("score").asDouble()).isPositive();

    fields[7] = "anomalous";
    PageVisitor.Page changed = visitor.send("/try/feedback", fields);
    assertThat(changed.status()).isEqualTo(409);
    assertThat(changed.text()).contains("must be the one that was given before");
    fields[7] = "crack";
    assertThat(visitor.send("/try/feedback", fields).text())
        .contains("label must be good or anomalous, as normal@3 is a detector of anomalies");
    assertThat(visitor.sendWithoutSecret("/try/feedback", fields).status()).isEqualTo(403);
  }

  @Test
  void theListSaysThatALiveDetectorIsInMemory() {
    for (JsonNode one : http.get("/v1/models").json().path("data")) {
      if (one.path("id").asText().equals("normal@1")) {
        assertThat(one.path("resident").asBoolean()).isTrue();
        return;
      }
    }
    throw new AssertionError("normal@1 is not in the list");
  }
}
