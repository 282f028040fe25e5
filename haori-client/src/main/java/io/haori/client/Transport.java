package io.haori.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.client.ProblemException.Problem;
import io.haori.core.check.UserError;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Sends requests, again where that is worth it, and turns problems into exceptions. */
final class Transport {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration FILES = Duration.ofMinutes(10);
  private static final String PROBLEM = "application/problem+json";

  private final ClientSettings settings;
  private final Pause pause;
  private final RandomGenerator random;
  private final HttpClient http;

  /** Waits between two attempts. */
  @FunctionalInterface
  interface Pause {
    /** Waits. */
    void of(Duration duration) throws InterruptedException;
  }

  Transport(ClientSettings settings, Pause pause, RandomGenerator random) {
    this.settings = settings;
    this.pause = pause;
    this.random = random;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout())
            // A token must not follow wherever somebody points to.
            .followRedirects(Redirect.NEVER);
    if (settings.trusted() != null) {
      builder.sslContext(Trust.of(settings.trusted()));
    }
    http = builder.build();
  }

  /** The answer of a route that is asked without a body. */
  JsonNode get(String path) {
    return json(send(request(path).GET().build(), true, settings.retry().attempts()));
  }

  /** The same, asked once. */
  JsonNode getOnce(String path) {
    return json(send(request(path).GET().build(), true, 1));
  }

  /**
   * The answer of a route.
   *
   * @param path of the route
   * @param body written as JSON
   * @param repeatable whether asking twice does no more than asking once
   */
  JsonNode post(String path, Object body, boolean repeatable) {
    return json(send(posted(path, body), repeatable, settings.retry().attempts()));
  }

  /** Deletes what a path names; not sent again when the server may have seen it. */
  JsonNode delete(String path) {
    return json(send(request(path).DELETE().build(), false, settings.retry().attempts()));
  }

  /**
   * Sends a file as a body; not sent again when the server may have seen it.
   *
   * @param method PUT or POST
   * @param path of the route
   * @param file that is sent
   * @throws io.haori.core.check.UserError when it cannot be read
   */
  JsonNode sendFile(String method, String path, Path file) {
    HttpRequest request;
    try {
      request =
          request(path)
              .timeout(ofFiles())
              .header("Content-Type", "application/octet-stream")
              .method(method, BodyPublishers.ofFile(file))
              .build();
    } catch (FileNotFoundException e) {
      throw new UserError(file + ": cannot be read (no such file or folder)", e);
    }
    return json(send(request, false, settings.retry().attempts()));
  }

  /** Writes what a route answers into a file. */
  void download(String path, Path file) {
    HttpRequest request = request(path).timeout(ofFiles()).setHeader("Accept", "*/*").GET().build();
    var unused =
        send(
            request,
            true,
            settings.retry().attempts(),
            response ->
                response.statusCode() < 300
                    ? BodySubscribers.mapping(BodySubscribers.ofFile(file), Path::toString)
                    : BodySubscribers.ofString(StandardCharsets.UTF_8));
  }

  /** Files are larger than questions. */
  private Duration ofFiles() {
    return settings.timeout().compareTo(FILES) < 0 ? FILES : settings.timeout();
  }

  /** The answer of a route that answers in a sentence. */
  String postForText(String path, Object body) {
    return send(posted(path, body), false, settings.retry().attempts()).body();
  }

  /**
   * Reads lines as they come; not sent again when the server may have begun to write them.
   *
   * @param path of the route
   * @param body written as JSON
   * @param reader takes the lines; what it leaves is not sent any more
   */
  <T> T postForLines(String path, Object body, Function<Stream<String>, T> reader) {
    HttpRequest request =
        HttpRequest.newBuilder(posted(path, body), (name, value) -> true)
            .setHeader("Accept", "text/event-stream,application/json")
            .build();
    HttpResponse<Stream<String>> response =
        send(
            request,
            false,
            settings.retry().attempts(),
            BodyHandlers.ofLines(),
            lines -> lines.collect(Collectors.joining("\n")));
    try (Stream<String> lines = response.body()) {
      return reader.apply(lines);
    } catch (UncheckedIOException e) {
      throw new UnreachableException(settings.url() + " cannot be reached", e);
    }
  }

  private HttpRequest posted(String path, Object body) {
    try {
      return request(path)
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body)))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a body that cannot be written as JSON", e);
    }
  }

  private HttpRequest.Builder request(String path) {
    String before = settings.url().toString().replaceAll("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(before + path))
            .timeout(settings.timeout())
            .header("Accept", "application/json");
    if (settings.token() != null) {
      request.header("Authorization", "Bearer " + settings.token());
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest request, boolean repeatable, int attempts) {
    return send(request, repeatable, attempts, BodyHandlers.ofString());
  }

  private HttpResponse<String> send(
      HttpRequest request, boolean repeatable, int attempts, BodyHandler<String> handler) {
    return send(request, repeatable, attempts, handler, body -> body);
  }

  private <T> HttpResponse<T> send(
      HttpRequest request,
      boolean repeatable,
      int attempts,
      BodyHandler<T> handler,
      Function<T, String> text) {
    for (int attempt = 1; ; attempt++) {
      Duration wait = null;
      boolean last = attempt == attempts;
      try {
        HttpResponse<T> response = http.send(request, handler);
        if (response.statusCode() < 300) {
          return response;
        }
        Problem problem = problem(response, text.apply(response.body()));
        wait = last ? null : waitAfter(problem, response, repeatable, attempt);
        if (wait == null) {
          throw ProblemException.of(problem);
        }
      } catch (IOException e) {
        // What never arrived may be sent again, whatever it does.
        boolean sent = !(e instanceof ConnectException || e instanceof HttpConnectTimeoutException);
        if (last || e instanceof SSLException || (sent && !repeatable)) {
          throw new UnreachableException(sentence(e), e);
        }
        wait = random(settings.retry().bound(attempt));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UnreachableException("Interrupted while waiting for " + settings.url(), e);
      }
      sleep(wait);
    }
  }

  private void sleep(Duration wait) {
    try {
      pause.of(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("Interrupted while waiting for " + settings.url(), e);
    }
  }

  /** How long to wait before the next attempt; null when there is no point in one. */
  private @Nullable Duration waitAfter(
      Problem problem, HttpResponse<?> response, boolean repeatable, int attempt) {
    int status = problem.status();
    if (problem.retryAfter() != null && (status == 429 || status == 503)) {
      // Refused before anything was done.
      return problem.retryAfter().compareTo(settings.retry().longest()) <= 0
          ? problem.retryAfter()
          : null;
    }
    boolean own = contentType(response).startsWith(PROBLEM);
    // A server that knows no time says that waiting does not help; one in front of it does not.
    boolean ofSomethingBetween = (status == 502 || status == 503 || status == 504) && !own;
    return repeatable && (status == 429 || ofSomethingBetween)
        ? random(settings.retry().bound(attempt))
        : null;
  }

  private Duration random(Duration bound) {
    return bound.isZero() ? bound : Duration.ofMillis(random.nextLong(bound.toMillis() + 1));
  }

  private String sentence(IOException e) {
    if (e instanceof HttpTimeoutException && !(e instanceof HttpConnectTimeoutException)) {
      return settings.url() + " did not answer within " + settings.timeout().toMillis() + " ms";
    }
    if (e instanceof SSLException) {
      return settings.url() + " has a certificate or protocol that is not trusted here";
    }
    return settings.url() + " cannot be reached";
  }

  private static String contentType(HttpResponse<?> response) {
    return response.headers().firstValue("Content-Type").orElse("");
  }

  private static Problem problem(HttpResponse<?> response, String text) {
    JsonNode body = MAPPER.createObjectNode();
    try {
      if (contentType(response).contains("json")) {
        body = MAPPER.readTree(text);
      }
    } catch (JsonProcessingException e) {
      // Not of a Haori server: the status alone says what happened.
    }
    int status = response.statusCode();
    JsonNode setting = body.path("setting");
    return new Problem(
        status,
        body.path("title").asText("HTTP " + status),
        body.path("detail").asText("The server answered with the status " + status),
        setting.isTextual() ? setting.textValue() : null,
        retryAfter(response).orElse(null),
        response.headers().firstValue("X-Request-Id").orElse(""));
  }

  /** In seconds; a date, which RFC 9110 allows, too, is not what a Haori server sends. */
  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }

  private JsonNode json(HttpResponse<String> response) {
    try {
      JsonNode node = MAPPER.readTree(response.body());
      if (node != null && node.isContainerNode()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new UnreachableException(settings.url() + " does not answer as a Haori server does", e);
    }
    throw new UnreachableException(
        settings.url() + " does not answer as a Haori server does",
        new IOException("no JSON object"));
  }
}
