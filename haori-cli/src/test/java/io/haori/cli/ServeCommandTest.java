package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code haori serve} refuses before it serves. */
final class ServeCommandTest {
  @TempDir Path temporary;
  private String registry;

  @BeforeEach
  void makeRegistry() {
    registry = temporary.resolve("reg").toString();
    Cli made = Cli.run("module", "init", "--registry", registry);
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
  }

  private static void assertRefused(String sentence, String... arguments) {
    Cli run = Cli.runWith(Map.of(), arguments);
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void aRegistryThatIsNotThereIsOneSentence() {
    String nowhere = temporary.resolve("nowhere").toString();
    assertRefused(
        nowhere + ": no registry is there; haori module init or add makes one",
        "serve",
        "--registry",
        nowhere);
  }

  @Test
  void aRegistryOfANewerHaoriIsOneSentence() throws Exception {
    Path tables;
    try (var files = Files.list(Path.of(registry))) {
      tables = files.filter(one -> one.toString().endsWith(".db")).findFirst().orElseThrow();
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + tables);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
              + " checksum, installed_by, execution_time, success)"
              + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 0, 'somebody', 1, TRUE)");
    }
    Cli run = Cli.runWith(Map.of(), "serve", "--registry", registry);
    assertThat(run.err())
        .startsWith(registry + ": version of the tables must be at most ")
        .endsWith(", got 99 (made by a newer Haori)\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void aDatabaseThatIsNotThereIsOneSentence() {
    Cli run =
        Cli.runWith(
            Map.of("HAORI_BLOBS", temporary.toString()),
            "serve",
            "--registry",
            "jdbc:postgresql://127.0.0.1:1/haori?connectTimeout=1");
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.err()).startsWith("jdbc:postgresql://127.0.0.1:1/haori").contains("cannot be");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void aFolderIsNotServedToOthers() {
    assertRefused(
        "--host must be 127.0.0.1 or another address of this machine alone for the registry "
            + registry
            + ", a folder, which has no tokens, got 0.0.0.0",
        "serve",
        "--registry",
        registry,
        "--host",
        "0.0.0.0",
        "--behind-proxy");
  }

  @Test
  void optionsAreCheckedFirst() {
    assertRefused("--module-memory must be at least 1, got 0", "serve", "--module-memory", "0");
    assertRefused("--port must be in [0, 65535], got 70000", "serve", "--port", "70000");
    assertRefused(
        "--tls-key must be given with --tls-cert, got nothing", "serve", "--tls-cert", "c.pem");
  }

  @Test
  void aPortThatIsTakenIsOneSentence() throws IOException {
    String base = TinyBase.folder(temporary).toString();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertRefused(
          "--port must be free on 127.0.0.1, got " + port + ", which is taken",
          "serve",
          "--registry",
          registry,
          "--base",
          base,
          "--port",
          port);
    }
  }
}
