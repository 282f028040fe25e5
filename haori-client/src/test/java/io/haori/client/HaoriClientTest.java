package io.haori.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client sends, when it sends it again, and what it says of a problem. */
final class HaoriClientTest {
  private static final String ANSWER =
      "{'id':'7','task':'classification','model':'food@live','module':'food','version':3,"
          + "'digest':'d','base':'minilm','modules':[{'module':'food','version':3,'digest':'d',"
          + "'weight':1.0}],'data':[{'index':0,'label':'a','probability':0.75,"
          + "'probabilities':{'a':0.75,'b':0.25}}],'usage':{'total_tokens':5}}";

  private final StubServer server = new StubServer();
  private final List<Duration> waits = new ArrayList<>();

  @AfterEach
  void stop() {
    server.close();
  }

  private HaoriClient client() {
    return client(ClientSettings.of(server.url()));
  }

  private HaoriClient client(ClientSettings settings) {
    return new HaoriClient(settings, waits::add, new Random(1));
  }

  private Classified classify() {
    return client().classify(Asked.model("food@live"), List.of("a rich soup"));
  }

  @Test
  void anAnswerIsTypedAndNamesWhoGaveIt() {
    server.json(ANSWER);
    Classified answer = classify();

    assertThat(answer.by().module()).isEqualTo("food");
    assertThat(answer.by().version()).isEqualTo(3);
    assertThat(answer.by().digest()).isEqualTo("d");
    assertThat(answer.by().requestId()).isEqualTo("7");
    assertThat(answer.by().task()).isEqualTo("classification");
    assertThat(answer.by().tokens()).isEqualTo(5);
    assertThat(answer.rows().get(0).label()).isEqualTo("a");
    assertThat(answer.rows().get(0).labels()).containsExactly("a");
    assertThat(answer.rows().get(0).probabilities())
        .containsExactly(Map.entry("a", 0.75), Map.entry("b", 0.25));
    assertThat(server.seen().get(0))
        .isEqualTo(
            new StubServer.Seen(
                "POST",
                "/v1/classify",
                "",
                "{\"model\":\"food@live\",\"input\":[\"a rich soup\"]}"));
  }

  @Test
  void aMixAndPairsDomainsAndWordsAreSentAsTheServerReadsThem() {
    server
        .json(ANSWER)
        .json("{'data':[{'words':['a','b'],'tags':['O',''],'probabilities':[0.5,null]}]}");
    var mix = Asked.mix(Map.of("food@3", 0.7), "food@3");
    client().classifyInputs(mix, List.of(new TextInput("a", "b", "c", List.of())), 2);
    Tagged tagged = client().tag(Asked.model("ner"), List.of(TextInput.words(List.of("a", "b"))));

    assertThat(server.seen().get(0).body())
        .isEqualTo(
            "{\"mix\":[{\"model\":\"food@3\",\"weight\":0.7}],\"head\":\"food@3\",\"input\":[{\"text\":\"a\",\"textPair\":\"b\",\"domain\":\"c\"}],\"top\":2}");
    assertThat(server.seen().get(1).body())
        .isEqualTo("{\"model\":\"ner\",\"input\":[{\"words\":[\"a\",\"b\"]}]}");
    assertThat(tagged.rows().get(0).tags()).containsExactly("O", "");
    assertThat(tagged.rows().get(0).probabilities()).containsExactly(0.5, Double.NaN);
  }

