package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.analysis.drift.DriftProfile;
import io.haori.registry.Registry;
import io.haori.registry.name.VersionId;
import io.haori.registry.watch.DriftReference;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From pictures of good parts to a detector that answers, on a server alone. */
@TestInstance(Lifecycle.PER_CLASS)
final class DetectorJobsTest {
  private Path temporary;
  private JobServer jobs;
  private JobPages pages;
  private Registry registry;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    temporary = folder;
    Path ofTexts = TinyBase.folder(temporary.resolve("texts"));
    jobs = JobServer.start(temporary, "nothing", TinyVision.folder(temporary), ofTexts);
    registry = jobs.registry();
    pages = JobPages.signedIn(jobs);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 64; i++) {
      TinyVision.write(temporary.resolve("good-parts/" + i + ".png"), "ok", random);
    }
    byte[] good = JobPages.zip(temporary.resolve("good-parts"));
    JsonNode kept = jobs.put("parts", "x.zip", "&textsOnly=true", good);
    assertThat(kept.path("id").asText()).as(kept.toString()).isEqualTo("parts@1");
    byte[] castings = JobPages.zip(TinyVision.data(temporary.resolve("castings"), 8));
    assertThat(jobs.put("castings", "x.zip", "", castings).path("id").asText())
        .isEqualTo("castings@1");
    byte[] texts = "one text\nanother text\na third\n".getBytes(StandardCharsets.UTF_8);
    assertThat(
            jobs.put("texts", "x.txt", "&base=" + JobPages.encoded(ofTexts.toString()), texts)
                .path("id")
                .asText())
        .isEqualTo("texts@1");
  }

  @AfterAll
  void stop() throws IOException {
    jobs.close();
  }

  private JsonNode asked(String model, Path picture) throws Exception {
    String sent = Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
    return jobs.json(
        jobs.request("/v1/anomalies")
            .POST(
                BodyPublishers.ofString(
                    "{\"model\":\"" + model + "\",\"input\":[{\"image\":\"" + sent + "\"}]}")));
  }

  @Test
  void aFormOfThePageMakesADetectorThatAnswers() throws Exception {
    assertThat(pages.get("/data/parts%401").body())
        .contains("/runs?kind=anomaly&amp;data=parts%401#start");
    String form = pages.get("/runs?kind=anomaly&data=parts%401").body();
    assertThat(form)
        .contains(
            "<input type=\"radio\" id=\"kind-anomaly\" name=\"kind\" value=\"anomaly\" checked>")
        .contains("Detector of anomalies", "anomaly.heldOut, seed.");
    String base =
        JobPages.found("<select id=\"base\" name=\"base\"><option value=\"([^\"]+)\"", form).get(0);

    HttpResponse<String> started =
        pages.form(
            "/runs",
            "kind=anomaly&name=normal&data=parts%401&base="
                + JobPages.encoded(base)
                + "&settings="
                + JobPages.encoded("{\"anomaly.layers\": [1], \"anomaly.heldOut\": 0.5}")
                + "&csrf="
                + JobPages.secret(form));

    assertThat(started.statusCode()).as(started.body()).isEqualTo(303);
    String run = started.headers().firstValue("Location").orElseThrow();
    String id = run.substring(run.lastIndexOf('/') + 1);
    JsonNode done = jobs.done(jobs.json(jobs.request("/v1/jobs/" + id)));
    assertThat(done.path("version").asText()).isEqualTo("normal@1");
    assertThat(done.at("/result/learnt").asInt()).isEqualTo(32);
    assertThat(pages.get("/runs/" + id).body())
        .contains("What was learnt of good pictures", "<th scope=\"row\">32</th>")
        .doesNotContain("data-axis=");
    Path crack = TinyVision.write(temporary.resolve("crack.png"), "crack", new SplittableRandom(3));
    JsonNode answer = asked("normal@1", crack);
    assertThat(answer.at("/data/0/anomalous").asBoolean()).as(answer.toString()).isTrue();
    assertThat(answer.path("threshold").asDouble())
        .isEqualTo(done.at("/result/threshold").asDouble());
    Path fresh = TinyVision.write(temporary.resolve("ok.png"), "ok", new SplittableRandom(4));
    assertThat(asked("normal@1", fresh).at("/data/0/score").asDouble())
        .isLessThan(answer.at("/data/0/score").asDouble());

    assertThat(pages.get("/runs").body())
        .contains("/modules/normal/1")
        .doesNotContain("name=\"modules\" value=\"normal@1\"");
    assertThat(pages.get("/data/parts%401").body()).doesNotContain("<option value=\"normal@1\"");

    DriftReference reference = registry.watch().reference(VersionId.of("normal", 1)).orElseThrow();
    assertThat(reference.dataName()).isEqualTo("parts");
    assertThat(reference.split()).isEqualTo("train");
    assertThat(DriftProfile.fromJson(reference.profile()).rows()).isEqualTo(32);
  }

  @Test
  void aDetectorOfTheGoodClassIsScoredOnUploadedPictures() throws Exception {
    JsonNode fitted =
        jobs.done(
            "\"kind\":\"anomaly\",\"name\":\"castings-normal\",\"data\":\"castings\","
                + "\"settings\":{\"good\":\"ok\",\"anomaly.share\":0.5,\"seed\":3}");
    assertThat(fitted.path("version").asText()).isEqualTo("castings-normal@1");
    assertThat(fitted.at("/result/learnt").asInt()).isEqualTo(6);
    assertThat(fitted.at("/result/drift").asBoolean()).isFalse();

    JsonNode scored =
        jobs.done(
            "\"kind\":\"evaluate\",\"name\":\"castings-normal\",\"data\":\"castings\","
                + "\"modules\":\"castings-normal@1\"");

    assertThat(scored.at("/result/auroc").asDouble()).isGreaterThan(0.5);
    assertThat(registry.lifeCycle().evaluations(VersionId.of("castings-normal", 1)))
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.evaluation().scores())
                    .containsKeys("auroc", "averagePrecision", "recall", "falseAlarmRate"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          texts | {} | data must be pictures for anomaly, got texts@1, which are texts
          parts | {"anomaly.share":2} | anomaly.share must be in (0, 1], got 2.0
          parts | {"training.epochs":2} | settings must be one of anomaly.heldOut, anomaly.layers, anomaly.neighbourhood, anomaly.neighbours, anomaly.share, good, seed, got training.epochs
          parts | {"anomaly.layers":"1"} | anomaly.layers must be an array of numbers of layers, got "1"
          parts | {"anomaly.neighbours":1.5} | settings.anomaly.neighbours must be a whole number, got 1.5
          parts | {"good":""} | settings.good must be the name of a class, got ""
          """)
  void whatCannotBeFittedIsRefusedBeforeItWaits(String data, String settings, String sentence)
      throws Exception {
    JsonNode refused =
        jobs.started(
            "\"kind\":\"anomaly\",\"name\":\"n\",\"data\":\""
                + data
                + "\",\"settings\":"
                + settings);
    assertThat(refused.path("status").asInt()).isEqualTo(400);
    assertThat(refused.path("detail").asText()).isEqualTo(sentence);
  }

  @Test
  void aClassThatIsNotThereEndsTheJobWithItsSentence() throws Exception {
    JsonNode job =
        jobs.started(
            "\"kind\":\"anomaly\",\"name\":\"n\",\"data\":\"castings\","
                + "\"settings\":{\"good\":\"fine\"}");
    String address = "/v1/jobs/" + job.path("id").asText();
    jobs.sent(jobs.request(address + "/events"));
    JsonNode ended = jobs.json(jobs.request(address));
    assertThat(ended.path("state").asText()).isEqualTo("failed");
    assertThat(ended.path("sentence").asText())
        .isEqualTo("good must be one of the classes [crack, hole, ok], got fine");
  }
}
