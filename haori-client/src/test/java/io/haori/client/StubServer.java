package io.haori.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives the answers that a test lays ready, and keeps what it was asked. */
final class StubServer implements AutoCloseable {
  /** An answer that was laid ready. */
  record Ready(int status, Map<String, String> headers, String body) {}

  /** What was asked. */
  record Seen(String method, String path, String authorization, String body) {}

  private final HttpServer http;
  private final Deque<Ready> ready = new ArrayDeque<>();
  private final List<Seen> seen = new ArrayList<>();

  StubServer() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/", this::answer);
    http.start();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      seen.add(
          new Seen(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              authorization == null ? "" : authorization,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      Ready next = ready.removeFirst();
      next.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      byte[] body = next.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(next.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  synchronized StubServer problem(int status, String detail, String... headers) {
    return raw(
        status,
        "application/problem+json",
        ("{'type':'about:blank','title':'T','status':" + status + ",'detail':'" + detail + "'}")
            .replace('\'', '"'),
        headers);
  }

  synchronized StubServer json(String body) {
    return raw(200, "application/json", body.replace('\'', '"'));
  }

  synchronized StubServer raw(int status, String type, String body, String... headers) {
    Map<String, String> all = new HashMap<>(Map.of("Content-Type", type));
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    ready.add(new Ready(status, all, body));
    return this;
  }

  synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
