package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.server.Http.Answer;
import io.haori.server.settings.Limits;
import io.haori.server.settings.ServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What is too much is refused, and where it is not safe nobody listens. */
@TestInstance(Lifecycle.PER_CLASS)
final class LimitsTest {
  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;

  @BeforeAll
  void start(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    tiny.live(tiny.add("food", "lora", 1));
    Limits limits =
        new Limits(2_000, 5, 100, 100, 1_000, 64, Duration.ZERO, Duration.ofSeconds(20), 100);
    server = start(ServerSettings.usual().withPort(0).withLimits(limits));
    http = new Http(server);
  }

  private HaoriServer start(ServerSettings settings) {
    return HaoriServer.start(settings, tiny.registry(), List.of(tiny.openBase()), DType.F32);
  }

  @AfterAll
  void stop() {
    server.close();
    tiny.close();
  }

  @Test
  void aBodyOrATextOrAnArrayThatIsTooLongIsRefused() {
    Answer body = http.postRaw("/v1/classify", "{\"model\":\"" + "x".repeat(2_000) + "\"}");
    assertThat(body.status()).isEqualTo(413);
    assertThat(body.detail()).isEqualTo("The body must have at most 2000 bytes");
    Answer texts = http.post("/v1/classify", "{'model':'food','input':['a','a','a','a','a','a']}");
    assertThat(texts.status()).isEqualTo(413);
    assertThat(texts.detail()).isEqualTo("input must have at most 5 texts, got 6");
    Answer text =
        http.post("/v1/classify", "{'model':'food','input':['a','" + "b".repeat(101) + "']}");
    assertThat(text.status()).isEqualTo(400);
    assertThat(text.detail())
        .isEqualTo("input[1] must be a text of at most 100 characters, got 101");
    assertThat(http.post("/v1/classify", "{'model':'food','input':'a'}").status()).isEqualTo(200);
  }

  @Test
  void pagesOfOtherSitesCannotUseTheServer() {
    String body = "{'model':'food','input':'a'}";
    Answer origin =
        new Http(server).with("Origin", "https://evil.example").post("/v1/classify", body);
    assertThat(origin.status()).isEqualTo(403);
    assertThat(origin.detail()).isEqualTo("Origin must be this server, got another site");
    Answer site = new Http(server).with("Sec-Fetch-Site", "cross-site").post("/v1/classify", body);
    assertThat(site.status()).isEqualTo(403);
    assertThat(new Http(server).with("Origin", server.url()).post("/v1/classify", body).status())
        .isEqualTo(200);
  }

  @Test
  void aPortThatIsTakenIsOneSentence() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> start(ServerSettings.usual().withPort(port)))
          .isInstanceOf(UserError.class)
          .hasMessage("port must be free on 127.0.0.1, got " + port + ", which is taken");
    }
  }

  @Test
  void aFolderIsServedOnThisMachineAlone() {
    ServerSettings usual = ServerSettings.usual();
    ServerSettings everywhere =
        new ServerSettings(
            "0.0.0.0",
            0,
            true,
            null,
            usual.moduleMemory(),
            List.of(),
            null,
            usual.limits(),
            null,
            usual.watch());
    assertThatThrownBy(() -> start(everywhere))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "host must be 127.0.0.1 or another address of this machine alone for the registry "
                + tiny.registry().location()
                + ", a folder, which has no tokens, got 0.0.0.0");
  }

  @RepeatedTest(2)
  void whatIsUnderWayIsAnsweredWhenTheServerStops() {
    HaoriServer other = start(ServerSettings.usual().withPort(0));
    Http asker = new Http(other);
    assertThat(asker.post("/v1/classify", "{'model':'food','input':'a'}").status()).isEqualTo(200);
    List<CompletableFuture<Integer>> statuses =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          try {
                            return new Http(other)
                                .post("/v1/classify", "{'model':'food','input':'a b c'}")
                                .status();
                          } catch (IllegalStateException refused) {
                            return 0;
                          }
                        }))
            .toList();
    statuses.get(0).join();
    other.close();
    // Answered, refused in words, or never connected: nobody gets half an answer.
    assertThat(statuses).allSatisfy(one -> assertThat(one.join()).isIn(200, 503, 0));
  }
}
