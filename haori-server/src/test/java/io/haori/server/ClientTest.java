package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.client.Asked;
import io.haori.client.Classified;
import io.haori.client.ClientSettings;
import io.haori.client.Explained;
import io.haori.client.HaoriClient;
import io.haori.client.Health;
import io.haori.client.ProblemException;
import io.haori.client.RetryPolicy;
import io.haori.client.Tagged;
import io.haori.client.TextInput;
import io.haori.core.text.Classification;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.multilabel.MultiLabelTask;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.tagging.TaggingTask;
import io.haori.registry.name.VersionId;
import io.haori.server.settings.ServerSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The client of haori-client and a real server understand each other. */
@TestInstance(Lifecycle.PER_CLASS)
final class ClientTest {
  private static final String TEXT = "wordai wordbc wordcd";

  private TinyRegistry tiny;
  private HaoriServer server;
  private HaoriClient client;
  private VersionId food;

  @BeforeAll
  void start(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    food = tiny.add("food", "lora", 1);
    tiny.live(food);
    tiny.add("plant", "lora", 2);
    tiny.add("price", "lora", 4, TaskCatalogue.REGRESSION);
    tiny.add("topics", "lora", 5, new MultiLabelTask(), "x", "y");
    tiny.add("names", "lora", 6, new TaggingTask(), "O", "B-FOOD", "I-FOOD");
    server = tiny.serve(ServerSettings.usual().withAdapters(temporary.resolve("adapters")));
    client = new HaoriClient(ClientSettings.of(server.url()));
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  @Test
  void answersAreThoseOfTheModelAndNameItsVersion() {
    Classified answer = client.classify(Asked.model("food@live"), List.of(TEXT, "wordbb"));

    assertThat(answer.by().module()).isEqualTo("food");
    assertThat(answer.by().digest()).isEqualTo(tiny.digest(food));
    assertThat(answer.by().task()).isEqualTo("classification");
    assertThat(answer.by().tokens()).isPositive();
    assertThat(answer.rows()).hasSize(2);
    try (TextModel model = tiny.model("lora", 1, TaskCatalogue.CLASSIFICATION, "a", "b", "c")) {
      Prediction expected = model.predict(TEXT);
      Classification row = answer.rows().get(0);
      assertThat(row.label()).isEqualTo(expected.label());
      assertThat(row.probability()).isCloseTo(expected.probability(), within(1e-5));
      assertThat(row.probabilities()).hasSize(3);
      float[] vector = client.embedder("food@live").embed(TEXT);
      float[] own = model.embed(TEXT);
      assertThat((double) vector[0] / vector[1]).isCloseTo((double) own[0] / own[1], within(1e-3));
      assertThat(client.embedder("food@live").width()).isEqualTo(own.length);
    }
  }

  @Test
  void everyTaskHasItsOwnShape() {
    Classified price = client.classify(Asked.model("price"), List.of(TEXT));
    Classified topics = client.classify(Asked.model("topics"), List.of(TEXT));
    Tagged tagged = client.tag(Asked.model("names"), List.of(TextInput.of(TEXT)));

    assertThat(price.by().task()).isEqualTo("regression");
    assertThat(price.rows().get(0).value()).isFinite();
    assertThat(topics.by().task()).isEqualTo("multi-label");
    try (TextModel model = tiny.model("lora", 5, new MultiLabelTask(), "x", "y")) {
      assertThat(topics.rows().get(0).labels()).isEqualTo(model.predict(TEXT).labels());
    }
    assertThat(tagged.by().task()).isEqualTo("tagging");
    assertThat(tagged.rows().get(0).words()).containsExactly("wordai", "wordbc", "wordcd");
    try (TextModel model = tiny.model("lora", 6, new TaggingTask(), "O", "B-FOOD", "I-FOOD")) {
      Row row = new Row(TEXT, null, null, null, 1);
      Prediction expected = model.predictRows(List.of(row)).get(0);
      assertThat(tagged.rows().get(0).tags()).isEqualTo(expected.labels());
    }
  }

  @Test
  void aMixIsExplainedLayerByLayer() {
    Map<String, Double> weights = new LinkedHashMap<>();
    weights.put("food@1", 0.7);
    weights.put("plant@1", 0.3);
    Explained explained = client.explain(Asked.mix(weights, "food@1"), List.of(TextInput.of(TEXT)));

    assertThat(explained.answers().by().modules()).hasSize(2);
    assertThat(explained.answers().by().modules().get(1).weight()).isEqualTo(0.3);
    assertThat(
            explained.layers().get(0).modules().stream().mapToDouble(Explained.Part::share).sum())
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void problemsAreTypedAndInTheWordsOfTheServer() {
    assertThatThrownBy(() -> client.classify(Asked.model("fodo"), List.of(TEXT)))
        .isInstanceOf(ProblemException.NotFound.class)
        .hasMessage("No module named fodo in this registry");
    assertThatThrownBy(() -> client.classify(Asked.model("food"), List.of("a", " ")))
        .isInstanceOfSatisfying(
            ProblemException.BadRequest.class,
            e -> {
              assertThat(e.setting()).contains("input[1]");
              assertThat(e.requestId()).hasSize(36);
            });
  }

  @Test
  void modelsHealthAndAdaptersByPathAreReached() {
    tiny.adapter("a9", "lora", 9, TaskCatalogue.CLASSIFICATION, "a", "b", "c");
    client.loadAdapter("mine", "a9", false);
    assertThat(client.classify(Asked.model("mine"), List.of(TEXT)).by().module()).isEqualTo("mine");
    client.unloadAdapter("mine");
    assertThat(client.preload("plant").version()).isEqualTo(1);
    assertThat(client.models())
        .anySatisfy(
            one -> {
              assertThat(one.id()).isEqualTo("food@live");
              assertThat(one.root()).isEqualTo("food@1");
              assertThat(one.resident()).isTrue();
            });
    assertThat(client.health()).isEqualTo(new Health(true, "up"));
    assertThatThrownBy(
            () ->
                new HaoriClient(
                        ClientSettings.of(server.url() + "/elsewhere").withRetry(RetryPolicy.NONE))
                    .models())
        .isInstanceOf(ProblemException.NotFound.class);
  }
}
