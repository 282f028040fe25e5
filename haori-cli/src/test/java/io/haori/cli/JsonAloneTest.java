package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code --json} stdout holds one JSON object and nothing else, whatever the command. */
final class JsonAloneTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void everyCommandThatWorksHasTheOption() {
    assertThat(HelpTest.all())
        .filteredOn(name -> HelpTest.find(name).getSubcommands().isEmpty())
        .filteredOn(name -> HelpTest.find(name).getCommandSpec().findOption("--json") == null)
        .containsExactlyInAnyOrder("haori completion", "haori help");
  }

  @Test
  void everyCommandOfTheRegistryPrintsJsonAlone() throws IOException {
    json("module init");
    json("module list");
    json("module roles");
    json("module rule food* --data d --at-least 0.5");
    json("module rule");
    json("module trial");
    json("module grant mika viewer");
    json("module revoke mika viewer");
    json("module log");
    json("module verify");
    json("module live");
    json("module gc --dry-run");
    json("module backup --out " + folder.resolve("backup.zip"));
  }

  @Test
  void mistakesLeaveStdoutEmpty() {
    for (String command :
        List.of(
            "tune --data nowhere --out x",
            "evaluate --adapter nowhere --data nowhere",
            "predict --adapter nowhere --input nowhere.txt",
            "export --adapter nowhere --format peft --out x",
            "module show nothing@1 --registry " + folder.resolve("none"))) {
      Cli run = Cli.run((command + " --json").split(" "));

      assertThat(run.code()).as(command).isEqualTo(ExitCode.USER);
      assertThat(run.out()).as(command).isEmpty();
      assertThat(run.err()).as(command).isNotEmpty();
    }
  }

  private void json(String command) throws IOException {
    Cli run = Cli.run((command + " --json --registry " + folder.resolve("registry")).split(" "));

    assertThat(run.err()).as(command).isEmpty();
    assertThat(run.code()).as(command).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).as(command).hasSize(1);
    JsonNode answer = JSON.readTree(lines.get(0));
    assertThat(answer.get("command").textValue())
        .isEqualTo(String.join(" ", List.of(command.split(" ")).subList(0, 2)));
    assertThat(answer.has("seconds")).isTrue();
    assertThat(answer.has("peakRssMb")).isTrue();
  }
}
