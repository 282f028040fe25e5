package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Prediction;
import io.haori.registry.Registry;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One server, asked over HTTP. */
@TestInstance(Lifecycle.PER_CLASS)
final class ServingTest {
  private static final String TEXT = "wordai wordbc wordcd";

  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;
  private VersionId food1;

  @BeforeAll
  void start(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    food1 = tiny.add("food", "lora", 1);
    tiny.live(food1);
    tiny.add("plant", "lora", 2);
    tiny.add("plant", "dora", 3);
    tiny.add("price", "lora", 4, TaskCatalogue.REGRESSION);
    server = tiny.serve(ServerSettings.usual());
    http = new Http(server);
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  @Test
  void everyAnswerNamesModuleVersionAndDigest() {
    Answer answer = http.post("/v1/classify", "{'model':'food@live','input':'" + TEXT + "'}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("module").asText()).isEqualTo("food");
    assertThat(answer.json().path("version").asInt()).isEqualTo(1);
    assertThat(answer.json().path("digest").asText()).isEqualTo(digest(food1));
    assertThat(answer.json().path("model").asText()).isEqualTo("food@live");
    assertThat(answer.json().path("id").asText()).isEqualTo(answer.header("X-Request-Id"));
    assertIsAnswerOf(answer.json().path("data").get(0), "lora", 1);
  }

  private String digest(VersionId id) {
    return tiny.registry().modules().state().versions().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow()
        .digest();
  }

  private void assertIsAnswerOf(JsonNode row, String method, long seed) {
    try (TextModel model = tiny.model(method, seed, TaskCatalogue.CLASSIFICATION, "a", "b", "c")) {
      Prediction expected = model.predict(TEXT);
      assertThat(row.path("label").asText()).isEqualTo(expected.label());
      expected
          .probabilities()
          .forEach(
              (label, probability) ->
                  assertThat(row.path("probabilities").path(label).asDouble())
                      .isCloseTo(probability, within(1e-5)));
    }
  }

  @Test
  void aPlainNameIsTheNewestVersionAndANumberTheOneOfThatNumber() {
    Answer newest = http.post("/v1/classify", "{'model':'plant','input':['" + TEXT + "']}");
    Answer first = http.post("/v1/classify", "{'model':'plant@1','input':['" + TEXT + "']}");

    assertThat(newest.json().path("version").asInt()).isEqualTo(2);
    assertIsAnswerOf(newest.json().path("data").get(0), "dora", 3);
    assertThat(first.json().path("version").asInt()).isEqualTo(1);
    assertIsAnswerOf(first.json().path("data").get(0), "lora", 2);
  }

  /** Text Generation Inference answered from the base (its issue 2505). */
  @Test
  void aProblemIsSaidInTheLanguageThatIsAskedFor() {
    String body = "{'model':'food@7','input':'" + TEXT + "'}";

    Answer japanese = http.with("Accept-Language", "ja,en;q=0.8").post("/v1/classify", body);
    Answer other = http.with("Accept-Language", "fr").post("/v1/classify", body);

    assertThat(japanese.header("Content-Language")).isEqualTo("ja");
    assertThat(japanese.json().path("title").asText()).isEqualTo("見つかりません");
    assertThat(japanese.detail()).contains("food の版", "実際：7").doesNotContain("must");
    assertThat(other.header("Content-Language")).isEqualTo("en");
    assertThat(other.detail()).isEqualTo("version of food must be in [1, 1], got 7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nobody@live  | No module named nobody in this registry
          nobody       | No module named nobody in this registry
          food@7       | version of food must be in [1, 1], got 7
          plant@live   | No version of plant is live
          food@live/x  | No version of food is live/x, only live
          """)
  void anUnknownModuleIsNeverAnsweredByTheBase(String model, String sentence) {
    for (String route : List.of("/v1/classify", "/v1/embeddings", "/v1/tag")) {
      Answer answer = http.post(route, "{'model':'" + model.strip() + "','input':'" + TEXT + "'}");

      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(answer.detail()).isEqualTo(sentence);
      assertThat(answer.json().path("status").asInt()).isEqualTo(404);
      assertThat(answer.json().has("data")).isFalse();
    }
  }

  /** Dynamo's pooling models ignored the adapter (its issue 14111). */
  @Test
  void vectorsAreThoseOfTheModuleAndNotOfTheBase() {
    String base = tiny.base().name();
    JsonNode own = vector("food@live");
    JsonNode other = vector("plant@1");
    JsonNode plain = vector(base);

    assertThat(own).isNotEqualTo(plain);
    assertThat(own).isNotEqualTo(other);
    try (TextModel model = tiny.model("lora", 1, TaskCatalogue.CLASSIFICATION, "a", "b", "c")) {
      float[] expected = model.embed(TEXT);
      double length = 0;
      for (float number : expected) {
        length += number * number;
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat(own.get(i).asDouble()).isCloseTo(expected[i] / Math.sqrt(length), within(1e-5));
      }
    }
  }

  private JsonNode vector(String model) {
    Answer answer =
        http.postRaw("/v1/embeddings", "{\"model\":\"" + model + "\",\"input\":\"" + TEXT + "\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("usage").path("prompt_tokens").asInt()).isPositive();
    return answer.json().path("data").get(0).path("embedding");
  }

  @Test
  void aMixIsTheSumOfItsModulesWithTheirWeights() {
    Answer alone =
        http.post(
            "/v1/classify",
            "{'mix':[{'model':'food@1','weight':1},{'model':'plant@1','weight':0}],"
                + "'head':'food@1','input':'"
                + TEXT
                + "'}");
    Answer both =
        http.post(
            "/v1/classify",
            "{'mix':[{'model':'food@live','weight':0.7},{'model':'plant@1','weight':0.3}],"
                + "'head':'food@live','input':'"
                + TEXT
                + "'}");

    assertThat(alone.status()).as(alone.text()).isEqualTo(200);
    assertIsAnswerOf(alone.json().path("data").get(0), "lora", 1);
    assertThat(both.json().path("modules").get(0).path("weight").asDouble()).isEqualTo(0.7);
    assertThat(both.json().path("modules").get(1).path("module").asText()).isEqualTo("plant");
    assertThat(both.json().path("modules").get(1).path("digest").asText()).hasSize(64);
    assertThat(both.json().path("data")).isNotEqualTo(alone.json().path("data"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'model':'food@live'}                             | input | input must be a text or an array of texts, got nothing
          {'model':'food@live','input':[]}                  | input | input must be a text or an array of at least one text, got []
          {'model':'food@live','input':['a',3]}             | input[1] | input[1] must be a text or an object with a text, got 3
          {'model':'food@live','input':['a',' ']}           | input[1] | input[1] must be a text that is not blank, got " "
          {'input':'a'}                                     | model | model must be a text, got nothing
          {'model':'food@soon','input':'a'}                 | version of food | version of food must be a number of at least 1, live or live/TASK-OR-SITE, got soon
          {'model':'food@live','inptu':'a'}                 |       | No member named "inptu"; did you mean "input"? There are "model", "mix", "head", "lora", "input", "top", "key" in this request
          {'model':'food@live','input':'a','top':0}         | top   | top must be at least 1, got 0
          {'model':'price','head':'food','input':'a'}       | head  | head must be left out without mix, got food
          {'mix':[],'head':'food','input':'a'}              | mix   | mix must be an array of 1 to 64 objects with model and weight, got 0
          {'mix':[{'model':'food','weight':'x'}],'head':'food','input':'a'} | mix[0].weight | mix[0].weight must be a finite number, got "x"
          {'mix':[{'model':'food'},{'model':'plant@2'}],'head':'food','input':'a'} | | method of module plant@2 must be one whose updates add up, to be weighted or combined on encoder.layer.0.attention.self.query, got dora
          [1]                                               | body  | body must be a JSON object, got [1]
          {'model':                                         | body  | body must be JSON, got a mistake at line 1, column 10
          """)
  void aMistakeOfTheRequestIsOneSentenceWithItsSetting(
      String body, String setting, String sentence) {
    Answer answer = http.post("/v1/classify", body);

    assertThat(answer.detail()).isEqualTo(sentence);
    assertThat(answer.status()).isEqualTo(400);
    if (setting != null) {
      assertThat(answer.json().path("setting").asText()).isEqualTo(setting);
    }
  }

  @Test
  void aRegressionAnswersANumber() {
    Answer answer = http.post("/v1/classify", "{'model':'price','input':'" + TEXT + "'}");

    assertThat(answer.json().path("data").get(0).path("value").isNumber()).isTrue();
  }

  @Test
  void anExplanationSaysWhatEachModuleDidToEachLayer() {
    String mix = "'mix':[{'model':'food@1','weight':0.7},{'model':'plant@1','weight':0.3}]";
    String rest = ",'head':'food@1','input':'" + TEXT + "'}";
    Answer answer = http.post("/v1/explain", "{" + mix + rest);
    Answer plain = http.post("/v1/classify", "{" + mix + rest);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("layers").size()).isGreaterThan(1);
    for (JsonNode layer : answer.json().path("layers")) {
      assertThat(layer.path("layer").asText()).contains("layer.");
      double shares = 0;
      for (JsonNode module : layer.path("modules")) {
        assertThat(module.path("change").asDouble()).isPositive();
        shares += module.path("share").asDouble();
      }
      assertThat(layer.path("modules").size()).isEqualTo(2);
      assertThat(shares).isCloseTo(1, within(1e-9));
    }
    assertThat(answer.json().path("data").get(0).path("probability").asDouble())
        .isCloseTo(plain.json().path("data").get(0).path("probability").asDouble(), within(1e-5));
    assertThat(http.post("/v1/explain", "{'model':'plant@2','input':'" + TEXT + "'}").status())
        .isEqualTo(200);
  }

  @Test
  void aModuleIsPreloadedOnDemand() {
    tiny.add("early", "lora", 31);
    server.look();
    Answer answer = http.post("/v1/preload", "{'model':'early'}");

    assertThat(answer.json().path("resident").asBoolean()).as(answer.text()).isTrue();
    assertThat(http.get("/metrics").text()).contains("module=\"early\"");
  }

  @Test
  void theModelsAreListedInOpenAisShape() {
    http.post("/v1/classify", "{'model':'food@live','input':'" + TEXT + "'}");
    Answer answer = http.get("/v1/models");

    assertThat(answer.json().path("object").asText()).isEqualTo("list");
    JsonNode live = null;
    for (JsonNode one : answer.json().path("data")) {
      live = one.path("id").asText().equals("food@live") ? one : live;
    }
    assertThat(live).isNotNull();
    assertThat(live.path("object").asText()).isEqualTo("model");
    assertThat(live.path("root").asText()).isEqualTo("food@1");
    assertThat(live.path("parent").asText()).isEqualTo(tiny.base().name());
    assertThat(live.path("digest").asText()).isEqualTo(digest(food1));
    assertThat(live.path("resident").asBoolean()).isTrue();
  }

  @Test
  void healthNeedsNoRole() {
    assertThat(http.get("/health/live").json().path("status").asText()).isEqualTo("up");
    assertThat(http.get("/health/ready").json().path("status").asText()).isEqualTo("up");
    Answer nowhere = http.get("/nowhere");
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.detail()).isEqualTo("Nothing is at GET /nowhere");
    Answer method = http.get("/v1/classify");
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.detail()).isEqualTo("Another method is answered here, got GET /v1/classify");
  }

  @Test
  void whatBecomesLiveInAnotherProcessIsServed() throws InterruptedException {
    VersionId first = tiny.add("moving", "lora", 11);
    VersionId second = tiny.add("moving", "lora", 12);
    try (Registry other = tiny.reopened()) {
      tiny.live(first);
      awaitVersion(1);
      tiny.live(second);
      awaitVersion(2);
      other.lifeCycle().rollback(new ModuleName("moving"), LiveTarget.EVERYWHERE, "worse");
      awaitVersion(1);
    }
  }

  private void awaitVersion(int number) throws InterruptedException {
    Answer answer = null;
    for (int look = 0; look < 500; look++) {
      answer = http.post("/v1/classify", "{'model':'moving@live','input':'" + TEXT + "'}");
      if (answer.json().path("version").asInt() == number) {
        assertIsAnswerOf(answer.json().path("data").get(0), "lora", 10 + number);
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError(answer.text());
  }
}
