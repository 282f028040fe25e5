package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.server.settings.ServerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document says what the server answers, no more and no less. */
final class OpenApiTest {
  @Test
  void everyRouteIsInTheDocumentAndEveryRouteOfTheDocumentIsAnswered(@TempDir Path temporary)
      throws IOException {
    try (TinyRegistry tiny = new TinyRegistry(temporary);
        HaoriServer server = tiny.serve(ServerSettings.usual())) {
      String text = new Http(server).get("/openapi.json").text();
      JsonNode document = new ObjectMapper().readTree(text);
      Set<String> documented = new TreeSet<>();
      document
          .path("paths")
          .properties()
          .forEach(
              path ->
                  path.getValue()
                      .fieldNames()
                      .forEachRemaining(
                          method ->
                              documented.add(
                                  method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
      assertThat(documented).isEqualTo(new TreeSet<>(server.routes()));
      for (JsonNode reference : document.findValues("$ref")) {
        String pointer = reference.asText().substring(1);
        assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
      }
    }
  }
}
