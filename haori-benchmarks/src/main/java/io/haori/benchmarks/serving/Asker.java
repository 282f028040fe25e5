package io.haori.benchmarks.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks a server as any program would: nothing is sent again. */
final class Asker {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final HttpClient client = HttpClient.newBuilder().version(Version.HTTP_1_1).build();
  private final String url;

  Asker(String url) {
    this.url = url;
  }

  /**
   * What came back.
   *
   * @param status of HTTP
   * @param json the body
   */
  record Answer(int status, JsonNode json) {
    String detail() {
      return status + " " + json.path("detail").asText();
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  Answer post(String path, Object body) throws IOException, InterruptedException {
    return send(posted(path, body));
  }

  Answer put(String path, String text) throws IOException, InterruptedException {
    return send(request(path).PUT(BodyPublishers.ofString(text)).build());
  }

  /** Sends a request and does not wait; the answer's status. */
  CompletableFuture<Integer> postLater(String path, Object body) throws IOException {
    return client
        .sendAsync(posted(path, body), BodyHandlers.ofByteArray())
        .thenApply(HttpResponse::statusCode);
  }

  private HttpRequest posted(String path, Object body) throws IOException {
    return request(path).POST(BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body))).build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), MAPPER.readTree(response.body()));
  }
}