  @Test
  void whatTheServerAsksToWaitIsWaitedAndTheRequestSentAgain() {
    server
        .problem(429, "Too many texts wait", "Retry-After", "3")
        .problem(503, "No room now", "Retry-After", "1")
        .json(ANSWER);

    assertThat(classify().by().version()).isEqualTo(3);
    assertThat(waits).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(1));
    assertThat(server.seen()).hasSize(3);
  }

  @Test
  void aServerThatStaysBusyIsAskedAsOftenAsThePolicySays() {
    for (int i = 0; i < 4; i++) {
      server.problem(429, "Too many texts wait", "Retry-After", "1");
    }
    assertThatThrownBy(this::classify)
        .isInstanceOfSatisfying(
            ProblemException.Busy.class,
            e -> {
              assertThat(e).hasMessage("Too many texts wait");
              assertThat(e.retryAfter()).contains(Duration.ofSeconds(1));
            });
    assertThat(server.seen()).hasSize(4);
  }

  @Test
  void aWaitThatIsTooLongForTheProgramIsLeftToIt() {
    server.problem(503, "Closed until Monday", "Retry-After", "86400");

    assertThatThrownBy(this::classify).isInstanceOf(ProblemException.Unavailable.class);
    assertThat(waits).isEmpty();
  }

  @Test
  void aDamagedModuleIsNotAskedForAgain() {
    server.problem(503, "m1@1 cannot be served: m1: is damaged");

    assertThatThrownBy(this::classify).hasMessage("m1@1 cannot be served: m1: is damaged");
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void aProxyWhoseServerIsAwayIsAskedAgain() {
    server.raw(502, "text/html", "<html>bad gateway</html>").json(ANSWER);

    assertThat(classify().by().version()).isEqualTo(3);
    assertThat(waits).hasSize(1);
    assertThat(waits.get(0)).isLessThanOrEqualTo(Duration.ofMillis(500));
  }

  @Test
  void whatChangesTheServerIsNotSentTwiceUnlessItWasRefused() {
    server.raw(502, "text/html", "");
    assertThatThrownBy(() -> client().loadAdapter("a", "a", false))
        .isInstanceOf(ProblemException.Unavailable.class)
        .hasMessage("The server answered with the status 502");
    assertThat(server.seen()).hasSize(1);
    server.problem(429, "Too many", "Retry-After", "1").raw(200, "text/plain", "Success");
    client().loadAdapter("a", "a", true);
    assertThat(server.seen()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadRequest",
    "401, UnknownCaller",
    "403, Forbidden",
    "404, NotFound",
    "405, BadRequest",
    "409, Conflict",
    "413, TooLarge",
    "500, ServerFault"
  })
  void eachKindOfProblemHasItsTypeAndIsNotRepeated(int status, String type) {
    server.raw(
        status,
        "application/problem+json",
        "{\"title\":\"T\",\"status\":1,\"detail\":\"Some sentence\",\"setting\":\"input[1]\"}",
        "X-Request-Id",
        "r1");

    assertThatThrownBy(this::classify)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.getClass().getSimpleName()).isEqualTo(type);
              assertThat(e).hasMessage("Some sentence");
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.title()).isEqualTo("T");
              assertThat(e.setting()).contains("input[1]");
              assertThat(e.requestId()).isEqualTo("r1");
            });
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void somethingElseThanAHaoriServerIsReported() {
    server.raw(200, "text/html", "<html>hello</html>");

    assertThatThrownBy(this::classify)
        .isInstanceOf(UnreachableException.class)
        .hasMessage(server.url() + " does not answer as a Haori server does");
  }

  @Test
  void aTokenIsSentToThisMachineOrByHttpsAlone() {
    server.json(ANSWER);
    client(ClientSettings.of(server.url()).withToken("haori_x"))
        .classify(Asked.model("food"), List.of("a"));
    assertThat(server.seen().get(0).authorization()).isEqualTo("Bearer haori_x");

    ClientSettings plain = ClientSettings.of("http://haori.example:8080");
    assertThatThrownBy(() -> plain.withToken("haori_x"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "server must be an https address, or on this machine, to send a token to, got"
                + " http://haori.example:8080");
    assertThat(ClientSettings.of("https://haori.example").withToken("haori_x"))
        .hasToString("ClientSettings[https://haori.example, with a token]");
  }

  @Test
  void aTokenDoesNotFollowARedirection() {
    server.raw(302, "text/plain", "", "Location", "http://127.0.0.1:1/v1/classify");

    assertThatThrownBy(
            () ->
                client(ClientSettings.of(server.url()).withToken("haori_x"))
                    .classify(Asked.model("food"), List.of("a")))
        .isInstanceOf(ProblemException.BadRequest.class)
        .hasMessage("The server answered with the status 302");
    assertThat(server.seen()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ftp://host            | ftp://host
          host:8080             | host:8080
          http://a:b@host/      | http://…@host/
          http://host/?x=1      | http://host/?x=1
          not an address        | not an address
          """)
  void anAddressThatIsNoneIsRefused(String url, String shown) {
    assertThatThrownBy(() -> ClientSettings.of(url))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "server must be an address such as http://127.0.0.1:8080 or https://host:8443, got "
                + shown);
  }

  @Test
  void aServerThatIsNotThereIsAskedAgainThenReported() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    HaoriClient client = client(ClientSettings.of("http://127.0.0.1:" + free));

    assertThatThrownBy(() -> client.loadAdapter("a", "a", false))
        .isInstanceOf(UnreachableException.class)
        .hasMessage("http://127.0.0.1:" + free + " cannot be reached");
    assertThat(waits).hasSize(3);
    assertThat(waits.get(2)).isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void anAnswerThatDoesNotComeIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      HaoriClient client =
          client(
              ClientSettings.of(url)
                  .withTimeout(Duration.ofMillis(50))
                  .withRetry(new RetryPolicy(2, Duration.ZERO, Duration.ZERO)));

      assertThatThrownBy(() -> client.classify(Asked.model("food"), List.of("a")))
          .isInstanceOf(UnreachableException.class)
          .hasMessage(url + " did not answer within 50 ms");
    }
  }

  @Test
  void manyTextsAreSeveralRequests() {
    String one =
        "{'data':[" + "{'label':'a','probability':1.0,'probabilities':{'a':1.0}},".repeat(255);
    server.json(one + "{'label':'b'}]}").json("{'data':[{'label':'c'}]}");
    var answers = client().classifier(Asked.model("food")).classify(Collections.nCopies(257, "x"));

    assertThat(answers).hasSize(257);
    assertThat(answers.get(255).label()).isEqualTo("b");
    assertThat(answers.get(256).label()).isEqualTo("c");
    assertThat(client().classifier(Asked.model("food")).classify(List.of())).isEmpty();
  }

  @Test
  void aFileWithoutACertificateIsOneSentence(@TempDir Path temporary) throws IOException {
    Path file = Files.writeString(temporary.resolve("c.pem"), "nothing");
    ClientSettings settings = ClientSettings.of("https://host").withTrusted(file);

    assertThatThrownBy(() -> new HaoriClient(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": must hold a certificate in PEM");
  }

  @Test
  void healthIsAskedOnceAndDownIsNoError() {
    server.raw(503, "application/json", "{\"status\":\"down\",\"registry\":\"up\"}");
    assertThat(client().health().ready()).isFalse();
    server.json("{'status':'up','registry':'down'}");
    assertThat(client().health()).isEqualTo(new Health(true, "down"));
    assertThat(waits).isEmpty();
  }
}
