package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Prediction;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Adapters by path, with the bodies of vLLM and llama.cpp. */
@TestInstance(Lifecycle.PER_CLASS)
final class LoraAdaptersTest {
  private static final String TEXT = "wordai wordbc wordcd";

  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;

  @BeforeAll
  void start(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    tiny.add("food", "lora", 1);
    for (int seed = 21; seed <= 25; seed++) {
      tiny.adapter("a" + seed, "lora", seed, TaskCatalogue.CLASSIFICATION, "a", "b", "c");
    }
    server = tiny.serve(ServerSettings.usual().withAdapters(temporary.resolve("adapters")));
    http = new Http(server);
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  private Answer load(String name, String path, String more) {
    return http.post(
        "/v1/load_lora_adapter",
        "{'lora_name':'" + name + "','lora_path':'" + path + "'" + more + "}");
  }

  private double probability(String model, String more) {
    Answer answer =
        http.post("/v1/classify", "{'model':'" + model + "','input':'" + TEXT + "'" + more + "}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("data").get(0).path("probabilities").path("a").asDouble();
  }

  private double expected(long seed) {
    try (TextModel model = tiny.model("lora", seed, TaskCatalogue.CLASSIFICATION, "a", "b", "c")) {
      return model.predict(TEXT).probabilities().get("a");
    }
  }

  @Test
  void anAdapterIsLoadedAnswersWithItsOwnHeadAndIsUnloaded() {
    assertThat(load("first", "a21", "").text())
        .isEqualTo("Success: LoRA adapter 'first' added successfully.");
    assertThat(probability("first", "")).isCloseTo(expected(21), within(1e-5));
    assertThat(load("first", "a21", "").status()).isEqualTo(409);
    Answer gone = http.post("/v1/unload_lora_adapter", "{'lora_name':'first'}");
    assertThat(gone.text()).isEqualTo("Success: LoRA adapter 'first' removed successfully.");
    Answer after = http.post("/v1/classify", "{'model':'first','input':'x'}");
    assertThat(after.status()).isEqualTo(404);
    assertThat(after.detail()).isEqualTo("No module named first in this registry");
    assertThat(http.post("/v1/unload_lora_adapter", "{'lora_name':'first'}").detail())
        .isEqualTo("No adapter named first is loaded");
  }

  /** Loading a path with nothing there "succeeded" in vLLM (its issue 18372). */
  @Test
  void aMissingPathIsAnError() {
    Answer answer = load("ghost", "nowhere", "");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.detail()).isEqualTo("Nothing is at lora_path nowhere");
    assertThat(http.post("/v1/classify", "{'model':'ghost','input':'x'}").status()).isEqualTo(404);
  }

  @Test
  void aPathOutsideOfTheFolderIsRefusedWhateverIsThere() throws IOException {
    for (String path :
        List.of("..", "../reg", "/etc", "a21/../../base", tiny.folder().toString(), ".")) {
      Answer answer = load("escape", path, "");

      assertThat(answer.status()).as(path).isEqualTo(400);
      assertThat(answer.detail())
          .isEqualTo("lora_path must be a folder under that of adapters, got " + path);
    }
    Path link = tiny.folder().resolve("adapters/link");
    Files.createSymbolicLink(link, tiny.folder().resolve("base"));
    assertThat(load("escape", "link", "").detail())
        .isEqualTo("lora_path must be a folder under that of adapters, got link");
  }

  /** vLLM answered from the cache of the old adapter (its issue 42125). */
  @Test
  void aNameThatIsLoadedAnewIsNeverAnsweredByTheOldOne() {
    Path path = tiny.folder().resolve("adapters/changing");
    copy("a22", path);
    load("changing", "changing", "");
    assertThat(probability("changing", "")).isCloseTo(expected(22), within(1e-5));
    String before = digest("changing");
    AtomicFiles.delete(path);
    copy("a23", path);
    assertThat(load("changing", "changing", ",'load_inplace':true").status()).isEqualTo(200);
    assertThat(probability("changing", "")).isCloseTo(expected(23), within(1e-5));
    assertThat(digest("changing")).isNotEqualTo(before);
  }

  private void copy(String from, Path to) {
    AtomicFiles.writeFolder(
        to,
        target -> {
          Path source = tiny.folder().resolve("adapters").resolve(from);
          try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
              Files.copy(file, target.resolve(file.getFileName()));
            }
          }
        });
  }

  private String digest(String model) {
    return http.post("/v1/classify", "{'model':'" + model + "','input':'x'}")
        .json()
        .path("digest")
        .asText();
  }

  /** llama.cpp's scales of one request changed those of another (its issue 10374). */
  @Test
  void theScalesOfOneRequestDoNotMeetThoseOfAnother() {
    load("loud", "a24", "");
    load("soft", "a25", "");
    int loud = number("loud");
    int soft = number("soft");
    List<Double> alone = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      alone.add(probability("loud", lora(loud, i / 4.0, soft, 1 - i / 4.0)));
    }
    assertThat(alone).doesNotHaveDuplicates();
    List<CompletableFuture<Void>> askers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int mine = i;
      askers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int time = 0; time < 25; time++) {
                  assertThat(probability("loud", lora(loud, mine / 4.0, soft, 1 - mine / 4.0)))
                      .isCloseTo(alone.get(mine), within(1e-5));
                }
              }));
    }
    for (int time = 0; time < 25; time++) {
      http.post("/lora-adapters", "[{'id':" + loud + ",'scale':" + time / 10.0 + "}]");
    }
    askers.forEach(CompletableFuture::join);
  }

  private static String lora(int one, double scale, int other, double otherScale) {
    return ",'lora':[{'id':"
        + one
        + ",'scale':"
        + scale
        + "},{'id':"
        + other
        + ",'scale':"
        + otherScale
        + "}]";
  }

  private int number(String name) {
    for (JsonNode one : http.get("/lora-adapters").json()) {
      if (one.path("name").asText().equals(name)) {
        return one.path("id").asInt();
      }
    }
    throw new AssertionError(name);
  }

  @Test
  void aScaleHoldsUntilItIsChanged() {
    load("scaled", "a22", "");
    double whole = probability("scaled", "");
    int id = number("scaled");
    assertThat(http.post("/lora-adapters", "[{'id':" + id + ",'scale':0.25}]").status())
        .isEqualTo(200);
    assertThat(probability("scaled", "")).isNotCloseTo(whole, within(1e-9));
    assertThat(http.post("/lora-adapters", "[{'id':" + id + ",'scale':1}]").status())
        .isEqualTo(200);
    assertThat(probability("scaled", "")).isCloseTo(whole, within(1e-6));
    assertThat(http.post("/lora-adapters", "[{'id':999,'scale':1}]").status()).isEqualTo(400);
  }

  /** vLLM did not serve the heads that PEFT's classifiers bring (its issues 12829 and 53555). */
  @Test
  void aClassifierOfPeftsAnswersWithItsOwnHead() {
    for (String adapter : List.of("bert-lora-qv", "bert-rslora-all", "bert-dora-all")) {
      Path folder = Golden.copy("adapters/" + adapter, tiny.folder().resolve("golden"));
      AtomicFiles.writeFolder(
          tiny.folder().resolve("adapters").resolve(adapter),
          target -> {
            for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
              Files.copy(folder.resolve(file), target.resolve(file));
            }
          });
      Answer loaded = load(adapter, adapter, ",'head_labels':['zebra','ant','bee']");
      assertThat(loaded.status()).as(loaded.text()).isEqualTo(200);
      JsonNode row =
          http.post("/v1/classify", "{'model':'" + adapter + "','input':'" + TEXT + "'}")
              .json()
              .path("data")
              .get(0);
      List<String> labels = List.of("zebra", "ant", "bee");
      try (TextModel model = AdapterFolder.load(folder, tiny.base(), labels, DType.F32)) {
        Prediction expected = model.predict(TEXT);
        assertThat(row.path("label").asText()).isEqualTo(expected.label());
        assertThat(row.path("probabilities").path("ant").asDouble())
            .isCloseTo(expected.probabilities().get("ant"), within(1e-5));
      }
    }
    Answer wrong = load("few", "bert-lora-qv", ",'head_labels':['one']");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.detail()).contains("must be the 3 labels of");
  }

  @Test
  void aNameOfTheRegistryOrABaseIsTaken() {
    assertThat(load("food", "a21", "").detail())
        .isEqualTo("lora_name must be another than a base's or a registry module's, got food");
  }
}
