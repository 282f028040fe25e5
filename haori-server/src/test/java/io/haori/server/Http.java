package io.haori.server;

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
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Asks a server as a client would. */
public final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(Version.HTTP_1_1).build();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final HttpClient client;
  private final List<String> headers = new ArrayList<>();

  public Http(HaoriServer server) {
    this(server.url(), CLIENT);
  }

  /** Over TLS. */
  public Http(String url, SSLContext trusting) {
    this(url, HttpClient.newBuilder().sslContext(trusting).version(Version.HTTP_1_1).build());
  }

  private Http(String url, HttpClient client) {
    this.url = url;
    this.client = client;
  }

  /** The same with one more header. */
  public Http with(String name, String value) {
    Http more = new Http(url, client);
    more.headers.addAll(headers);
    more.headers.addAll(List.of(name, value));
    return more;
  }

  /** What came back. */
  public record Answer(int status, JsonNode json, String text, HttpResponse<String> response) {
    public String detail() {
      return json.path("detail").asText();
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  public Answer get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url + path)).GET());
  }

  /** Posts JSON, written with ' in the place of ". */
  public Answer post(String path, String json) {
    return postRaw(path, json.replace('\'', '"'));
  }

  /** Puts a text as it is. */
  public Answer put(String path, String body) {
    return send(HttpRequest.newBuilder(URI.create(url + path)).PUT(BodyPublishers.ofString(body)));
  }

  public Answer delete(String path) {
    return send(HttpRequest.newBuilder(URI.create(url + path)).DELETE());
  }

  /** A text as JSON. */
  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public Answer postRaw(String path, String body) {
    return send(HttpRequest.newBuilder(URI.create(url + path)).POST(BodyPublishers.ofString(body)));
  }

  private Answer send(HttpRequest.Builder request) {
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      String body = response.body();
      boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
      return new Answer(
          response.statusCode(),
          json ? JSON.readTree(body) : JSON.createObjectNode(),
          body,
          response);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
