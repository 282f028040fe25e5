package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
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
