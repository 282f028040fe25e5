package io.haori.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the web page as a browser would: keeps one cookie, sends forms with their secret. */
final class PageVisitor {
  private static final Pattern SECRET = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  private final String url;
  private final HttpClient client;
  private final List<String> headers = new ArrayList<>();
  private String cookie = "";
  private String language = "en";
  private String secret = "";

  PageVisitor(HaoriServer server) {
    this(server.url(), HttpClient.newBuilder());
  }

  PageVisitor(String url, HttpClient.Builder client) {
    this.url = url;
    this.client =
        client
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** Sends one more header with every request. */
  PageVisitor with(String name, String value) {
    headers.addAll(List.of(name, value));
    return this;
  }

  /** The hidden field of that name in the first form of a part of a page. */
  static String hidden(String part, String name) {
    Matcher found = Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(part);
    if (!found.find()) {
      throw new IllegalArgumentException("No field " + name + " in " + part);
    }
    return found.group(1);
  }

  /** What came back. */
  record Page(int status, String text, HttpResponse<String> response) {
    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  PageVisitor speaking(String tag) {
    language = tag;
    return this;
  }

  /** Follows the link that the server prints. */
  PageVisitor signedIn(String link) {
    Page page = get(link.substring(url.length()));
    cookie = page.header("Set-Cookie").replaceAll(";.*", "");
    get("/");
    return this;
  }

  /** Signs in by a token of the registry. */
  Page signInByToken(String token) {
    Page page = sendWithoutSecret("/sign-in", "token", token);
    cookie = page.header("Set-Cookie").replaceAll(";.*", "");
    get("/");
    return page;
  }

  Page get(String path) {
    Page page = send(request(path).GET());
    Matcher found = SECRET.matcher(page.text());
    if (found.find()) {
      secret = found.group(1);
    }
    return page;
  }

  /** Sends a form of the page, names and values in turn. */
  Page send(String path, String... fields) {
    List<String> all = new ArrayList<>(List.of("csrf", secret));
    all.addAll(List.of(fields));
    return sendRaw(path, all);
  }

  /** Sends a form as another site would. */
  Page sendWithoutSecret(String path, String... fields) {
    return sendRaw(path, List.of(fields));
  }

  /**
   * Sends a body as it is, of the type that it is said to have. On a connection of its own: the
   * server may close that of a damaged one.
   */
  Page sendBody(String path, String type, String body) {
    return send(
        HttpClient.newHttpClient(),
        request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
  }

  /**
   * Sends a form with a file, names and values of its fields in turn.
   *
   * @param input name of the file's field
   * @param name of the file
   */
  Page sendFile(String path, String input, String name, byte[] content, String... fields) {
    String bound = "bound-of-parts";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of("csrf", secret));
    all.addAll(List.of(fields));
    for (int i = 0; i < all.size(); i += 2) {
      String part =
          "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
              .formatted(bound, all.get(i), all.get(i + 1));
      body.writeBytes(part.getBytes(StandardCharsets.UTF_8));
    }
    String head =
        "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n"
            .formatted(bound, input, name);
    body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(content);
    body.writeBytes(("\r\n--" + bound + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return send(
        HttpClient.newHttpClient(),
        request(path)
            .header("Content-Type", "multipart/form-data; boundary=" + bound)
            .POST(BodyPublishers.ofByteArray(body.toByteArray())));
  }

  private Page sendRaw(String path, List<String> fields) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < fields.size(); i += 2) {
      body.append(encoded(fields.get(i)))
          .append('=')
          .append(encoded(fields.get(i + 1)))
          .append('&');
    }
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).header("Accept-Language", language);
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    return cookie.isEmpty() ? request : request.header("Cookie", cookie);
  }

  private Page send(HttpRequest.Builder request) {
    return send(client, request);
  }

  private static Page send(HttpClient client, HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Page(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
