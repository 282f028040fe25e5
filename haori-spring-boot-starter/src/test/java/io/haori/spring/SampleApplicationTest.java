package io.haori.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.weights.DType;
import io.haori.registry.Addition;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.HaoriServer;
import io.haori.server.settings.ServerSettings;
import io.haori.spring.sample.SampleApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The sample application, asked over HTTP, with a Haori server behind it. */
final class SampleApplicationTest {
  private static final Offset<Double> NEAR = Offset.offset(1e-4);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void itRoutesTicketsByAServerAndShowsHealthAndMetrics(@TempDir Path temporary) throws Exception {
    TinyAdapter tiny = new TinyAdapter(temporary);
    try (Registry registry =
        Registry.openOrCreate(
            RegistryLocation.ofFolder(temporary.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system())) {
      var unused = registry.modules().add(tiny.folder, new ModuleName("tickets"), Addition.plain());
      HaoriServer server =
          HaoriServer.start(
              ServerSettings.usual().withPort(0), registry, List.of(tiny.open()), DType.F32);
      try (server;
          ConfigurableApplicationContext application = application(server)) {
        String url =
            "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
        JsonNode routed = post(url + "/tickets", "{\"text\":\"" + TinyAdapter.TEXT + "\"}");
        assertThat(routed.path("team").asText()).isEqualTo(tiny.expected.label());
        assertThat(routed.path("probability").asDouble())
            .isCloseTo(tiny.expected.probability(), NEAR);
        JsonNode same = post(url + "/likeness", "{\"one\":\"wordai\",\"other\":\"wordai\"}");
        assertThat(same.asDouble()).isCloseTo(1, NEAR);

        JsonNode health = get(url + "/actuator/health").path("components").path("haori");
        assertThat(health.path("status").asText()).isEqualTo("UP");
        assertThat(health.path("details").path("server").asText()).isEqualTo(server.url());
        JsonNode texts = get(url + "/actuator/metrics/haori.texts?tag=operation:classify");
        assertThat(texts.path("measurements").path(0).path("value").asDouble()).isEqualTo(1);
        assertThat(texts.toString()).contains("tickets@1").doesNotContain(TinyAdapter.TEXT);

        server.close();
        assertThat(
                get(url + "/actuator/health")
                    .path("components")
                    .path("haori")
                    .path("status")
                    .asText())
            .isEqualTo("DOWN");
      }
    }
  }

  private static ConfigurableApplicationContext application(HaoriServer server) {
    return SpringApplication.run(
        SampleApplication.class,
        "--server.port=0",
        "--server.address=127.0.0.1",
        "--spring.main.banner-mode=off",
        "--logging.level.root=warn",
        "--management.endpoints.web.exposure.include=health,metrics",
        "--management.endpoint.health.show-details=always",
        "--haori.server.url=" + server.url(),
        "--haori.server.attempts=1",
        "--haori.model=tickets@1");
  }

  private static JsonNode get(String url) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url)).GET());
  }

  private static JsonNode post(String url, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode send(HttpRequest.Builder request) throws Exception {
    return JSON.readTree(
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body());
  }
}
