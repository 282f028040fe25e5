package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.registry.name.VersionId;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Versions are swapped while requests come: each version has labels of its own, so an answer of a
 * mixture, or one under a wrong digest, would show.
 */
final class SwapsUnderLoadTest {
  private static final int SWAPS = 100;
  private static final int CLIENTS = 3;
  private static final String TEXT = "wordai wordbc wordcd";

  private record Expected(int version, String label, double probability) {}

  @Test
  void everyAnswerIsOfTheVersionWhoseDigestItNames(@TempDir Path temporary) {
    try (TinyRegistry tiny = new TinyRegistry(temporary)) {
      VersionId one = tiny.add("food", "lora", 1, TaskCatalogue.CLASSIFICATION, "a", "b");
      VersionId two = tiny.add("food", "dora", 2, TaskCatalogue.CLASSIFICATION, "c", "d");
      tiny.live(one);
      tiny.live(two);
      Map<String, Expected> expected =
          Map.of(
              tiny.digest(one), expected(tiny, 1, "lora", "a", "b"),
              tiny.digest(two), expected(tiny, 2, "dora", "c", "d"));
      // Room for one of them: every swap also brings one in and another out.
      ServerSettings settings = ServerSettings.usual().withPort(0).withModuleMemory(10_000);
      try (HaoriServer server =
          HaoriServer.start(settings, tiny.registry(), List.of(tiny.openBase()), DType.F32)) {
        List<String> wrong = swapUnderLoad(server, tiny, one, two, expected);
        assertThat(wrong).isEmpty();
        assertThat(new Http(server).get("/metrics").text())
            .containsPattern("haori_module_evictions_total\\{[^}]*} [1-9]\\d");
      }
    }
  }

  private static Expected expected(
      TinyRegistry tiny, int version, String method, String... labels) {
    try (TextModel model = tiny.model(method, version, TaskCatalogue.CLASSIFICATION, labels)) {
      var prediction = model.predict(TEXT);
      return new Expected(version, prediction.label(), prediction.probability());
    }
  }

  private static List<String> swapUnderLoad(
      HaoriServer server,
      TinyRegistry tiny,
      VersionId one,
      VersionId two,
      Map<String, Expected> expected) {
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    List<CompletableFuture<List<String>>> clients = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      clients.add(
          CompletableFuture.supplyAsync(
              () -> {
                List<String> wrong = new ArrayList<>();
                Http http = new Http(server);
                while (!done.get()) {
                  Answer answer =
                      http.post("/v1/classify", "{'model':'food@live','input':'" + TEXT + "'}");
                  if (answer.status() == 200) {
                    answered.incrementAndGet();
                  }
                  // 503: the only room was just taken by the other version.
                  if (answer.status() != 503 && !isRight(answer, expected)) {
                    wrong.add(answer.text());
                  }
                }
                return wrong;
              }));
    }
    for (int swap = 0; swap < SWAPS; swap++) {
      tiny.liveAgain(swap % 2 == 0 ? one : two);
      server.look();
    }
    done.set(true);
    List<String> wrong = clients.stream().flatMap(client -> client.join().stream()).toList();
    assertThat(answered.get()).isGreaterThan(CLIENTS);
    return wrong;
  }

  private static boolean isRight(Answer answer, Map<String, Expected> expected) {
    JsonNode json = answer.json();
    Expected wanted = expected.get(json.path("digest").asText());
    JsonNode row = json.path("data").path(0);
    return answer.status() == 200
        && wanted != null
        && wanted.version() == json.path("version").asInt()
        && wanted.label().equals(row.path("label").asText())
        && Math.abs(wanted.probability() - row.path("probability").asDouble()) < 1e-5;
  }
}
