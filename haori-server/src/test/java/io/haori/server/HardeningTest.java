package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.name.VersionId;
import io.haori.server.Http.Answer;
import io.haori.server.settings.Limits;
import io.haori.server.settings.ServerSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who sends damaged, slow, too many or misleading requests gets nowhere, and the others are served.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class HardeningTest {
  private static final int DAMAGED_BODIES = 9_000;

  /** Bytes of a request that does not end, fewer than its head may have. */
  private static final int DRIPS = 3_000;

  private static final int DAMAGED_HEADS = 1_000;
  private static final int PIPELINED = 100;
  private static final String LETTERS = "{}[]\":,0-1.eE\\u0000 \tabcnulltrue@#/é食\u2028";

  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;
  private URI address;

  @BeforeAll
  void start(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    tiny.live(tiny.add("food", "lora", 1));
    server = tiny.serve(ServerSettings.usual().withAdapters(temporary.resolve("adapters")));
    http = new Http(server);
    address = URI.create(server.url());
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  private void assertServes() {
    assertThat(http.post("/v1/classify", "{'model':'food@live','input':'wordai'}").status())
        .isEqualTo(200);
  }

  private static Socket socket(URI address) throws IOException {
    Socket socket = new Socket(address.getHost(), address.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private static String post(String path, String body, String... headers) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        + bytes.length
        + "\r\n"
        + String.join("", headers)
        + "\r\n"
        + body;
  }

  /** All that comes until the other side closes the connection. */
  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException closed) {
      return "";
    }
  }

  private static String damaged(String right, SplittableRandom random) {
    StringBuilder text = new StringBuilder(right);
    for (int change = 0; change <= random.nextInt(4) && text.length() > 1; change++) {
      int at = random.nextInt(text.length());
      char letter = LETTERS.charAt(random.nextInt(LETTERS.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, letter);
        case 2 -> text.setLength(at + 1);
        default -> text.setCharAt(at, letter);
      }
    }
    return text.toString();
  }

  /** Seeded, so that one that gets in can be sent again. */
  @Test
  void tenThousandDamagedRequestsAreNeverAFaultOfTheServer() throws IOException {
    String right =
        "{\"mix\":[{\"model\":\"food@live\",\"weight\":0.5}],\"head\":\"food@1\","
            + "\"input\":[\"wordai\",{\"text\":\"wordbb\",\"domain\":\"x\"}],\"top\":2}";
    SplittableRandom random = new SplittableRandom(1919);
    List<String> routes =
        List.of("/v1/classify", "/v1/embeddings", "/v1/tag", "/v1/load_lora_adapter");
    for (int sent = 0; sent < DAMAGED_BODIES; sent += PIPELINED) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < PIPELINED; i++) {
        String close = i == PIPELINED - 1 ? "Connection: close\r\n" : "";
        requests.append(post(routes.get(i % 4), damaged(right, random), close));
      }
      try (Socket socket = socket(address)) {
        send(socket, requests.toString());
        String answers = rest(socket);
        assertThat(answers.split("HTTP/1[.]1 ", -1)).as("after %d", sent).hasSize(PIPELINED + 1);
        assertThat(answers).doesNotContain("HTTP/1.1 5");
      }
    }
    String head =
        post("/v1/classify", "{\"model\":\"food\",\"input\":\"x\"}", "Connection: close\r\n");
    for (int sent = 0; sent < DAMAGED_HEADS; sent++) {
      try (Socket socket = socket(address)) {
        String request = damaged(head, random);
        send(socket, request);
        socket.shutdownOutput();
        assertThat(rest(socket))
            .as(request)
            .doesNotContain("HTTP/1.1 500")
            .doesNotContain("HTTP/1.1 503");
      }
    }
    assertServes();
  }

  /** A page whose name was made to lead to this machine (DNS rebinding). */
  @Test
  void aNameThatWasMadeToLeadHereIsRefused() throws IOException {
    for (String host :
        List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", "[::2]")) {
      try (Socket socket = socket(address)) {
        send(socket, "GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertThat(rest(socket))
            .startsWith("HTTP/1.1 403")
            .contains("Host must be localhost or the address of the server");
      }
    }
    for (String host : List.of("localhost", "LOCALHOST:1", "127.0.0.1:9", "[::1]:5")) {
      try (Socket socket = socket(address)) {
        send(socket, "GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertThat(rest(socket)).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void aBodyThatComesTooSlowlyEndsWith408() throws Exception {
    Limits limits = Limits.DEFAULT.withDeadline(Duration.ofMillis(300));
    try (HaoriServer impatient = tiny.serve(ServerSettings.usual().withLimits(limits))) {
      URI there = URI.create(impatient.url());
      String head = "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";
      try (Socket silent = socket(there);
          Socket dripping = socket(there)) {
        send(silent, head + "{");
        send(dripping, head);
        try {
          for (int i = 0; i < 30; i++) {
            send(dripping, " ");
            Thread.sleep(20);
          }
        } catch (IOException closed) {
          // The server had enough.
        }
        for (Socket slow : List.of(silent, dripping)) {
          assertThat(rest(slow))
              .startsWith("HTTP/1.1 408")
              .contains("The body must come within 0.3 seconds");
        }
      }
      assertThat(new Http(impatient).get("/health/ready").status()).isEqualTo(200);
    }
  }

  /**
   * Who sends byte after byte keeps its connection from being idle, but not the server from
   * closing.
   */
  @Test
  void aRequestThatNeverEndsDoesNotKeepTheServerFromClosing() throws Exception {
    HaoriServer closing = tiny.serve(ServerSettings.usual());
    URI there = URI.create(closing.url());
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> cut =
        CompletableFuture.supplyAsync(
            () -> {
              try (Socket endless = socket(there)) {
                send(endless, "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
                for (int i = 0; i < DRIPS; i++) {
                  send(endless, "x");
                  begun.countDown();
                  Thread.sleep(20);
                }
                return false;
              } catch (IOException closed) {
                return true;
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    begun.await();
    closing.close();
    // Once more does nothing.
    closing.close();
    assertThat(cut.get()).isTrue();
    assertThatThrownBy(() -> socket(there)).isInstanceOf(ConnectException.class);
  }

  @Test
  void moreConnectionsThanAllowedWaitUntilOneIsClosed() throws IOException {
    Limits usual = Limits.DEFAULT;
    Limits three =
        new Limits(
            usual.bodyBytes(),
            usual.texts(),
            usual.textCharacters(),
            usual.pixels(),
            usual.waitingCharacters(),
            usual.batchTokens(),
            usual.batchWait(),
            usual.deadline(),
            3);
    try (HaoriServer narrow = tiny.serve(ServerSettings.usual().withLimits(three))) {
      URI there = URI.create(narrow.url());
      String ask = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
      List<Socket> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Socket socket = socket(there);
        send(socket, ask);
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        open.add(socket);
      }
      try (Socket fourth = socket(there)) {
        fourth.setSoTimeout(200);
        send(fourth, ask);
        assertThatThrownBy(() -> fourth.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
        fourth.setSoTimeout(20_000);
        open.remove(0).close();
        assertThat(fourth.getInputStream().read()).isEqualTo('H');
      }
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void namesThatLookLikePathsAreNoNames() {
    for (String name :
        List.of(
            "../food", "food/../../etc", "..%2ffood", "/etc/passwd", "food\\u0000", "C:\\\\x")) {
      Answer answer = http.post("/v1/classify", "{'model':'" + name + "','input':'x'}");
      assertThat(answer.status()).as(name).isEqualTo(400);
      assertThat(answer.json().has("data")).isFalse();
      Answer load =
          http.post("/v1/load_lora_adapter", "{'lora_name':'" + name + "','lora_path':'a'}");
      assertThat(load.status()).as(name).isEqualTo(400);
    }
  }

  @Test
  void pathsOfTheAddressReachNoFile() throws IOException {
    for (String path :
        List.of(
            "/../../../../etc/passwd",
            "/assets/..%2f..%2fetc/passwd",
            "/webjars/%2e%2e/%2e%2e/x",
            "//etc/passwd",
            "/modules/..;/x")) {
      try (Socket socket = socket(address)) {
        send(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        String answer = rest(socket);
        assertThat(answer).as(path).doesNotContain("root:").doesNotContain("HTTP/1.1 5");
        assertThat(answer).as(path).doesNotStartWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void whatIsLoadedByPathIsInTheLog() {
    tiny.adapter("logged", "lora", 41, TaskCatalogue.CLASSIFICATION, "a", "b");
    assertThat(
            http.post("/v1/load_lora_adapter", "{'lora_name':'draft','lora_path':'logged'}")
                .status())
        .isEqualTo(200);
    AuditEntry loaded = tiny.registry().maintenance().log(1).get(0);
    assertThat(loaded.action()).isEqualTo("load-adapter");
    assertThat(loaded.module()).isEqualTo("draft");
    assertThat(loaded.actor()).isEqualTo("anna");
    assertThat(loaded.details().toString()).contains("logged").containsPattern("[0-9a-f]{64}");
    http.post("/v1/unload_lora_adapter", "{'lora_name':'draft'}");
    assertThat(tiny.registry().maintenance().log(1).get(0).action()).isEqualTo("unload-adapter");
    assertThat(tiny.registry().maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
  }

  @Test
  void twoServersOnOneRegistryServeTheSame() {
    VersionId first = tiny.add("shared", "lora", 51);
    VersionId second = tiny.add("shared", "lora", 52);
    tiny.live(first);
    try (HaoriServer other = tiny.serve(ServerSettings.usual())) {
      server.look();
      String ask = "{'model':'shared@live','input':'wordai'}";
      Http there = new Http(other);
      assertThat(there.post("/v1/classify", ask).json().path("version").asInt()).isEqualTo(1);
      tiny.live(second);
      server.look();
      other.look();
      Answer here = http.post("/v1/classify", ask);
      assertThat(here.json().path("version").asInt()).isEqualTo(2);
      assertThat(there.post("/v1/classify", ask).json().path("digest"))
          .isEqualTo(here.json().path("digest"));
    }
  }
}
