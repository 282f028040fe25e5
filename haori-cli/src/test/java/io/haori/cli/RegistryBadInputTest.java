package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a registry is given that it cannot take: one sentence each, and nothing lost. */
final class RegistryBadInputTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  private Cli haori(String arguments) {
    return Cli.runWith(
        Map.of("HAORI_REGISTRY", temporary.resolve("reg").toString()),
        arguments.replace("$", temporary + "/").split(" "));
  }

  private JsonNode done(String arguments) throws IOException {
    Cli run = haori(arguments + " --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  private void refused(String arguments, String sentence) {
    Cli run = haori(arguments);
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  /** An adapter of a few bytes. */
  private void adapter(String name, int content) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve(name));
    byte[] header =
        "{\"classifier.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(12 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).putFloat(content);
    Files.write(folder.resolve("heads.safetensors"), bytes.array());
    Files.writeString(
        folder.resolve("haori.json"),
        """
        {"formatVersion": 1, "codeVersion": "0.1.0", "method": "frozen", "seed": 42,
         "base": {"name": "minilm", "digest": "b1"}, "heads": [{"domain": "", "labels": ["a"]}],
         "settings": {"method": "frozen"}, "data": {"test": "d"}, "test": {"accuracy": 0.9}}
        """);
  }

  private void isSound(int versions) throws IOException {
    assertThat(done("module verify").get("versions").intValue()).isEqualTo(versions);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ../food    | ../food
          a/../../b  | a/../../b
          ..         | ..
          /etc/food  | /etc/food
          food\\bar   | food\\bar
          ЕДА        | ЕДА
          Food       | Food
          """)
  void namesWithTricksAreRefusedByEveryCommandThatTakesOne(String name, String shown)
      throws IOException {
    adapter("one", 1);
    Files.writeString(temporary.resolve("one/x.txt"), "soup\n");
    done("module add $one --name food");
    String sentence =
        "module name must be 1 to 100 letters of any script (no capitals), digits, '.', '_', '-'"
            + " and '・', beginning with a letter or digit, without '..', got "
            + shown;

    refused("module add $one --name=" + name, sentence);
    refused("module import $one --name=" + name, sentence);
    refused("module merge food food@1 --name=" + name, sentence);
    refused("module prune food --energy 0.9 --name=" + name, sentence);
    refused("predict --input $one/x.txt --adapter reg:" + name, sentence);
    refused("tune --data $one --name=" + name, sentence);
    if (!name.startsWith("-")) {
      refused("module show " + name, sentence);
      refused("module history " + name, sentence);
      refused("module diff food " + name, sentence);
      refused("module rollback " + name + " --reason x", sentence);
      refused("module retire " + name + "@1", sentence);
      refused("module promote " + name + "@1 --to live --reason x", sentence);
      refused("module export " + name + " --out $out", sentence);
    }
    isSound(1);
    try (var files = Files.list(temporary)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("one", "reg");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          adapter_model.safetensors | adapter_model.safetensors is missing
          adapter_config.json       | adapter_config.json is missing
          """)
  void aFolderOfPeftWithAMissingFileIsRefused(String missing, String sentence) throws IOException {
    adapter("one", 1);
    done("module add $one --name food");
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary.resolve("peft"));
    Files.delete(folder.resolve(missing));

    refused("module import " + folder + " --name food --base minilm", folder + ": " + sentence);
    refused("module add " + folder + " --name food --base minilm", folder + ": " + sentence);
    isSound(1);
  }

  @Test
  void aRegistryOfANewerVersionIsRefusedByEveryCommand() throws Exception {
    adapter("one", 1);
    done("module add $one --name food");
    sql(
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success)"
            + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 0, 'somebody', 1, 1)");
    String sentence =
        temporary.resolve("reg")
            + ": version of the tables must be at most 6, got 99 (made by a newer Haori)";

    refused("module list", sentence);
    refused("module add $one --name other", sentence);
    refused("module verify", sentence);
    refused("predict --adapter reg:food --input $x.txt", noFile("x.txt"));
    Files.writeString(temporary.resolve("x.txt"), "soup\n");
    refused("predict --adapter reg:food --input $x.txt", sentence);
    sql("DELETE FROM flyway_schema_history WHERE version = '99'");
    isSound(1);
  }

  private String noFile(String name) {
    return temporary.resolve(name) + ": cannot be read (no such file)";
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + temporary.resolve("reg/registry.db"));
        Statement one = connection.createStatement()) {
      one.execute(statement);
    }
  }

  @Test
  void clashingNamesOfTwoRegistriesAreRefusedAndBothStayWhole() throws IOException {
    adapter("one", 1);
    adapter("two", 2);
    adapter("three", 3);
    done("module add $one --name food");
    done("module add $two --name food --registry $other");
    done("module add $three --name plants --registry $other");

    refused(
        "module import $other",
        "names of imported modules must be free or hold the same versions, got food in both"
            + " registries; a prefix makes other names, nothing was imported");

    isSound(1);
    assertThat(done("module verify --registry $other").get("versions").intValue()).isEqualTo(2);
    assertThat(done("module import $other --prefix other.").get("versions")).hasSize(2);
    assertThat(done("module import $other --names plants").get("versions").get(0).textValue())
        .isEqualTo("plants@1");
    isSound(4);
  }
}
