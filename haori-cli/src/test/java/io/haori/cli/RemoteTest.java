package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.model.base.FetchListener;
import io.haori.registry.Addition;
import io.haori.registry.name.ModuleName;
import io.haori.server.settings.ServerSettings;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict} and {@code embed} with {@code --server} answer what they answer alone. */
@TestInstance(Lifecycle.PER_CLASS)
final class RemoteTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Path temporary;
  private Path base;
  private Path adapter;
  private TestServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    temporary = folder;
    base = TinyBase.folder(temporary.resolve("base"));
    adapter = temporary.resolve("animals");
    Path golden = Golden.copy("adapters/bert-lora-qv", temporary);
    try (TextBase opened = open();
        TextModel model =
            AdapterFolder.load(golden, opened, List.of("zebra", "ant", "bee"), DType.F32)) {
      AdapterFolder.save(
          adapter, model, new Provenance(Map.of(), Map.of(), 1, 1, 1, Map.of(), Map.of()));
    }
    server = TestServer.start(temporary.resolve("reg"), ServerSettings.usual(), base);
    var unused =
        server.registry().modules().add(adapter, new ModuleName("animals"), Addition.plain());
    server.server().look();
    Files.writeString(
        temporary.resolve("in.jsonl"),
        "{\"text\":\"wordai wordbc\",\"id\":7}\n{\"text\":\" \"}\n{\"text\":\"wordcd\"}\n");
  }

  private TextBase open() {
    return TextBase.open(base.toString(), DType.F32, FetchListener.SILENT);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static String done(String... arguments) {
    Cli run = Cli.run(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    return run.out();
  }

  private static void refused(
      String sentence, Map<String, String> environment, String... arguments) {
    Cli run = Cli.runWith(environment, arguments);
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void predictAnswersAsWithoutAServer() throws IOException {
    String input = temporary.resolve("in.jsonl").toString();
    String[] here =
        done(
                "predict",
                "--adapter",
                adapter.toString(),
                "--base",
                base.toString(),
                "--input",
                input,
                "--precision",
                "fp32")
            .split("\n");
    String[] there =
        done("predict", "--server", server.url(), "--adapter", "reg:animals@1", "--input", input)
            .split("\n");

    assertThat(there).hasSize(3).hasSameSizeAs(here);
    for (int i = 0; i < here.length; i++) {
      JsonNode own = JSON.readTree(here[i]);
      JsonNode remote = JSON.readTree(there[i]);
      assertThat(remote.path("line")).isEqualTo(own.path("line"));
      assertThat(remote.path("id")).isEqualTo(own.path("id"));
      assertThat(remote.path("label")).isEqualTo(own.path("label"));
      assertThat(remote.path("probabilities").size()).isEqualTo(own.path("probabilities").size());
      own.path("probabilities")
          .properties()
          .forEach(
              one ->
                  assertThat(remote.path("probabilities").path(one.getKey()).asDouble())
                      .isCloseTo(one.getValue().asDouble(), within(1e-4)));
    }
    assertThat(
            done(
                "predict",
                "--server",
                server.url(),
                "--adapter",
                "animals",
                "--text",
                "wordai",
                "--format",
                "csv"))
        .startsWith("\uFEFFline,")
        .contains("label,probability");
  }

  @Test
  void evaluateScoresAsWithoutAServer() throws IOException {
    Path data = Files.createDirectories(temporary.resolve("labelled"));
    StringBuilder rows = new StringBuilder();
    String[] labels = {"zebra", "ant", "bee", "wasp"};
    for (int i = 0; i < 300; i++) {
      String text = "word" + (char) ('a' + i % 9) + (char) ('a' + i / 9 % 7) + " wordbc";
      rows.append("{\"text\":\"%s\",\"label\":\"%s\"}%n".formatted(text, labels[i * 7 % 4]));
    }
    Files.writeString(data.resolve("test.jsonl"), rows);
    List<String> ask = List.of("evaluate", "--json", "--data", data.toString());
    List<String> here = new ArrayList<>(ask);
    here.addAll(
        List.of("--adapter", adapter.toString(), "--base", base.toString(), "--precision", "fp32"));
    List<String> there = new ArrayList<>(ask);
    there.addAll(List.of("--server", server.url(), "--adapter", "animals@1"));

    JsonNode local = JSON.readTree(done(here.toArray(String[]::new)));
    JsonNode remote = JSON.readTree(done(there.toArray(String[]::new)));

    assertThat(local.path("rows").asInt()).isEqualTo(300);
    assertThat(local.path("accuracy").asDouble()).isBetween(0.05, 0.6);
    for (String same : List.of("rows", "scores", "dataDigest", "confusion", "accuracyInterval")) {
      assertThat(remote.path(same).toString())
          .as(same)
          .isEqualTo(local.path(same).toString())
          .isNotEmpty();
    }
    refused(
        "--data must be a folder with --server: how a single file was split for the training is not"
            + " known here, got "
            + data.resolve("test.jsonl"),
        Map.of(),
        "evaluate",
        "--server",
        server.url(),
        "--adapter",
        "animals",
        "--data",
        data.resolve("test.jsonl").toString());
    refused(
        "--base must be left out with --server, got minilm",
        Map.of(),
        "evaluate",
        "--server",
        "http://h",
        "--adapter",
        "animals",
        "--base",
        "minilm",
        "--data",
        data.toString());
  }

  @Test
  void embedGivesTheVectorsOfModuleOrBase() throws IOException {
    String input = temporary.resolve("in.jsonl").toString();
    JsonNode here =
        JSON.readTree(
            done(
                    "embed",
                    "--adapter",
                    adapter.toString(),
                    "--base",
                    base.toString(),
                    "--input",
                    input,
                    "--normalize",
                    "yes",
                    "--precision",
                    "fp32")
                .lines()
                .findFirst()
                .orElseThrow());
    JsonNode there =
        JSON.readTree(
            done("embed", "--server", server.url(), "--adapter", "animals", "--input", input)
                .lines()
                .findFirst()
                .orElseThrow());

    assertThat(there.path("vector").size()).isEqualTo(here.path("vector").size());
    assertThat(there.path("vector").get(0).asDouble())
        .isCloseTo(here.path("vector").get(0).asDouble(), within(1e-4));
    assertThat(done("embed", "--server", server.url(), "--base", base.toString(), "--input", input))
        .contains("\"vector\"");
  }

  @Test
  void searchFindsWithTheServersVectorsWhatItFindsHere() throws IOException {
    String input = temporary.resolve("in.jsonl").toString();
    String[] query = {"search", "--query", "wordai wordbb", "--input", input, "--json"};
    List<String> here = new ArrayList<>(List.of(query));
    here.addAll(
        List.of("--adapter", adapter.toString(), "--base", base.toString(), "--precision", "fp32"));
    List<String> there = new ArrayList<>(List.of(query));
    there.addAll(List.of("--server", server.url(), "--adapter", "animals"));

    JsonNode local = JSON.readTree(done(here.toArray(String[]::new))).path("results");
    JsonNode remote = JSON.readTree(done(there.toArray(String[]::new))).path("results");

    assertThat(remote.findValuesAsText("line")).isEqualTo(local.findValuesAsText("line"));
    assertThat(remote.findValuesAsText("line")).isNotEmpty();
    for (int hit = 0; hit < local.findValuesAsText("line").size(); hit++) {
      assertThat(remote.get(0).path("hits").get(hit).path("cosine").asDouble())
          .isCloseTo(local.get(0).path("hits").get(hit).path("cosine").asDouble(), within(1e-4));
    }
    refused(
        "--pooling must be left out with --server, got mean",
        Map.of(),
        "search",
        "--server",
        "http://h",
        "--query",
        "x",
        "--input",
        input,
        "--pooling",
        "mean");
  }

  @Test
  void whatIsWrongIsOneSentence() {
    refused(
        "--server must answer: No module named fodo in this registry",
        Map.of(),
        "predict",
        "--server",
        server.url(),
        "--adapter",
        "fodo",
        "--text",
        "x");
    refused(
        "--server must answer: http://127.0.0.1:1 cannot be reached",
        Map.of(),
        "embed",
        "--server",
        "http://127.0.0.1:1",
        "--adapter",
        "a",
        "--input",
        "-");
    refused(
        "--server must be an address such as http://127.0.0.1:8080 or https://host:8443, got"
            + " host:1",
        Map.of(),
        "predict",
        "--server",
        "host:1",
        "--adapter",
        "a",
        "--text",
        "x");
    refused(
        "--server must be an https address, or on this machine, to send a token to, got http://h",
        Map.of("HAORI_TOKEN", "haori_secret"),
        "predict",
        "--server",
        "http://h",
        "--adapter",
        "a",
        "--text",
        "x");
    refused(
        "--threshold must be left out with --server, got 0.5",
        Map.of(),
        "predict",
        "--server",
        "http://h",
        "--adapter",
        "a",
        "--text",
        "x",
        "--threshold",
        "0.5");
    refused(
        "--token-file must be given with --server, got t",
        Map.of(),
        "predict",
        "--token-file",
        "t",
        "--adapter",
        "a",
        "--text",
        "x");
    String missing = temporary.resolve("nothing").toString();
    refused(
        missing + ": cannot be read (no such file or folder)",
        Map.of(),
        "predict",
        "--server",
        "https://h",
        "--token-file",
        missing,
        "--adapter",
        "a",
        "--text",
        "x");
  }
}
