package io.haori.registry.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.registry.AdapterFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the help page: it is what the page shows, and it does what the page says. */
final class RegistryProgramTest {
  @TempDir Path temporary;

  @Test
  void thePageShowsTheProgramAsItIsCompiled() throws IOException {
    String page = Files.readString(Path.of("../docs/help/keep-modules-in-a-registry.md"));
    String source =
        Files.readString(Path.of("src/test/java/io/haori/registry/example/RegistryProgram.java"));

    assertThat(page).contains(source.substring(source.indexOf("import ")));
  }

  @Test
  void theProgramTakesWhatAnotherPersonApproved() {
    Path adapter = AdapterFolders.write(temporary.resolve("adapter"), 1);
    Path live = temporary.resolve("live");
    PrintStream before = System.out;
    var said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      RegistryProgram.main(
          new String[] {temporary.resolve("reg").toString(), adapter.toString(), live.toString()});
    } finally {
      System.setOut(before);
    }

    assertThat(live.resolve("haori.json")).hasSameBinaryContentAs(adapter.resolve("haori.json"));
    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "anna init", "anna grant", "anna rule", "anna add", "bob approve", "bob promote");
  }
}
