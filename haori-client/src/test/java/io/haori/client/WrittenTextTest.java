package io.haori.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.client.write.ChatMessage;
import io.haori.client.write.WritingListener;
import io.haori.client.write.WritingOptions;
import io.haori.client.write.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WrittenTextTest {
  private static final String EVENTS =
      """
      data: {"choices":[{"index":0,"text":" The seal","finish_reason":null}]}

      : a comment

      data: {"choices":[{"index":0,"text":" leaks.","finish_reason":null}]}

      data: {"choices":[{"index":0,"text":"","finish_reason":"stop","end":"stop"}]}

      data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5}}

      data: [DONE]

      """;

  private final StubServer server = new StubServer();
  private final List<String> pieces = new ArrayList<>();

  @AfterEach
  void stop() {
    server.close();
  }

  private HaoriClient client() {
    return new HaoriClient(
        ClientSettings.of(server.url())
            .withRetry(new RetryPolicy(3, Duration.ZERO, Duration.ofSeconds(5))),
        duration -> {},
        new Random(1));
  }

  @Test
  void piecesAreHeardAsTheyComeAndTheTextIsPutTogether() {
    server.raw(200, "text/event-stream", EVENTS);
    WritingOptions options = new WritingOptions(80, 0.0, null, null, null, null, List.of("."), 42);
    Written written = client().complete("answers@live", "Pump", options, pieces::add);
    assertThat(written).isEqualTo(new Written(" The seal leaks.", 7, 5, "stop"));
    assertThat(pieces).containsExactly(" The seal", " leaks.");
    assertThat(server.seen().get(0).path()).isEqualTo("/v1/completions");
    assertThat(server.seen().get(0).body())
        .isEqualTo(
            "{\"model\":\"answers@live\",\"prompt\":\"Pump\",\"max_tokens\":80,"
                + "\"temperature\":0.0,\"stop\":[\".\"],\"seed\":42,\"stream\":true,"
                + "\"stream_options\":{\"include_usage\":true}}");
  }

  @Test
  void anAnswerInAConversationIsADelta() {
    server.raw(
        200,
        "text/event-stream",
        """
        data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

        data: {"choices":[{"index":0,"delta":{"content":"Shut it"}}]}

        data: {"choices":[{"index":0,"delta":{},"finish_reason":"length","end":"length"}]}

        data: [DONE]
        """);
    Written written =
        client()
            .answer(
                "answers",
                List.of(new ChatMessage("user", "It leaks.")),
                WritingOptions.USUAL,
                WritingListener.SILENT);
    assertThat(written).isEqualTo(new Written("Shut it", 0, 0, "length"));
    assertThat(server.seen().get(0).body()).contains("\"content\":\"It leaks.\"");
  }

  @Test
  void whoWantsNoMoreGetsWhatThereIs() {
    server.raw(200, "text/event-stream", EVENTS);
    WritingListener impatient =
        new WritingListener() {
          @Override
          public void onText(String piece) {
            pieces.add(piece);
          }

          @Override
          public boolean cancelled() {
            return !pieces.isEmpty();
          }
        };
    assertThat(client().complete("answers", "Pump", WritingOptions.USUAL, impatient))
        .isEqualTo(new Written(" The seal", 0, 0, "cancelled"));
  }

  @Test
  void aProblemIsThrownInTheServersWords() {
    server.problem(400, "prompt must be at most 127 tokens, got 201");
    assertThatThrownBy(
            () -> client().complete("a", "long", WritingOptions.USUAL, WritingListener.SILENT))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("prompt must be at most 127 tokens, got 201");
  }

  @Test
  void aBusyServerIsAskedAgainAndAnAnswerThatEndsInTheMiddleIsNot() {
    server
        .problem(503, "busy", "Retry-After", "1")
        .raw(200, "text/event-stream", EVENTS.substring(0, EVENTS.indexOf("data: [DONE]")));
    assertThatThrownBy(
            () -> client().complete("a", "x", WritingOptions.USUAL, WritingListener.SILENT))
        .isInstanceOf(UnreachableException.class)
        .hasMessage("The server stopped in the middle of a text");
    assertThat(server.seen()).hasSize(2);
  }
}
