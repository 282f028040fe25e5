package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.client.ClientSettings;
import io.haori.client.FeedbackCount;
import io.haori.client.HaoriClient;
import io.haori.model.image.Picture;
import io.haori.model.image.Pixels;
import io.haori.registry.Addition;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.server.settings.ServerSettings;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code anomaly score}, {@code embed} and {@code search} of pictures, in this process and by a
 * server: the same answers.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class RemotePicturesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Path temporary;
  private Path base;
  private Path texts;
  private Path detector;
  private TestServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    temporary = folder;
    base = TinyVision.folder(temporary.resolve("base"));
    texts = TinyBase.folder(temporary.resolve("texts"));
    TinyVision.data(temporary.resolve("castings"), 8);
    detector = temporary.resolve("normal");
    done("anomaly fit --good ok --data $castings --layers 1 --out $normal" + here());
    server = TestServer.start(temporary.resolve("reg"), ServerSettings.usual(), base);
    var unused =
        server.registry().modules().add(detector, new ModuleName("normal"), Addition.plain());
    server.server().look();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private Cli run(String arguments) {
    return Cli.run(arguments.replace("$", temporary + "/").split(" "));
  }

  private String done(String arguments) {
    Cli run = run(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    return run.out();
  }

  private void refused(String arguments, String sentence) {
    Cli run = run(arguments);
    assertThat(run.err()).isEqualTo(sentence.replace("$", temporary + "/") + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  private String here() {
    return " --precision fp32 --base " + base;
  }

  private String there() {
    return " --server " + server.url();
  }

  private static JsonNode last(String out) throws IOException {
    List<String> lines = out.lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  @Test
  void picturesAreScoredAsWithoutAServer() throws IOException {
    String score = "anomaly score --json --input $castings/test --model ";
    JsonNode own = last(done(score + detector + " --heat-maps $maps-here --precision fp32"));
    JsonNode remote = last(done(score + "reg:normal@1 --heat-maps $maps-there" + there()));

    assertThat(own.path("pictures")).hasSize(12);
    assertThat(remote.path("threshold").asDouble())
        .isCloseTo(own.path("threshold").asDouble(), within(1e-6));
    for (int i = 0; i < 12; i++) {
      JsonNode one = own.path("pictures").get(i);
      JsonNode other = remote.path("pictures").get(i);
      assertThat(other.path("picture")).isEqualTo(one.path("picture"));
      assertThat(other.path("score").asDouble())
          .isCloseTo(one.path("score").asDouble(), within(1e-4));
      assertThat(other.path("anomalous")).isEqualTo(one.path("anomalous"));
    }
    assertThat(remote.path("anomalous").asInt()).isEqualTo(own.path("anomalous").asInt());
    for (String name : List.of("crack-0.png", "ok-3.png")) {
      assertAlike(temporary.resolve("maps-here/" + name), temporary.resolve("maps-there/" + name));
    }
  }

  private static void assertAlike(Path one, Path other) {
    Pixels first = new Picture.OfFile(one).read();
    Pixels second = new Picture.OfFile(other).read();
    assertThat(second.height()).isEqualTo(first.height());
    for (int y = 0; y < first.height(); y++) {
      for (int x = 0; x < first.width(); x++) {
        assertThat(second.at(y, x, 0)).isCloseTo(first.at(y, x, 0), within(2));
      }
    }
  }

  @Test
  void aServersDetectorIsEvaluatedAsOneHereWithoutPixels() throws IOException {
    String evaluate = "anomaly evaluate --json --good ok --data $castings --model ";
    JsonNode own = last(done(evaluate + detector + " --precision fp32"));
    JsonNode remote = last(done(evaluate + "normal@1" + there()));

    for (String area : List.of("auroc", "averagePrecision")) {
      assertThat(remote.path(area).asDouble()).isCloseTo(own.path(area).asDouble(), within(1e-9));
    }
    assertThat(remote.at("/thresholds/inUse/recall")).isEqualTo(own.at("/thresholds/inUse/recall"));
    assertThat(remote.path("dataDigest")).isEqualTo(own.path("dataDigest"));
    assertThat(remote.path("pixelAuroc").isNull()).isTrue();
    refused(
        "anomaly evaluate --record --data $castings --model normal@1" + there(),
        "--record must be left out with --server, got true");
    refused(
        "anomaly evaluate --masks $castings --data $castings --model normal@1" + there(),
        "--masks must be left out with --server, got $castings");
  }

  @Test
  void aThresholdIsChosenAnewByWhatInspectorsSaid() throws IOException {
    var unused =
        server.registry().modules().add(detector, new ModuleName("judged"), Addition.plain());
    String me = System.getProperty("user.name");
    server.registry().access().give(new RoleGrant(me, Role.AUTHOR, new NamePattern("judged")));
    server.server().look();
    String evaluate = "anomaly evaluate --json --feedback --model ";
    refused(
        evaluate + "judged@1" + there(),
        "feedback on judged@1 must have good and anomalous pictures, has 0 good ones of 0");
    // All pass, so every defect is missed.
    String score = "anomaly score --json --threshold 1000 --input $castings/test --model judged@1";
    JsonNode scored = last(done(score + there()));
    HaoriClient client = new HaoriClient(ClientSettings.of(server.url()));
    for (JsonNode one : scored.path("pictures")) {
      boolean good = one.path("picture").asText().startsWith("ok");
      String label = good ? "good" : "anomalous";
      FeedbackCount counted =
          client.feedback(one.path("id").asText(), one.path("index").asInt(), List.of(label));
      assertThat(counted.right()).isEqualTo(good);
    }

    JsonNode asked = last(done(evaluate + "judged@1" + there()));
    JsonNode read = last(done(evaluate + "reg:judged@1 --registry $reg"));

    assertThat(asked.path("missed").asInt()).isEqualTo(8);
    assertThat(asked.path("falseAlarms").asInt()).isZero();
    assertThat(asked.path("positives").asInt()).isEqualTo(8);
    assertThat(asked.path("negatives").asInt()).isEqualTo(4);
    assertThat(asked.at("/thresholds/cost/recall").asDouble()).isEqualTo(1);
    assertThat(read.path("thresholds")).isEqualTo(asked.path("thresholds"));
    String threshold = asked.at("/thresholds/cost/threshold").asText();
    done(
        "anomaly threshold --model reg:judged@1 --registry $reg --name judged --threshold "
            + threshold);
    server.server().look();
    JsonNode again =
        last(done("anomaly score --json --input $castings/test --model judged@2" + there()));
    assertThat(again.path("threshold").asText()).isEqualTo(threshold);
    assertThat(again.path("anomalous").asInt())
        .isEqualTo(
            (int) Math.round(8 + 4 * asked.at("/thresholds/cost/falseAlarmRate").asDouble()));
  }

  @Test
  void aThresholdIsThatOfTheCommand() throws IOException {
    String score = "anomaly score --json --threshold 1000 --input $castings/test/crack --model ";
    assertThat(last(done(score + "normal" + there())).path("anomalous").asInt()).isZero();
    assertThat(last(done(score + "normal" + there())).path("threshold").asInt()).isEqualTo(1000);
  }

  @Test
  void whatADetectorCannotScoreIsOneSentence() throws IOException {
    Path text = temporary.resolve("bad/a.png");
    Files.createDirectories(text.getParent());
    Files.writeString(text, "hello");
    String score = "anomaly score --model normal --input ";
    refused(
        score + "$bad" + there(),
        "--server must answer: $bad/a.png: must be a picture (PNG, JPEG, BMP or TIFF), is none");
    refused(
        "anomaly score --model none@live --input $castings/test" + there(),
        "--server must answer: No module named none in this registry");
    refused(
        score + "$castings/test --registry reg" + there(),
        "--registry must be left out with --server, got reg");
    refused(
        score + "$castings/test --threshold -1" + there(),
        "--threshold must be finite and at least 0, got -1.0");
  }

  @Test
  void picturesBecomeVectorsHereAndThere() throws IOException {
    String embed = "embed --input $castings/test --normalize yes";
    List<String> own = done(embed + here()).lines().toList();
    List<String> remote = done(embed + there() + " --base " + base).lines().toList();

    assertThat(own).hasSize(12);
    assertThat(remote).hasSize(12);
    for (int i = 0; i < 12; i++) {
      JsonNode one = JSON.readTree(own.get(i));
      JsonNode other = JSON.readTree(remote.get(i));
      assertThat(other.path("image")).isEqualTo(one.path("image"));
      assertThat(other.path("vector").size()).isEqualTo(one.path("vector").size()).isPositive();
      for (int k = 0; k < one.path("vector").size(); k++) {
        assertThat(other.path("vector").get(k).asDouble())
            .isCloseTo(one.path("vector").get(k).asDouble(), within(1e-4));
      }
    }
  }

  @Test
  void aPictureFindsThoseThatLookLikeItHereAndThere() throws IOException {
    String search = "search --json --query $castings/test/hole/1.png --input $castings/test";
    JsonNode own = last(done(search + here())).at("/results/0/hits");
    JsonNode remote = last(done(search + there() + " --base " + base)).at("/results/0/hits");

    assertThat(own.at("/0/image").asText()).isEqualTo("hole/1.png");
    assertThat(own.at("/0/cosine").asDouble()).isCloseTo(1, within(1e-5));
    assertThat(remote.findValuesAsText("image")).isEqualTo(own.findValuesAsText("image"));

    done("embed --input $castings/test --out $vectors.jsonl" + here());
    JsonNode stored =
        last(done(
                "search --json --query $castings/test/hole/1.png --input $vectors.jsonl" + here()))
            .at("/results/0/hits");
    assertThat(stored.findValuesAsText("image")).isEqualTo(own.findValuesAsText("image"));
  }

  @Test
  void picturesForABaseOfTextsAndTextsForOneOfPicturesAreOneSentence() throws IOException {
    Files.writeString(temporary.resolve("rows.txt"), "a part with a crack\n");
    String ofTexts = " --precision fp32 --base " + texts;
    refused(
        "embed --input $castings/test" + ofTexts,
        "data must be texts for a base that reads texts, got the picture crack/0.png");
    refused(
        "embed --input $rows.txt" + here(),
        "data must be pictures for a base that reads pictures, got the text a part with a crack");
    refused(
        "embed --input $rows.txt --base " + base + there(),
        "--server must answer: data must be pictures for a base that reads pictures, got the text a"
            + " part with a crack");
    refused(
        "search --query crack --input $castings/test" + here(),
        "--query must be a picture file for a base that reads pictures, got crack");
    refused(
        "search --query crack --input $castings/test" + there() + " --base " + base,
        "--query must be a picture file for a base that reads pictures, got crack");
    refused(
        "search --query wordai --input $castings/test" + ofTexts,
        "data must be texts for a base that reads texts, got the picture crack/0.png");
  }

  @Test
  void aServerOfTextsRefusesPictures() throws IOException {
    Files.writeString(temporary.resolve("q.txt"), "a part\n");
    try (TestServer ofTexts =
        TestServer.start(temporary.resolve("reg2"), ServerSettings.usual(), texts)) {
      String asked = " --server " + ofTexts.url() + " --base " + texts;
      refused(
          "embed --input $castings/test" + asked,
          "--server must answer: data must be texts for a base that reads texts, got the picture"
              + " $castings/test/crack/0.png");
      assertThat(done("embed --input $q.txt" + asked)).contains("\"vector\"");
    }
  }
}
