package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextModel;
import io.haori.inference.observe.ObservedRows;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Row;
import io.haori.registry.combination.CombinationRule;
import io.haori.registry.combination.Combinations;
import io.haori.registry.combination.MeasuredMember;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.watch.DriftReference;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WatchSettings;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drift, feedback and trials over HTTP. */
final class WatchingTest {
  private TinyRegistry tiny;
  private HaoriServer server;
  private HttpServer hook;
  private Http http;
  private VersionId food1;
  private Path work;
  private final BlockingQueue<String> alarms = new LinkedBlockingQueue<>();

  @BeforeEach
  void start(@TempDir Path temporary) throws IOException {
    hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/",
        exchange -> {
          alarms.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    hook.start();
    work = temporary.resolve("work");
    tiny = new TinyRegistry(temporary);
    food1 = tiny.add("food", "lora", 1);
    tiny.live(food1);
    open();
  }

  private void open() {
    URI address = URI.create("http://127.0.0.1:" + hook.getAddress().getPort() + "/");
    server =
        HaoriServer.start(
            ServerSettings.usual()
                .withPort(0)
                .withWork(WorkSettings.usual(work, List.of("nobody")))
                .withWatch(new WatchSettings(Duration.ZERO, address)),
            tiny.registry(),
            List.of(tiny.openBase()),
            DType.F32);
    http = new Http(server);
  }

  @AfterEach
  void stop() {
    server.close();
    hook.stop(0);
    tiny.close();
  }

  /** Texts of words that the tiny base knows, which begin with one of some letters. */
  private static String text(Random random, String letters) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 3 + random.nextInt(4); i++) {
      char first = letters.charAt(random.nextInt(letters.length()));
      words.add("word" + first + (char) ('a' + random.nextInt(20)));
    }
    return String.join(" ", words);
  }

  private static List<String> texts(long seed, int count, String letters) {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(random, letters));
    }
    return texts;
  }

  private void storeReference() {
    List<Row> rows =
        texts(1, 400, "abcdefgh").stream().map(one -> new Row(one, null, null, null, 1)).toList();
    try (TextModel model = tiny.model("lora", 1, TaskCatalogue.CLASSIFICATION, "a", "b", "c")) {
      String profile = ObservedRows.profile(model.pass(), rows, 1).orElseThrow().toJson();
      tiny.registry()
          .watch()
          .setReference(food1, new DriftReference("data", "test", "0".repeat(64), profile));
    }
    server.look();
  }

  private void ask(List<String> texts) {
    String input = String.join(",", texts.stream().map(one -> "'" + one + "'").toList());
    Answer answer = http.post("/v1/classify", "{'model':'food@live','input':[" + input + "]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private JsonNode live() {
    return http.get("/v1/watch").json().path("live").get(0);
  }

  /** The reference is read on a thread of its own when a version answers first. */
  private void askUntilWatched() throws InterruptedException {
    for (int i = 0; i < 200 && live().path("drift").path("status").asText().equals("none"); i++) {
      ask(texts(99, 1, "abcdefgh"));
      Thread.sleep(10);
    }
  }

  @Test
  void otherTextsRaiseAnAlarmWithTheirSecondWindowAndTheSameTextsRaiseNone()
      throws InterruptedException {
    assertThat(live().path("drift").path("status").asText()).isEqualTo("none");
    storeReference();
    askUntilWatched();

    ask(texts(2, 300, "abcdefgh"));
    ask(texts(3, 300, "abcdefgh"));
    assertThat(live().path("drift").path("status").asText()).isEqualTo("fine");
    assertThat(live().path("drift").path("windows").asInt()).isEqualTo(2);
    assertThat(alarms).isEmpty();

    ask(texts(4, 300, "xyz"));
    assertThat(live().path("drift").path("status").asText()).isEqualTo("fine");
    ask(texts(5, 300, "xyz"));

    assertThat(live().path("drift").path("status").asText()).isEqualTo("alarm");
    assertThat(live().at("/drift/kinds/embedding/alarm").asBoolean()).isTrue();
    assertThat(alarms.poll(10, TimeUnit.SECONDS))
        .contains("\"event\":\"drift\"", "\"module\":\"food\"", "\"embedding\"");
    assertThat(http.get("/metrics").text())
        .contains("haori_drift_alarm{kind=\"embedding\",module=\"food\",version=\"1\"} 1.0");
    ask(texts(6, 300, "xyz"));
    assertThat(alarms).as("reported once").isEmpty();
  }

  private JsonNode drift() {
    return live().path("drift");
  }

  private Path windows() throws IOException {
    try (Stream<Path> files = Files.list(work.resolve("windows"))) {
      return files.reduce((one, other) -> null).orElseThrow();
    }
  }

  @Test
  void aServerThatIsStartedAnewGoesOnWithItsWindowsAndAlarms() throws Exception {
    storeReference();
    askUntilWatched();
    ask(texts(2, 300, "xyz"));
    ask(texts(3, 200, "xyz"));
    JsonNode before = drift();
    assertThat(before.path("status").asText()).isEqualTo("fine");
    assertThat(before.path("rows").asInt()).isEqualTo(200);

    server.close();
    open();
    askUntilWatched();
    JsonNode after = drift();
    assertThat(after.path("windows")).isEqualTo(before.path("windows"));
    assertThat(after.path("kinds")).isEqualTo(before.path("kinds"));
    assertThat(after.path("rows").asInt()).isBetween(200, 201);
    ask(texts(4, 56, "xyz"));
    assertThat(drift().path("status").asText()).as("the second window").isEqualTo("alarm");
    assertThat(alarms.poll(10, TimeUnit.SECONDS)).contains("\"event\":\"drift\"");

    server.close();
    open();
    askUntilWatched();
    assertThat(drift().path("status").asText()).isEqualTo("alarm");
    ask(texts(5, 300, "xyz"));
    assertThat(alarms).as("reported once, also over a restart").isEmpty();

    server.close();
    byte[] whole = Files.readAllBytes(windows());
    Files.write(windows(), Arrays.copyOf(whole, whole.length - 9));
    open();
    askUntilWatched();
    assertThat(drift().path("status").asText()).isEqualTo("waiting");
    assertThat(drift().path("windows").asInt()).isZero();
  }

  private JsonNode classify(String members) {
    Answer answer =
        http.post("/v1/classify", "{'model':'food@live','input':'wordab wordbc'" + members + "}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  /** Feedback that says another label. */
  private Answer wrong(JsonNode answer) {
    return feedback(answer.path("id").asText(), other(answer.at("/data/0/label").asText()));
  }

  private static String other(String label) {
    return label.equals("a") ? "b" : "a";
  }

  private Answer feedback(String id, String label) {
    return http.post("/v1/feedback", "{'id':'" + id + "','label':'" + label + "'}");
  }

  @Test
  void feedbackGivesTheLiveAccuracyAndARestartLosesNothing() {
    JsonNode first = classify("");
    String label = first.at("/data/0/label").asText();
    Answer right = feedback(first.path("id").asText(), label);

    assertThat(right.status()).as(right.text()).isEqualTo(200);
    assertThat(right.json().path("right").asBoolean()).isTrue();
    assertThat(right.json().path("answered").asText()).isEqualTo(label);
    String waits = classify("").path("id").asText();
    assertThat(wrong(classify("")).json().path("right").asBoolean()).isFalse();
    server.close();
    open();
    assertThat(feedback(waits, label).status()).as("answered before the restart").isEqualTo(200);

    JsonNode accuracy = live().path("accuracy");
    assertThat(accuracy.path("answers").asInt()).isEqualTo(3);
    assertThat(accuracy.path("mean").asDouble()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(accuracy.path("low").asDouble()).isLessThan(2.0 / 3);
    assertThat(http.get("/metrics").text())
        .contains("haori_feedback_answers{module=\"food\",version=\"1\"} 3.0");
  }

  @Test
  void feedbackThatCannotBeIsRefusedInASentence() {
    assertThat(feedback("nothing", "a").status()).isEqualTo(404);
    assertThat(feedback("nothing", "a").detail())
        .isEqualTo(
            "No answer with the id nothing may get feedback; those with labels may for 7 days");
    String id = classify("").path("id").asText();
    assertThat(http.post("/v1/feedback", "{'id':'" + id + "'}").detail())
        .isEqualTo("label must be a text or an array of texts, got nothing");
    assertThat(http.post("/v1/feedback", "{'id':'" + id + "','label':3}").detail())
        .isEqualTo("label must be a text or an array of texts, got 3");
    assertThat(http.post("/v1/feedback", "{'id':'" + id + "','label':'a','index':1}").detail())
        .isEqualTo("index must be in [0, 0], got 1");
    Answer two = http.post("/v1/classify", "{'model':'food@live','input':['wordab','wordbc']}");
    String both = two.json().path("id").asText();
    assertThat(feedback(both, "a").detail())
        .isEqualTo("index must be in [0, 1], as the request had several inputs, got nothing");
    assertThat(feedback(id, "soup").detail())
        .isEqualTo("label must be one of a, b, c, which food@1 answers, got soup");
    assertThat(feedback(id, "soup").status()).isEqualTo(400);
    assertThat(feedback(id, "a").status()).isEqualTo(200);
    assertThat(feedback(id, "a").status()).as("the same once more").isEqualTo(200);
    assertThat(feedback(id, "b").status()).isEqualTo(409);
    assertThat(feedback(id, "b").detail())
        .isEqualTo("label of " + id + " (index 0) must be the one that was given before");
    assertThat(live().at("/accuracy/answers").asInt()).isEqualTo(1);
  }

  /** A candidate that answers the text of these tests otherwise than what is live. */
  private VersionId candidate() {
    long seed = 2;
    while (label(seed).equals(label(1))) {
      seed++;
    }
    VersionId second = tiny.add("food", "lora", seed);
    tiny.registry()
        .lifeCycle()
        .evaluated(second, new Evaluation("data", "test", "0".repeat(64), Map.of("accuracy", 0.9)));
    tiny.registry().lifeCycle().approve(second, "tried");
    server.look();
    return second;
  }

  private String label(long seed) {
    try (TextModel model = tiny.model("lora", seed, TaskCatalogue.CLASSIFICATION, "a", "b", "c")) {
      return model.predict("wordab wordbc").label();
    }
  }

  @Test
  void aCandidateGetsItsShareByKeyAndIsEndedByRuleWhenItIsWorse() {
    candidate();
    Answer started =
        http.post(
            "/v1/trials", "{'candidate':'food@2','share':0.5,'rule':'stop','reason':'smaller'}");
    assertThat(started.status()).as(started.text()).isEqualTo(201);
    assertThat(started.json().path("verdict").asText()).isEqualTo("go on");
    server.watchNow();
    String trial = started.json().path("trial").asText();
    assertThat(http.get("/metrics").text())
        .contains(
            "haori_trial_verdict{kind=\"share\",module=\"food\",trial=\"" + trial + "\"} 0.0");

    Map<String, String> armOfKey = new HashMap<>();
    int toCandidate = 0;
    int answers = 0;
    for (int i = 0; i < 300; i++) {
      JsonNode answer = classify(",'key':'user" + i % 20 + "'");
      String arm = answer.path("arm").asText();
      if (arm.isEmpty()) {
        // The rule has acted.
        break;
      }
      answers++;
      assertThat(answer.path("version").asInt()).isEqualTo(arm.equals("candidate") ? 2 : 1);
      assertThat(armOfKey.computeIfAbsent("user" + i % 20, key -> arm)).isEqualTo(arm);
      toCandidate += arm.equals("candidate") ? 1 : 0;
      String label = answer.at("/data/0/label").asText();
      feedback(answer.path("id").asText(), arm.equals("candidate") ? other(label) : label);
    }
    assertThat(answers).as("no verdict by chance after a few").isGreaterThan(20);
    assertThat((double) toCandidate / answers).isBetween(0.25, 0.75);
    server.watchNow();
    server.look();

    assertThat(http.get("/v1/watch").json().path("trials")).isEmpty();
    server.watchNow();
    assertThat(http.get("/metrics").text()).doesNotContain("haori_trial_verdict{");
    JsonNode ended = http.get("/v1/trials").json().path("data").get(0);
    assertThat(ended.path("result").asText())
        .startsWith("stop: accuracy of the candidate less that of what is live is in [-");
    assertThat(classify("").path("version").asInt()).isEqualTo(1);
    assertThat(tiny.registry().maintenance().log(1).get(0).details()).contains("stop: accuracy");
  }

  @Test
  void aShadowAnswersNobodyAndABetterOneBecomesLiveByRule() throws InterruptedException {
    candidate();
    Answer started =
        http.post(
            "/v1/trials",
            "{'candidate':'food@2','kind':'shadow','rule':'decide','reason':'newer data'}");
    assertThat(started.status()).as(started.text()).isEqualTo(201);
    String other =
        http.post("/v1/classify", "{'model':'food@2','input':'wordab wordbc'}")
            .json()
            .at("/data/0/label")
            .asText();
    for (int i = 0; i < 60; i++) {
      JsonNode answer = classify("");
      if (answer.path("version").asInt() == 2) {
        break;
      }
      assertThat(answer.has("arm")).isFalse();
      for (int tries = 0; tries < 200; tries++) {
        if (feedback(answer.path("id").asText(), other).status() == 200) {
          break;
        }
        Thread.sleep(5);
      }
      assertThat(answer.at("/data/0/label").asText()).as("the models differ").isNotEqualTo(other);
    }
    server.watchNow();
    server.look();

    assertThat(classify("").path("version").asInt()).isEqualTo(2);
    assertThat(http.get("/v1/trials").json().at("/data/0/result").asText()).startsWith("switch: ");
  }

  @Test
  void whatIsLiveIsRolledBackByRuleWhenItsAccuracyIsCertainlyBelow() {
    VersionId second = candidate();
    tiny.liveAgain(second);
    tiny.registry().trials().setLiveRule(new NamePattern("food"), 0.8);
    server.look();
    for (int i = 0; i < 12; i++) {
      JsonNode answer = classify("");
      wrong(answer);
    }
    server.watchNow();
    server.look();

    assertThat(classify("").path("version").asInt()).isEqualTo(1);
    assertThat(tiny.registry().maintenance().log(1).get(0).action()).isEqualTo("rollback");
    assertThat(tiny.registry().maintenance().log(1).get(0).details())
        .contains("by rule: live accuracy must be at least 0.8, got at most 0.");
  }

  @Test
  void aTrialThatCannotBeIsRefusedInASentence() {
    assertThat(http.post("/v1/trials", "{'candidate':'food@live','reason':'x'}").detail())
        .isEqualTo("candidate must be a version such as food@3, got food@live");
    Answer draft = http.post("/v1/trials", "{'candidate':'food@1','reason':'x'}");
    assertThat(draft.status()).isEqualTo(409);
    assertThat(draft.detail()).isEqualTo("candidate must be another version than live, got food@1");
    assertThat(http.post("/v1/trials", "{'candidate':'food@1','kind':'b','reason':'x'}").detail())
        .isEqualTo("kind must be share or shadow, got b");
    assertThat(http.post("/v1/trials/77/end", "{'reason':'x'}").status()).isEqualTo(404);
  }

  @Test
  void aMixThatNamesALiveModuleNeedsEvidenceWhereARuleAsksForIt() {
    VersionId plant = tiny.add("plant", "lora", 2);
    server.look();
    String mix =
        "{'mix':[{'model':'food@live','weight':0.5},{'model':'plant@1'}],'head':'food@live','input':'wordab'}";
    String tried = mix.replace("@live", "@1");
    assertThat(http.post("/v1/classify", mix).status()).as("no rule").isEqualTo(200);
    tiny.registry()
        .combinations()
        .setRule(new CombinationRule(new NamePattern("food"), "accuracy", 0.01));
    server.look();

    Answer refused = http.post("/v1/classify", mix);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.detail())
        .isEqualTo(
            "loss of accuracy of food@1 in food@1*0.5 + plant@1 must be at most 0.01, got no"
                + " measurement; haori module together measures it");
    assertThat(http.post("/v1/classify", tried).status())
        .as("a number is for trying")
        .isEqualTo(200);

    measured(plant, 0.7);
    assertThat(http.post("/v1/classify", mix).detail())
        .isEqualTo(
            "loss of accuracy of food@1 in food@1*0.5 + plant@1 on data (test) must be at most"
                + " 0.01, got 0.2000 (0.9000 alone, 0.7000 together, 20 rows)");
    measured(plant, 0.9);
    JsonNode answer = http.post("/v1/classify", mix).json();
    assertThat(answer.path("modules")).hasSize(2);
    JsonNode feedback = wrong(answer).json();
    assertThat(feedback.at("/accuracy/answers").asInt()).isEqualTo(1);
    assertThat(live().path("accuracy").isNull()).as("that of the module alone").isTrue();
    assertThat(http.get("/v1/watch").json().at("/mixes/0/alarm").asBoolean()).isFalse();

    // The same watch continues on live answers.
    for (int i = 0; i < 14; i++) {
      wrong(http.post("/v1/classify", mix).json());
    }
    server.watchNow();
    JsonNode mixed = http.get("/v1/watch").json().path("mixes").get(0);
    assertThat(mixed.path("mix").asText()).isEqualTo("food@1*0.5 + plant@1");
    assertThat(mixed.at("/accuracy/answers").asInt()).isEqualTo(15);
    assertThat(mixed.path("alarm").asBoolean()).isTrue();
    assertThat(http.get("/metrics").text())
        .contains("haori_mix_alarm{head=\"food@1\",mix=\"food@1*0.5 + plant@1\"} 1.0")
        .contains("haori_mix_answers{head=\"food@1\",mix=\"food@1*0.5 + plant@1\"} 15.0");
  }

  private void measured(VersionId plant, double together) {
    tiny.registry()
        .combinations()
        .record(
            Combinations.subject(Map.of(food1, 0.5, plant, 1.0)),
            food1.name(),
            List.of(
                new MeasuredMember(
                    food1, "data", "test", "0".repeat(64), "accuracy", 0.9, together, 20)));
    server.look();
  }
}
