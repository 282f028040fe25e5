package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.route.RouteKind;
import io.haori.adapter.route.RoutedMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.observe.ObservedRows;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.inference.task.tagging.TaggingTask;
import io.haori.model.base.FetchListener;
import io.haori.registry.Addition;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.watch.DriftReference;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WatchSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * A module of any method answers over HTTP what its folder answers alone, beside all the others.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class MethodsTest {
  private static final String TEXT = "wordai wordbc wordcd";

  /** By name of the module: what its folder answers alone. */
  private final Map<String, Prediction> expected = new LinkedHashMap<>();

  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    tiny = new TinyRegistry(temporary);
    add("lora", MethodCatalogue.create("lora", Map.of()));
    add("rslora", MethodCatalogue.create("lora", Map.of("rankStabilized", "true", "alpha", "4")));
    add("dora", MethodCatalogue.create("dora", Map.of()));
    add("sparse", MethodCatalogue.create("sparse", Map.of()));
    add("bottleneck", MethodCatalogue.create("bottleneck", Map.of()));
    List<MixedModule> mixed =
        MixFolder.open(
            List.of(
                tiny.folder().resolve("adapters/lora"), tiny.folder().resolve("adapters/rslora")),
            tiny.base().backbone());
    add("domix", new DomixMethod(DomixConfig.DEFAULT, mixed));
    add("gated-by-token", new RoutedMethod(RouteConfig.of(RouteKind.ARROW), mixed, new float[0][]));
    mixed.forEach(one -> one.module().close());
    addGates();
    addTagger();
    addOnAnotherBase(temporary);
    server =
        HaoriServer.start(
            ServerSettings.usual().withPort(0).withWatch(new WatchSettings(Duration.ZERO, null)),
            tiny.registry(),
            List.of(tiny.openBase(), other(temporary)),
            DType.F32);
    http = new Http(server);
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  private void add(String name, AdapterMethod method) {
    Path folder = tiny.folder().resolve("adapters").resolve(name);
    try (TextModel model =
        tiny.model(method, name.hashCode(), TaskCatalogue.CLASSIFICATION, "a", "b", "c")) {
      AdapterFolder.save(folder, model, provenance());
    }
    add(name, folder, tiny.base());
  }

  /** Gates over two modules, one for the task and one that looks at each layer's input. */
  private void addGates() {
    try (AdapterModule one = tiny.module("one", 21);
        AdapterModule two = tiny.module("two", 22)) {
      for (GateConfig.Kind kind : GateConfig.Kind.values()) {
        add(
            "gate-" + kind.name().toLowerCase(Locale.ROOT),
            new GateMethod(GateConfig.DEFAULT.withKind(kind), List.of(one, two)));
      }
    }
  }

  private void add(String name, Path folder, TextBase base) {
    try (TextModel model = AdapterFolder.load(folder, base, DType.F32)) {
      Row row = new Row(TEXT, null, null, null, 1);
      expected.put(name, model.predictRows(List.of(row)).get(0));
    }
    var unused = tiny.registry().modules().add(folder, new ModuleName(name), Addition.plain());
  }

  private static Provenance provenance() {
    return new Provenance(Map.of(), Map.of(), 1, 1, 1, Map.of(), Map.of());
  }

  private void addTagger() {
    Task tagging = new TaggingTask();
    Path folder = tiny.adapter("tagger", "lora", 9, tagging, "O", "B-FOOD", "I-FOOD");
    add("tagger", folder, tiny.base());
  }

  /** The same base with other weights, under another name. */
  private static TextBase other(Path temporary) throws IOException {
    Path folder = temporary.resolve("other-base");
    if (!Files.exists(folder)) {
      Files.createDirectories(folder);
      try (var files = Files.list(temporary.resolve("base/models/bert-classification"))) {
        for (Path file : files.toList()) {
          Files.copy(file, folder.resolve(file.getFileName()));
        }
      }
      Path weights = folder.resolve("model.safetensors");
      byte[] bytes = Files.readAllBytes(weights);
      bytes[bytes.length - 2] ^= 0x10;
      Files.write(weights, bytes);
    }
    return TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
  }

  private void addOnAnotherBase(Path temporary) throws IOException {
    Path folder = tiny.folder().resolve("adapters/elsewhere");
    try (TextBase base = other(temporary)) {
      try (TextModel model =
          tiny.model(
              base,
              MethodCatalogue.create("lora", Map.of()),
              77,
              TaskCatalogue.CLASSIFICATION,
              "a",
              "b",
              "c")) {
        AdapterFolder.save(folder, model, provenance());
      }
      add("elsewhere", folder, base);
    }
  }

  private Answer ask(String route, String model) {
    return http.post(route, "{'model':'" + model + "','input':'" + TEXT + "'}");
  }

  @Test
  void everyMethodAnswersAsItsFolderAlone() {
    for (Map.Entry<String, Prediction> one : expected.entrySet()) {
      if (!one.getKey().equals("tagger")) {
        Answer answer = ask("/v1/classify", one.getKey());
        assertThat(answer.status()).as("%s %s", one.getKey(), answer.text()).isEqualTo(200);
        JsonNode row = answer.json().path("data").get(0);
        assertThat(row.path("label").asText()).as(one.getKey()).isEqualTo(one.getValue().label());
        one.getValue()
            .probabilities()
            .forEach(
                (label, probability) ->
                    assertThat(row.path("probabilities").path(label).asDouble())
                        .as(one.getKey())
                        .isCloseTo(probability, within(1e-5)));
      }
    }
    assertThat(expected.values().stream().map(Prediction::probability)).doesNotHaveDuplicates();
  }

  @Test
  void everyMethodIsExplainedLayerByLayerUnlessItCannotBeTakenApart() {
    List<String> explained = new ArrayList<>();
    for (String name : expected.keySet()) {
      if (!name.equals("tagger")) {
        Answer answer = ask("/v1/explain", name);
        assertThat(answer.status()).as("%s %s", name, answer.text()).isLessThan(500);
        if (answer.status() == 200) {
          explained.add(name);
          assertThat(answer.json().path("layers").isEmpty()).as(name).isFalse();
        }
      }
    }
    assertThat(explained)
        .contains("lora", "rslora", "dora", "sparse", "gate-task", "gate-input", "elsewhere");
  }

  @Test
  void aTaggerAnswersAtItsRouteAndNowhereElse() {
    Answer answer = ask("/v1/tag", "tagger");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode row = answer.json().path("data").get(0);
    List<String> tags = new ArrayList<>();
    row.path("tags").forEach(tag -> tags.add(tag.asText()));
    assertThat(tags).isEqualTo(expected.get("tagger").labels()).hasSize(3);
    assertThat(row.path("probabilities").get(0).asDouble())
        .isCloseTo(expected.get("tagger").labelProbabilities().get(0), within(1e-5));
    Answer words =
        http.post("/v1/tag", "{'model':'tagger','input':[{'words':['wordai','wordbc','wordcd']}]}");
    assertThat(words.json().path("data").get(0).path("tags")).isEqualTo(row.path("tags"));
    assertThat(ask("/v1/classify", "tagger").detail())
        .isEqualTo(
            "model must be a classifier or a regression, as taggers answer at /v1/tag, got"
                + " tagger@1, a module for tagging");
    assertThat(ask("/v1/tag", "lora").detail())
        .isEqualTo("model must be a tagger, got lora@1, a module for classification");
  }

  @Test
  void modulesOfSeveralBasesAreServedSideBySideAndNeverMixed() {
    assertThat(server.bases()).hasSize(2);
    assertThat(ask("/v1/classify", "elsewhere").json().path("base").asText())
        .isNotEqualTo(ask("/v1/classify", "lora").json().path("base").asText());
    Answer mixed =
        http.post(
            "/v1/classify",
            "{'mix':[{'model':'lora'},{'model':'elsewhere'}],'head':'lora','input':'x'}");
    assertThat(mixed.status()).isEqualTo(400);
    assertThat(mixed.detail())
        .isEqualTo("mix must be of modules on the base of lora@1, got elsewhere@1 on another one");
  }

  /** Stores what a version's answers look like, as its registration does. */
  private void storeReference(String name, List<String> texts) {
    Path folder = tiny.folder().resolve("adapters").resolve(name);
    List<Row> rows = texts.stream().map(one -> new Row(one, null, null, null, 1)).toList();
    try (TextModel model = AdapterFolder.load(folder, tiny.base(), DType.F32)) {
      String profile = ObservedRows.profile(model.pass(), rows, 1).orElseThrow().toJson();
      tiny.registry()
          .watch()
          .setReference(
              VersionId.of(name, 1), new DriftReference("data", "test", "0".repeat(64), profile));
    }
  }

  private JsonNode drift(String name) {
    for (JsonNode one : http.get("/v1/watch").json().path("live")) {
      if (one.path("module").asText().equals(name)) {
        return one.path("drift");
      }
    }
    throw new AssertionError(name + " is not live");
  }

  private void ask(String which, List<String> texts) {
    String input = String.join(",", texts.stream().map(one -> "'" + one + "'").toList());
    Answer answer = http.post("/v1/classify", "{" + which + ",'input':[" + input + "]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  @Test
  void aMixThatIsAVersionIsWatchedAsAModuleIsAndOneOfARequestIsNot() throws InterruptedException {
    List<String> texts = IntStream.range(0, 260).mapToObj(i -> TEXT + " wordd" + i).toList();
    for (String name : List.of("domix", "gate-input", "rslora")) {
      storeReference(name, texts);
      tiny.live(VersionId.of(name, 1));
    }
    server.look();
    server.watchNow();
    for (String name : List.of("domix", "gate-input", "rslora")) {
      while (drift(name).path("status").asText().equals("none")) {
        Thread.sleep(5);
      }
    }

    ask("'model':'domix@live'", texts);
    ask("'model':'gate-input@live'", texts);
    ask("'mix':[{'model':'rslora'},{'model':'lora','weight':0.5}],'head':'rslora'", texts);

    assertThat(drift("domix").path("windows").asInt()).isEqualTo(1);
    assertThat(drift("gate-input").path("windows").asInt()).isEqualTo(1);
    assertThat(drift("rslora").path("windows").asInt()).isZero();
    assertThat(drift("rslora").path("rows").asInt()).isZero();
  }
}
