package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.weights.DType;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.Http.Answer;
import io.haori.server.settings.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules come into memory when they are asked for and go by least use. */
final class ResidencyTest {
  private static final String TEXT = "wordai wordbc wordcd";

  @TempDir Path temporary;
  private TinyRegistry tiny;

  @BeforeEach
  void open() {
    tiny = new TinyRegistry(temporary);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private HaoriServer start(ServerSettings settings) {
    return HaoriServer.start(
        settings.withPort(0), tiny.registry(), List.of(tiny.openBase()), DType.F32);
  }

  private static Answer classify(Http http, String model) {
    return http.post("/v1/classify", "{'model':'" + model + "','input':'" + TEXT + "'}");
  }

  private static List<String> resident(Http http) {
    List<String> ids = new ArrayList<>();
    for (JsonNode one : http.get("/v1/models").json().path("data")) {
      if (one.path("resident").asBoolean() && one.path("id").asText().matches("m\\d@\\d")) {
        ids.add(one.path("id").asText());
      }
    }
    return ids;
  }

  @Test
  void theModuleThatWasNotUsedForLongestMakesRoom() {
    for (int i = 1; i <= 4; i++) {
      tiny.add("m" + i, "lora", i);
    }
    long one;
    try (HaoriServer server = start(ServerSettings.usual())) {
      Http http = new Http(server);
      classify(http, "m1");
      String metrics = http.get("/metrics").text();
      one = bytes(metrics);
    }
    try (HaoriServer server = start(ServerSettings.usual().withModuleMemory(2 * one))) {
      Http http = new Http(server);
      String before = classify(http, "m1").json().path("data").toString();
      classify(http, "m2");
      assertThat(resident(http)).containsExactly("m1@1", "m2@1");
      classify(http, "m1");
      classify(http, "m3");
      assertThat(resident(http)).containsExactly("m1@1", "m3@1");
      classify(http, "m4");
      classify(http, "m2");
      assertThat(classify(http, "m1").json().path("data").toString()).isEqualTo(before);
      String mix = "{'mix':[{'model':'m1'},{'model':'m2'},{'model':'m3'}],'head':'m1','input':'x'}";
      Answer tooMany = http.post("/v1/classify", mix);
      assertThat(tooMany.status()).isEqualTo(503);
      assertThat(tooMany.header("Retry-After")).isEqualTo("1");
    }
    try (HaoriServer server = start(ServerSettings.usual().withModuleMemory(one - 1))) {
      Answer answer = classify(new Http(server), "m1");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.detail())
          .isEqualTo("m1@1 cannot be served: module memory must be at least 1 MB for it, got 1 MB");
    }
  }

  private static long bytes(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("haori_module_resident_bytes{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsPinnedStaysWhateverElseIsAskedFor() {
    for (int i = 1; i <= 4; i++) {
      tiny.add("m" + i, "lora", i);
    }
    tiny.live(tiny.add("m5", "lora", 5));
    ServerSettings pinned = ServerSettings.usual().withPinned(List.of("m1", "nobody"));
    long one;
    try (HaoriServer server = start(pinned)) {
      Http http = new Http(server);
      assertThat(resident(http)).containsExactly("m1@1", "m5@1");
      one = bytes(http.get("/metrics").text());
    }
    ServerSettings narrow = pinned.withModuleMemory(2 * one);
    try (HaoriServer server = start(narrow)) {
      Http http = new Http(server);
      for (String other : List.of("m2", "m3", "m4")) {
        assertThat(classify(http, other).status()).isEqualTo(200);
        assertThat(resident(http)).containsExactly("m1@1", other + "@1");
      }
    }
  }

  /** vLLM's metrics knew adapters of requests under way only (its issue 45325). */
  @Test
  void everyResidentModuleIsInTheMetricsAndHowOftenItWasUsed() {
    VersionId live = tiny.add("m1", "lora", 1);
    tiny.live(live);
    tiny.add("m2", "lora", 2);
    try (HaoriServer server = start(ServerSettings.usual())) {
      Http http = new Http(server);
      assertThat(http.get("/metrics").text())
          .containsPattern("haori_module_resident_bytes\\{.*module=\"m1\",version=\"1\"} [1-9]")
          .doesNotContain("module=\"m2\"");
      classify(http, "m2");
      classify(http, "m2");
      String metrics = http.get("/metrics").text();
      assertThat(metrics)
          .containsPattern("haori_module_requests_total\\{.*module=\"m2\",version=\"1\"} 2.0")
          .containsPattern(
              "haori_requests_seconds_count\\{route=\"/v1/classify\",status=\"200\"} 2")
          .contains("haori_waiting_characters 0.0")
          .doesNotContain(TEXT);
    }
  }

  @Test
  void aDamagedModuleIsReportedAndTheOthersAreServed() throws IOException {
    VersionId damaged = tiny.add("m1", "lora", 1);
    VersionId sound = tiny.add("m2", "lora", 2);
    tiny.live(damaged);
    tiny.live(sound);
    damage(damaged);
    try (HaoriServer server = start(ServerSettings.usual())) {
      Http http = new Http(server);
      Answer answer = classify(http, "m1@live");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.detail()).startsWith("m1@1 cannot be served: ");
      assertThat(answer.detail()).doesNotContain(temporary.toString()).contains("is damaged");
      assertThat(classify(http, "m2@live").status()).isEqualTo(200);
    }
  }

  private void damage(VersionId id) throws IOException {
    var version = tiny.registry().modules().show(new ModuleReference.Numbered(id)).version();
    for (var file : version.files()) {
      if (file.path().endsWith(".safetensors")) {
        Path blob = find(file.blob().digest());
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length - 1] ^= 1;
        assertThat(blob.toFile().setWritable(true)).isTrue();
        Files.write(blob, bytes);
      }
    }
  }

  private Path find(String digest) throws IOException {
    try (var files = Files.walk(tiny.folder().resolve("reg/blobs"))) {
      return files
          .filter(
              file ->
                  file.getFileName().toString().startsWith(digest.substring(2))
                      || file.toString().replace("/", "").contains(digest))
          .filter(Files::isRegularFile)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aFullyTrainedBaseIsNotServedFromASharedOne() {
    tiny.add("m1", "full", 1);
    tiny.add("m2", "lora", 2);
    try (HaoriServer server = start(ServerSettings.usual())) {
      Http http = new Http(server);
      String before = classify(http, "m2").json().path("data").toString();
      Answer answer = classify(http, "m1");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.detail())
          .isEqualTo(
              "m1@1 cannot be served: method of m1 must be one whose modules sit on a shared base,"
                  + " to be served, got full");
      assertThat(classify(http, "m2").json().path("data").toString()).isEqualTo(before);
    }
  }
}
