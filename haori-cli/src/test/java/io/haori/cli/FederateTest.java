package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites that learn one model together, as their people meet it. */
final class FederateTest {
  @TempDir Path temporary;
  private RoundCommands commands;
  private Path data;

  @BeforeEach
  void prepare() throws IOException {
    commands = new RoundCommands(temporary, TinyBase.folder(temporary));
    data = TinyBase.data(temporary.resolve("data"), 24, false);
  }

  private String at(String name) {
    return commands.at(name);
  }

  private Cli init(String out, String... more) {
    return commands.init(out, more);
  }

  private Cli join(String round, String site, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "federate",
                "join",
                at(round),
                "--data",
                data.toString(),
                "--site",
                site,
                "--key",
                at(site + ".pem"),
                "--quiet"));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--out")) {
      arguments.addAll(List.of("--out", at(site + ".update")));
    }
    return Cli.run(arguments.toArray(String[]::new));
  }

  @Test
  void twoSitesMakeAModelThatIsEvaluatedLikeAnyOther() throws IOException {
    assertThat(init("round0").code()).isEqualTo(ExitCode.DONE);
    assertThat(join("round0", "a").code()).isEqualTo(ExitCode.DONE);
    assertThat(join("round0", "b", "--train-rows", "8").code()).isEqualTo(ExitCode.DONE);

    Cli merged =
        Cli.run(
            "federate",
            "merge",
            at("round0"),
            at("a.update"),
            at("b.update"),
            "--out",
            at("round1"),
            "--json");

    JsonNode json = new ObjectMapper().readTree(merged.out());
    assertThat(json.path("round").asInt()).isEqualTo(1);
    assertThat(json.path("sites").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(json.path("lostEnergy").asDouble()).isBetween(0.0, 1.0);
    assertThat(merged.words())
        .startsWith("Round 1 of 2 sites and 32 rows in " + at("round1") + "; its model: ");
    Cli evaluated =
        Cli.run("evaluate", "--adapter", at("round1/model"), "--data", data.toString(), "--quiet");
    assertThat(evaluated.code()).isEqualTo(ExitCode.DONE);
    Cli again = join("round1", "a", "--force", "--json");
    assertThat(new ObjectMapper().readTree(again.out()).path("testBefore").has("accuracy"))
        .isTrue();
  }

  @Test
  void withPrivacyItSaysWhatARowGivesAway() throws IOException {
    init("round0");

    Cli joined = join("round0", "a", "--privacy", "8", "--json");

    JsonNode json = new ObjectMapper().readTree(joined.out());
    assertThat(json.path("epsilon").asDouble()).isBetween(7.5, 8.0);
    assertThat(joined.words()).contains("Privacy of each row: epsilon ");
  }

  @Test
  void nothingOfTheRowsIsInAnUpdate() throws IOException {
    init("round0");
    join("round0", "a");

    String all = Files.readString(temporary.resolve("a.update"), StandardCharsets.ISO_8859_1);

    String text =
        new ObjectMapper()
            .readTree(Files.readAllLines(data.resolve("train.jsonl")).get(0))
            .path("text")
            .asText();
    assertThat(all).doesNotContain(text).contains("\\\"rows\\\":24");
  }

  private Cli secure(String command, String site, List<String> files, String out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("federate", command, at("round0")));
    files.forEach(file -> arguments.add(at(file)));
    arguments.addAll(List.of("--out", at(out)));
    if (!site.isEmpty()) {
      arguments.addAll(List.of("--site", site, "--key", at(site + ".pem")));
    }
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  @Test
  void aSecureRoundGoesFromKeysToAModelThoughASiteIsLost() throws IOException {
    List<String> sites = List.of("a", "b", "c");
    assertThat(init("round0", "--aggregate", "secure").out())
        .endsWith(" --data DIR --site NAME --out NAME.keys\n")
        .contains("haori federate enroll ");
    for (String site : sites) {
      secure("enroll", site, List.of(), site + ".keys", "--data", data.toString());
    }
    Cli keys = secure("collect", "", List.of("a.keys", "b.keys", "c.keys"), "all.1");
    assertThat(keys.out()).startsWith("Keys of a, b, c in " + at("all.1") + ": give it to");
    for (String site : sites) {
      assertThat(secure("answer", site, List.of("all.1"), site + ".shares").out())
          .startsWith("Shares of the secrets of " + site);
    }
    secure("collect", "", List.of("all.1", "a.shares", "b.shares", "c.shares"), "all.2");
    for (String site : List.of("a", "b")) {
      assertThat(join("round0", site, "--collected", at("all.2")).code()).isZero();
    }
    Cli updates =
        secure("collect", "", List.of("all.2", "a.update", "b.update"), "all.3", "--json");
    assertThat(new ObjectMapper().readTree(updates.out()).path("needed").asInt()).isEqualTo(2);
    for (String site : List.of("b", "c")) {
      secure("answer", site, List.of("all.3"), site + ".opens");
    }
    Cli merged =
        secure(
            "merge", "", List.of("all.3", "a.update", "b.update", "b.opens", "c.opens"), "round1");

    assertThat(merged.err()).isEmpty();
    assertThat(merged.out())
        .startsWith("Round 1 of 2 sites and 48 rows in " + at("round1"))
        .contains("nobody has seen a single site's part");
    assertThat(
            Cli.run(
                    "evaluate",
                    "--adapter",
                    at("round1/model"),
                    "--data",
                    data.toString(),
                    "--quiet")
                .code())
        .isZero();
    assertThat(join("round0", "c").err())
        .isEqualTo(
            "--collected must be the shares of all sites, which haori federate collect gathers in"
                + " a secure round, got none\n");
    assertThat(secure("merge", "", List.of("a.update", "b.update"), "round2").err())
        .isEqualTo(
            "haori federate merge of a secure round needs the last file of haori federate collect,"
                + " the one that lists whose masked numbers have arrived\n");
  }

  @Test
  void mistakesAreOneSentenceEach() {
    assertThat(init("round0", "--aggregate", "sum").err())
        .isEqualTo("--aggregate must be one of stack, shared-a, secure, average, got sum\n");
    assertThat(init("round0", "--method", "dora").err())
        .isEqualTo("--method must be lora, whose updates add up, got dora\n");
    assertThat(join("nowhere", "a").err())
        .isEqualTo(at("nowhere") + ": must be a round of haori federate, found no round.json\n");
    init("round0");
    assertThat(join("round0", "a/b").err())
        .isEqualTo(
            "--site must be 1 to 100 letters, digits, dots, hyphens or underscores, got 'a/b'\n");
    join("round0", "a");
    assertThat(join("round0", "a").err())
        .isEqualTo(
            "--out must be a new file, got "
                + at("a.update")
                + ", which exists; --force replaces it\n");
    assertThat(join("round0", "b", "--out", at("a.update/b.update")).err())
        .startsWith("--out must be in a folder that can be written, got " + at("a.update/b.update"))
        .hasLineCount(1);
    assertThat(temporary.resolve("b.pem")).doesNotExist();
    assertThat(join("round0", "b", "--out", at("new/b.update")).code()).isEqualTo(ExitCode.DONE);
    assertThat(Cli.run("federate", "merge", at("round0"), at("data"), "--out", at("r")).err())
        .isEqualTo(at("data") + ": must be an update of haori federate join, found a folder\n");
    assertThat(join("round0", "b", "--privacy", "0").err())
        .isEqualTo("--privacy must be finite and above 0, got 0.0\n");
    assertThat(join("round0", "b", "--clip", "2").err())
        .isEqualTo("--clip must be left out without --privacy, got 2.0\n");
    assertThat(Cli.run("federate").err())
        .startsWith("haori federate needs a command: init, join or merge");
  }
}
