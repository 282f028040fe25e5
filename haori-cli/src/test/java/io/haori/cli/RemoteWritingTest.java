package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.cli.terminal.ExitCode;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.HaoriServer;
import io.haori.server.settings.ServerSettings;
import io.haori.testkit.TinyDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate} and {@code chat} with {@code --server} write what they write alone. */
@TestInstance(Lifecycle.PER_CLASS)
final class RemoteWritingTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Path temporary;
  private String base;
  private Registry registry;
  private HaoriServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    temporary = folder;
    base = TinyDecoder.folder(temporary).toString();
    registry =
        Registry.openOrCreate(
            RegistryLocation.ofFolder(temporary.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system());
    server =
        HaoriServer.start(
            ServerSettings.usual().withPort(0),
            registry,
            List.of(TextBase.open(base, DType.F32, FetchListener.SILENT)),
            DType.F32);
  }

  @AfterAll
  void stop() {
    server.close();
    registry.close();
  }

  private Cli here(String stdin, String... words) {
    return run(stdin, List.of("--precision", "fp32", "--threads", "1"), words);
  }

  private Cli there(String stdin, String... words) {
    return run(stdin, List.of("--server", server.url()), words);
  }

  private Cli run(String stdin, List<String> more, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--base", base));
    all.addAll(more);
    return Cli.runWithInput(stdin, all.toArray(String[]::new));
  }

  private static String done(Cli run) {
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    return run.out();
  }

  /** The result, without figures of time and memory. */
  private static JsonNode last(String out) throws IOException {
    String[] lines = out.strip().split("\n", -1);
    ObjectNode result = (ObjectNode) JSON.readTree(lines[lines.length - 1]);
    return result.without(List.of("seconds", "tokensPerSecond", "peakRssMb"));
  }

  @Test
  void aPromptIsWrittenOnAsWithoutAServer() throws IOException {
    for (String[] more :
        List.of(
            new String[] {},
            new String[] {"--stop", "that"},
            new String[] {"--max-tokens", "3"},
            new String[] {"--temperature", "2", "--top-k", "9", "--seed", "7"})) {
      List<String> words = new ArrayList<>(List.of("generate", "--prompt", "A cat is", "--json"));
      words.addAll(List.of(more));
      String[] all = words.toArray(String[]::new);
      assertThat(last(done(there("", all)))).isEqualTo(last(done(here("", all))));
    }
  }

  @Test
  void promptsOfAFileAreWrittenOnInTheirOrder() throws IOException {
    Path file = temporary.resolve("prompts.jsonl");
    Files.writeString(
        file,
        """
        {"prompt": "A cat is"}
        {"messages": [{"role": "user", "content": "The red"}]}
        {"prompt": "The red"}
        """);
    String[] words = {"generate", "--input", file.toString(), "--quiet", "--max-tokens", "9"};
    List<String> alone = done(here("", words)).lines().toList();
    assertThat(alone).hasSize(3);
    assertThat(done(there("", words)).lines()).hasSameSizeAs(alone);
    for (int i = 0; i < 3; i++) {
      JsonNode own = JSON.readTree(alone.get(i));
      JsonNode remote = JSON.readTree(done(there("", words)).lines().toList().get(i));
      assertThat(remote.path("line")).isEqualTo(own.path("line"));
      assertThat(remote.path("text").textValue().strip())
          .isEqualTo(own.path("text").textValue().strip());
      assertThat(remote.path("end")).isEqualTo(own.path("end"));
    }
  }

  @Test
  void aConversationGoesOnAsWithoutAServer() throws IOException {
    String said = "A cat is\nThe red\n/reset\nA cat is\n/quit\n";
    String[] words = {"chat", "--quiet", "--json", "--max-tokens", "6", "--system", "You know."};
    JsonNode own = last(done(here(said, words)));
    JsonNode remote = last(done(there(said, words)));
    assertThat(remote.path("answers")).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(remote.path("answers").get(i).path("promptTokens"))
          .isEqualTo(own.path("answers").get(i).path("promptTokens"));
      assertThat(remote.path("answers").get(i).path("text").textValue().strip())
          .isEqualTo(own.path("answers").get(i).path("text").textValue().strip());
    }
  }

  @Test
  void whatTheServerRefusesIsOneSentence() throws IOException {
    Cli unknown =
        Cli.run("generate", "--server", server.url(), "--adapter", "none@live", "--prompt", "a");
    assertThat(unknown.code()).isEqualTo(ExitCode.USER);
    assertThat(unknown.err()).startsWith("--server must answer: ").hasLineCount(1);
    Cli longer = there("", "generate", "--prompt", "a b c d ".repeat(60));
    assertThat(longer.code()).isEqualTo(ExitCode.USER);
    assertThat(longer.err()).contains("prompt must be at most").hasLineCount(1);
    Cli away = Cli.run("chat", "--server", "http://127.0.0.1:1", "--base", base);
    assertThat(away.code()).isEqualTo(ExitCode.DONE);
    Cli seed = there("", "generate", "--prompt", "a", "--seed", "3000000000");
    assertThat(seed.err())
        .isEqualTo("--seed must be in [-2^31, 2^31) with --server, got 3000000000\n");
    Cli token = Cli.run("chat", "--base", base, "--token-file", "x");
    assertThat(token.err()).isEqualTo("--token-file must be given with --server, got x\n");
    Cli nothing = Cli.run("generate", "--server", server.url(), "--prompt", "a");
    assertThat(nothing.err())
        .isEqualTo("--base is missing: haori generate needs it, or --adapter\n");
  }
}
