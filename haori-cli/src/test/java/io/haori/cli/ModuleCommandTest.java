package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.model.base.Bases;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code haori module} as a user types it, on a registry in a folder. */
final class ModuleCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  private Cli module(String... arguments) {
    List<String> all = new ArrayList<>(List.of("module"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--registry", temporary.resolve("reg").toString()));
    return Cli.runWith(Map.of(), all.toArray(String[]::new));
  }

  private JsonNode done(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Cli run = module(all.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    // One object and nothing else.
    assertThat(run.out().lines()).hasSize(1);
    return JSON.readTree(run.out());
  }

  private void refused(String sentence, String... arguments) {
    Cli run = module(arguments);
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  private String adapter(int content) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("adapter" + content));
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
    return folder.toString();
  }

  private void add(int content) throws IOException {
    done("add", adapter(content), "--name", "food");
  }

  @Test
  void aPublishedBaseThatIsNotTheModulesIsRefusedBeforeItIsFetched() throws IOException {
    add(1);
    add(2);
    String digest = Bases.publishedDigest("minilm").orElseThrow();
    System.setProperty("haori.cache", temporary.resolve("cache").toString());
    try {
      refused(
          "base of food@1 must be minilm with the digest b1, got minilm with the digest " + digest,
          "merge",
          "food@1",
          "food@2",
          "--name",
          "both");
    } finally {
      System.clearProperty("haori.cache");
    }
    assertThat(temporary.resolve("cache")).doesNotExist();
  }

  @Test
  void theFirstModuleMakesTheRegistry() throws IOException {
    JsonNode json = done("add", adapter(1), "--name", "food");

    assertThat(json.get("command").textValue()).isEqualTo("module add");
    assertThat(json.get("module").textValue()).isEqualTo("food@1");
    assertThat(json.get("added").booleanValue()).isTrue();
    assertThat(json.get("digest").textValue()).matches("[0-9a-f]{64}");
    assertThat(temporary.resolve("reg/registry.db")).exists();
    assertThat(done("add", adapter(1), "--name", "food").get("added").booleanValue()).isFalse();
  }

  @Test
  void modulesAreListedAndShown() throws IOException {
    add(1);
    add(2);

    Cli list = module("list");
    assertThat(list.err()).isEmpty();
    assertThat(list.out().lines().toList().get(2)).startsWith("food         2  draft");
    JsonNode json = done("list").get("modules");
    assertThat(json).hasSize(1);
    assertThat(json.get(0).get("version").intValue()).isEqualTo(2);
    JsonNode shown = done("show", "food@1");
    assertThat(shown.get("state").textValue()).isEqualTo("draft");
    assertThat(shown.get("base").get("digest").textValue()).isEqualTo("b1");
    assertThat(shown.get("metrics").get("test").get("accuracy").doubleValue()).isEqualTo(0.9);
    assertThat(shown.get("files").size()).isEqualTo(2);
    assertThat(module("show", "food@1").out()).contains("reported, test", "accuracy 0.9000");
    assertThat(done("list", "--names", "x*").get("modules")).isEmpty();
  }

  @Test
  void versionsAreCompared() throws IOException {
    add(1);
    add(2);

    JsonNode differences = done("diff", "food@1", "food@2").get("differences");

    assertThat(differences).hasSize(1);
    assertThat(differences.get(0).get("what").textValue()).isEqualTo("file, heads.safetensors");
    assertThat(differences.get(0).get("kind").textValue()).isEqualTo("file");
    assertThat(differences.get(0).get("name").textValue()).isEqualTo("heads.safetensors");
    assertThat(differences.get(0).get("left").textValue()).matches("[0-9a-f]{64}");
    JsonNode json = done("diff", "food@1", "food@2");
    assertThat(json.get("left").get("module").textValue()).isEqualTo("food@1");
    assertThat(json.get("right").get("author").textValue()).isEqualTo(me());
    assertThat(json.get("right").get("digest").textValue()).matches("[0-9a-f]{64}");
    done("retire", "food@1", "--reason", "old");
    JsonNode state = done("diff", "food@1", "food@2").get("differences").get(1);
    assertThat(state.get("kind").textValue() + " " + state.get("left") + " " + state.get("right"))
        .isEqualTo("state \"retired\" \"draft\"");
    assertThat(module("diff", "food@1", "food@2").out()).contains("state", "retired", "draft");
  }

  @Test
  void theLogSaysWhatWasDoneAndRefused() throws IOException {
    add(1);
    refused(
        "state of food@1 must be approved before it is live, got draft",
        "promote",
        "food@1",
        "--to",
        "live",
        "--reason",
        "hurry");

    JsonNode entries = done("history", "food").get("entries");
    assertThat(entries).hasSize(2);
    assertThat(entries.get(0).get("action").textValue()).isEqualTo("add");
    assertThat(entries.get(1).get("outcome").textValue()).isEqualTo("refused");
    assertThat(entries.get(1).get("details").get("reason").textValue()).isEqualTo("hurry");
    JsonNode log = done("log");
    assertThat(log.get("entries")).hasSize(3);
    assertThat(log.get("total").intValue()).isEqualTo(3);
    assertThat(log.get("entries").get(1).get("previous"))
        .isEqualTo(log.get("entries").get(0).get("hash"));
    assertThat(module("log", "--limit", "1").out())
        .endsWith("The last 1 of 3 entries; --limit 3 shows all.\n");
    JsonNode history = done("show", "food@1").get("history");
    assertThat(history).hasSize(2);
    assertThat(history.get(0).get("action").textValue()).isEqualTo("add");
    assertThat(history.get(1).get("by").textValue()).isEqualTo(me());
    assertThat(module("show", "food@1").out()).contains("refused: promote");
    assertThat(module("log").out()).contains("refused", "must be approved before");
  }

  private static String me() {
    return ProcessHandle.current().info().user().orElseThrow();
  }

  @Test
  void theLogSaysWhoWasGrantedWhat() throws IOException {
    add(1);
    done("grant", "anna", "approver", "--names", "food*");
    done("rule", "food*", "--four-eyes", "true");
    done("rule", "food*", "--data", "things", "--at-least", "0.8");
    done("rule", "food*", "--remove");

    JsonNode grant = done("log").get("entries").get(2);
    assertThat(grant.get("action").textValue()).isEqualTo("grant");
    assertThat(grant.get("by").textValue()).isEqualTo(me());
    assertThat(grant.get("at").textValue()).startsWith("20");
    assertThat(grant.get("details").get("account").textValue()).isEqualTo("anna");
    assertThat(grant.get("details").get("role").textValue()).isEqualTo("approver");
    assertThat(grant.get("details").get("pattern").textValue()).isEqualTo("food*");
    assertThat(module("log").out())
        .contains(
            me() + " is admin of *",
            "anna is approver of food*",
            "food*: another person than the author",
            "food*: accuracy on things (test) of at least 0.8",
            "food*: removed");
    JsonNode roles = done("roles").get("roles");
    assertThat(roles.get(0).get("account").textValue()).isEqualTo("anna");
    assertThat(roles.get(0).get("by").textValue()).isEqualTo(me());
    assertThat(roles.get(0).get("since")).isEqualTo(grant.get("at"));
  }

  @Test
  void rulesAreListedAllOrThoseAboutAModule() throws IOException {
    add(1);
    done("rule", "food*", "--data", "things", "--at-least", "0.8");
    done("rule", "plant", "--four-eyes", "true");

    assertThat(done("rule").get("rules")).hasSize(1);
    assertThat(done("rule", "--list").get("fourEyes")).hasSize(1);
    assertThat(done("rule", "food").get("rules")).hasSize(1);
    assertThat(done("rule", "food*", "--list").get("rules")).hasSize(1);
    assertThat(done("rule", "food").get("fourEyes")).isEmpty();
    assertThat(done("rule", "plant").get("fourEyes").get(0).textValue()).isEqualTo("plant");
    assertThat(module("rule").out())
        .contains("accuracy on things (test) of at least 0.8", "another person than the author");
  }

  @Test
  void namesMayBeJapanese() throws IOException {
    Path out = temporary.resolve("out");

    done("add", adapter(1), "--name", "食品");
    done("rule", "食*", "--four-eyes", "true");

    assertThat(module("list").out()).contains("食品");
    assertThat(done("show", "食品@1").get("name").textValue()).isEqualTo("食品");
    assertThat(done("export", "食品", "--out", out.toString()).get("module").textValue())
        .isEqualTo("食品@1");
    assertThat(out.resolve("haori.json")).exists();
    refused("No module named 食器 in this registry", "show", "食器");
    assertThat(done("verify").get("versions").intValue()).isEqualTo(1);
  }

  @Test
  void verifyNamesTheFirstBreak() throws IOException {
    add(1);
    JsonNode sound = done("verify");
    assertThat(sound.get("entries").intValue()).isEqualTo(2);
    assertThat(sound.get("blobs").intValue()).isEqualTo(2);
    String digest = done("show", "food").get("files").get("heads.safetensors").textValue();
    Path blob = temporary.resolve("reg/blobs").resolve(digest.substring(0, 2)).resolve(digest);
    Files.delete(blob);

    refused(temporary.resolve("reg") + ": " + blob + ": the blob is missing", "verify", "--quiet");
  }

  @Test
  void whatIsRetiredIsDeletedAndWhatIsExportedIsWhole() throws IOException {
    add(1);
    add(2);
    done("retire", "food@1", "--reason", "old");

    JsonNode wouldBe = done("gc", "--dry-run");
    assertThat(wouldBe.get("blobs").intValue()).isEqualTo(1);
    assertThat(done("gc").get("versions").get(0).textValue()).isEqualTo("food@1");
    Path out = temporary.resolve("out");
    done("export", "food@2", "--out", out.toString());
    assertThat(out.resolve("heads.safetensors"))
        .hasSameBinaryContentAs(temporary.resolve("adapter2/heads.safetensors"));
    refused(
        "--out must be a new folder, got " + out + " (it exists)",
        "export",
        "food@2",
        "--out",
        out.toString());
    refused(
        "files of food@1 must be there, got a version that gc deleted",
        "export",
        "food@1",
        "--out",
        temporary.resolve("other").toString());
  }

  @Test
  void rulesAndRolesAreListed() throws IOException {
    add(1);
    done("rule", "food*", "--data", "noun.food", "--at-least", "0.8", "--four-eyes", "true");
    done("grant", "anna", "approver", "--names", "food*");

    JsonNode rules = done("rule");
    assertThat(rules.get("rules").get(0).get("atLeast").doubleValue()).isEqualTo(0.8);
    assertThat(rules.get("fourEyes").get(0).textValue()).isEqualTo("food*");
    assertThat(done("roles").get("roles")).hasSize(2);
    done("revoke", "anna", "approver", "--names", "food*");
    assertThat(done("roles").get("roles")).hasSize(1);
    done("rule", "food*", "--remove");
    assertThat(done("rule").get("rules")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          show ../food                             | module name must be %s, got ../food
          show food..bar                           | module name must be %s, got food..bar
          show Food                                | module name must be %s, got Food
          show 食品／x                              | module name must be %s, got 食品／x
          show 食品                                 | No module named 食品 in this registry
          show food/x                              | module name must be %s, got food/x
          show food --all                          | --all is not an option of haori module show
          show food@0                              | version of food must be a number of at least 1, live or live/TASK-OR-SITE, got 0
          show food@latest                         | version of food must be a number of at least 1, live or live/TASK-OR-SITE, got latest
          show food@9                              | version of food must be in [1, 1], got 9
          show plant                               | No module named plant in this registry
          show food@live/../x                      | task or site must be %s, got ../x
          promote food --to live --reason x        | version must be of the form NAME@NUMBER, got food
          promote food@1 --to best --reason x      | --to must be approved or live, got best
          promote food@1 --to live --reason x --by nobody-else | --by must be you, whom the registry knows as ME, got nobody-else
          promote food@1 --to live                 | --reason is missing: haori module promote needs it
          rollback food --reason x                 | No earlier version of food was live
          live --at yesterday                      | --at must be a moment like 2026-10-01T12:00Z, got yesterday
          grant anna king                          | role must be one of viewer, author, approver, admin, got king
          grant anna viewer --names Food           | name pattern must be 1 to 100 letters of any script (no capitals), digits, '.', '_', '-' and '・', or '*' for any of them, got Food
          rule food --data d                       | --at-least is missing: haori module rule needs it with --data
          rule --data d --at-least 0.5             | PATTERN is missing: haori module rule needs it to set or remove a rule, for example 'food*'
          rule food --at-least 0.5                 | --data is missing: haori module rule needs it with a bound
          rule food --list --remove                | --list must be alone, got options that set or remove a rule
          rule food --data d --at-least NaN        | bound of accuracy must be finite, got NaN
          rule food --remove                       | No rule about food in this registry
          rule food --loss-at-most -1              | largest loss of accuracy must be finite and at least 0, got -1.0
          rule food --live-at-least 1              | bound of the live accuracy must be in (0, 1), got 1.0
          trial food@1                             | --reason is missing: haori module trial needs it to begin or end one
          trial food@1 --shadow --share 0.2 --reason x | --share must be left out with --shadow, got 0.2
          trial food@1 --end 2 --reason x          | --end must be given without MODULE@N, got both
          trial food@1 --rule best --reason x      | rule must be report, stop or decide, got best
          trial food@1 --reason x                  | No version of food is live
          trial --end 99 --reason x                | No trial 99 in this registry
          together food --data d                   | MODULES must be several, or one that was mixed or merged of others, got food@1
          together food food@1 --data d            | MODULES must be different versions, got food@1 twice
          together food plant --data d             | No module named plant in this registry
          together food food@1 --weights 1 --data d | --weights must be one for each of 2 modules, got 1
          gc --retired-before-days -1              | --retired-before-days must be at least 0, got -1
          log --limit 0                            | --limit must be at least 1, got 0
          init                                     | REG: a registry is there already
          add nowhere --name food                  | nowhere: must be an adapter folder, but no folder is there
          token list                               | --registry must be a database for tokens, got the folder REG, which takes the user of the operating system
          """)
  void badInputIsReportedInOneSentence(String arguments, String sentence) throws IOException {
    add(1);

    Cli run = module(arguments.split(" "));

    String name =
        "1 to 100 letters of any script (no capitals), digits, '.', '_', '-' and '・', beginning"
            + " with a letter or digit, without '..'";
    String me = ProcessHandle.current().info().user().orElseThrow();
    assertThat(run.err().lines().findFirst().orElseThrow())
        .isEqualTo(
            sentence
                .replace("%s", name)
                .replace("REG", temporary.resolve("reg").toString())
                .replace("ME,", me + ","));
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void theLogWordsRulesAboutWhatActsTogetherAndWhatIsLive() throws IOException {
    add(1);
    done("rule", "food*", "--loss-at-most", "0.01");
    done("rule", "food*", "--live-at-least", "0.8");
    done("rule", "food*", "--remove");
    assertThat(done("rule").get("beside")).isEmpty();

    assertThat(module("log").out())
        .contains(
            "food*: a loss of accuracy beside others of at most 0.01",
            "food*: once live, an accuracy by feedback of at least 0.8",
            "food*: removed the largest loss beside others",
            "food*: removed the accuracy by feedback");
  }

  @Test
  void aNameOfThreeHundredCharactersIsCounted() throws IOException {
    refused(
        "module name must be 1 to 100 letters of any script (no capitals), digits, '.', '_', '-'"
            + " and '・', beginning with a letter or digit, without '..', got 300 characters",
        "add",
        adapter(1),
        "--name",
        "x".repeat(300));
    assertThat(temporary.resolve("reg")).doesNotExist();
  }

  @Test
  void whereNoRegistryIsNoneIsMadeByALook() {
    refused(
        temporary.resolve("reg") + ": no registry is there; haori module init or add makes one",
        "list");
    assertThat(temporary.resolve("reg")).doesNotExist();
  }

  @Test
  void theRegistryMayBeNamedInTheEnvironment() throws IOException {
    add(1);
    Cli run =
        Cli.runWith(
            Map.of("HAORI_REGISTRY", temporary.resolve("reg").toString()), "module", "list");
    assertThat(run.out()).contains("food");

    Cli none = Cli.runWith(Map.of(), "module", "list");
    assertThat(none.err())
        .isEqualTo("reg: no registry is there; haori module init or add makes one\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:mysql://host/db?password=secret | --registry must be a folder or a jdbc:postgresql: URL, got jdbc:mysql://host/db
          jdbc:postgresql://host/db?password=secret | --blobs must be a folder for the registry jdbc:postgresql://host/db, got nothing
          """)
  void otherDatabasesAreRefusedWithoutTheirPassword(String url, String sentence) {
    Cli run = Cli.runWith(Map.of(), "module", "list", "--registry", url);

    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "init",
        "add",
        "list",
        "show",
        "history",
        "diff",
        "promote",
        "rollback",
        "withdraw",
        "live",
        "retire",
        "rule",
        "grant",
        "revoke",
        "roles",
        "log",
        "verify",
        "gc",
        "export",
        "import",
        "backup",
        "restore",
        "duplicates",
        "merge",
        "prune",
        "token",
        "token create",
        "token list",
        "token revoke"
      })
  void everyCommandShowsItsOptionsWithinAHundredColumns(String command) {
    String line = ("module " + command).strip();
    Cli run = Cli.run((line + " --help").split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Usage: haori " + line);
    assertThat(run.out().lines()).allMatch(one -> one.length() <= 100);
  }
}
