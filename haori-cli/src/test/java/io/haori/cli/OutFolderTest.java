package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in --out is neither replaced nor removed unless the user says so. */
final class OutFolderTest {
  private static final String TUNE = "tune --data nowhere --out $";
  private static final String PRETRAIN = "pretrain --corpus food=nowhere.txt --out $";

  @TempDir Path folder;

  private Path out() {
    return folder.resolve("out");
  }

  private void put(String... files) throws IOException {
    for (String file : files) {
      Path path = out().resolve(file);
      Files.createDirectories(Objects.requireNonNull(path.getParent()));
      Files.writeString(path, "written before");
    }
  }

  private Cli haori(String arguments) {
    return Cli.run(arguments.replace("$", out().toString()).split(" "));
  }

  private void assertRefused(String arguments, String sentence) throws IOException {
    Cli run = haori(arguments);

    assertThat(run.err()).isEqualTo(sentence.replace("$", out().toString()) + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.out()).isEmpty();
    try (var files = Files.walk(out())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file).content().isEqualTo("written before");
      }
    }
  }

  private static String command(String arguments) {
    return arguments.substring(0, arguments.indexOf(' '));
  }

  /** Data that do not exist are the next thing that these commands ask for. */
  private void assertLetIn(String arguments) throws IOException {
    Cli run = haori(arguments);

    assertThat(run.err())
        .isEqualTo(
            command(arguments).equals("tune")
                ? "nowhere: must be a folder with a dataset or a file, but nothing is there\n"
                : "nowhere.txt: cannot be read (no such file)\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tune --data nowhere --out $",
        "tune --data nowhere elsewhere --out $",
        "mix --modules nowhere --data nowhere --out $",
        "compare --data nowhere --methods frozen,lora --out $",
        "analyze transfer --data nowhere elsewhere --out $",
        "analyze groups --data nowhere elsewhere --out $",
        "analyze capacity --data nowhere elsewhere --ranks 1 --out $",
        "analyze similarity --data nowhere elsewhere --out $",
        "pretrain --corpus a=nowhere --out $",
        "quickstart --out $",
        "data demo --out $"
      })
  void filesOfOthersAreRefusedByEveryCommandBeforeAnythingIsRead(String command)
      throws IOException {
    put("a.txt", "b.txt", "c.txt", "d.txt");

    assertRefused(
        command, "--out must be a new or empty folder, got $, which holds a.txt, b.txt and 2 more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tune --data nowhere --out $ --force        | --force must find only what Haori wrote in --out, got $, which holds notes.txt
          tune --data nowhere a --out $ --force      | --force must find only what Haori wrote in --out, got $, which holds notes.txt
          mix --modules a --data a --out $ --force   | --force must find only what Haori wrote in --out, got $, which holds notes.txt
          compare --data a --methods lora,dora --out $ --force | --force must find a result of this command in --out, got $, which holds notes.txt
          analyze transfer --data a b --out $ --force   | --force must find a result of this command in --out, got $, which holds notes.txt
          analyze similarity --data a b --out $ --force | --force must find a result of this command in --out, got $, which holds notes.txt
          quickstart --out $ --force                 | --force must find a result of this command in --out, got $, which holds notes.txt
          data demo --out $ --force                  | --force must find a result of this command in --out, got $, which holds notes.txt
          pretrain --corpus a=a --out $ --force      | --out must be a new or empty folder, got $, which holds notes.txt
          """)
  void forceLeavesAFolderOfOthersAlone(String command, String sentence) throws IOException {
    put("notes.txt");

    assertRefused(command, sentence);
  }

  @Test
  void anEarlierAdapterIsRefusedAndReplacedWithForce() throws IOException {
    put("adapter_config.json", "adapter_model.safetensors", "haori.json");

    assertRefused(
        TUNE,
        "--out must be a new or empty folder, got $, which holds adapter_config.json,"
            + " adapter_model.safetensors and haori.json; --force replaces what Haori wrote there");
    assertLetIn(TUNE + " --force");
  }

  @Test
  void forceRefusesAnAdapterWithANoteInIt() throws IOException {
    put("haori.json", "notes.txt");

    assertRefused(
        TUNE, "--out must be a new or empty folder, got $, which holds haori.json and notes.txt");
    assertRefused(
        TUNE + " --force",
        "--force must find only what Haori wrote in --out, got $, which holds notes.txt");
  }

  @Test
  void forceRefusesWhatIsInsideAFolderOfOurs() throws IOException {
    put("model-1/haori.json", "model-2/haori.json", "model-2/scores.csv");

    assertRefused(
        TUNE + " --force",
        "--force must find only what Haori wrote in --out, got $, which holds model-2/scores.csv");
  }

  @Test
  void forceRefusesABaseOfOthersWhoseFilesAreNamedAsOurs() throws IOException {
    put("config.json", "model.safetensors", "tokenizer.json");

    assertRefused(
        TUNE + " --force",
        "--force must find only what Haori wrote in --out, got $, which holds config.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "haori.json adapter_config.json adapter_model.sparse.safetensors heads.safetensors",
        "mix.json mix.safetensors modules/food/haori.json modules/food/adapter_config.json"
            + " contributions.svg contributions.json haori.json",
        "model-1/haori.json model-2/module.safetensors",
        "haori.json base.safetensors checkpoint/checkpoint.json checkpoint/state-3.safetensors"
            + " checkpoint/stage-1/best-2-2.safetensors search.json",
        "config.json model.safetensors tokenizer.json tokenizer_config.json head/haori.json",
        "config.json model.safetensors haori-run.json .config.json.tmp-0123abcd"
      })
  void forceKnowsAllThatHaoriWrites(String files) throws IOException {
    put(files.split(" "));

    assertLetIn(TUNE + " --force");
  }

  @Test
  void anAdapterThatPeftWroteIsDistinguishedFromAnExportByItsReadme() throws IOException {
    put("adapter_config.json", "adapter_model.safetensors", "labels.txt", "base/config.json");
    assertRefused(
        TUNE + " --force",
        "--force must find only what Haori wrote in --out, got $, which holds labels.txt");
    put("README.md");
    assertRefused(
        TUNE + " --force",
        "--force must find only what Haori wrote in --out, got $, which holds README.md");

    Files.writeString(out().resolve("README.md"), "# An adapter by Haori\n\nHow to load it.\n");

    assertLetIn(TUNE + " --force");
  }

  @Test
  void anInterruptedRunIsContinuedOrReplaced() throws IOException {
    put("checkpoint/checkpoint.json");

    assertRefused(
        TUNE,
        "--out must be a new or empty folder, got $, which holds checkpoint; --resume continues"
            + " the interrupted run, --force replaces what Haori wrote there");
    assertLetIn(TUNE + " --resume");
    assertLetIn(TUNE + " --force");
  }

  @Test
  void resumeNeedsAnInterruptedRun() throws IOException {
    assertLetIn(TUNE + " --resume");
    put("haori.json");

    assertRefused(
        TUNE + " --resume",
        "--resume must find an interrupted run in --out, got $, which holds haori.json; --force"
            + " replaces what Haori wrote there");
    assertLetIn(TUNE + " --resume --force");
  }

  @Test
  void resumeRefusesAFileThatItsResultWouldReplace() throws IOException {
    put("checkpoint/checkpoint.json", "notes.txt");

    assertRefused(
        TUNE + " --resume",
        "--resume must find only what Haori wrote in --out, got $, which holds notes.txt");
  }

  @Test
  void aModuleIsKeptOrReplacedAndOthersMayBeAdded() throws IOException {
    put("food/haori.json", "act/haori.json", "law/checkpoint/checkpoint.json");

    assertRefused(
        PRETRAIN,
        "--out must be a folder without the module food, got $; --resume keeps it and learns the"
            + " others, --force replaces it");
    assertRefused(
        PRETRAIN.replace("food=", "law="),
        "--out must be a folder without a run of law, got $; --resume continues it, --force begins"
            + " anew");
    for (String command :
        List.of(PRETRAIN.replace("food=", "new="), PRETRAIN + " --resume", PRETRAIN + " --force")) {
      assertLetIn(command);
    }
  }

  @Test
  void filesOfOthersBesideModulesStay() throws IOException {
    put("food/haori.json", "act/haori.json", "act/notes.txt", "notes.txt");

    assertRefused(
        PRETRAIN.replace("food=", "new="),
        "--out must be a new or empty folder, got $, which holds act, food and notes.txt; --force"
            + " leaves what is not of its --corpus");
    assertLetIn(PRETRAIN + " --force");
    assertRefused(
        PRETRAIN.replace("food=", "act=") + " --force",
        "--force must find only what Haori wrote in --out, got $/act, which holds notes.txt");
  }

  @Test
  void aFolderOfTextsIsNotReplacedByTheModuleOfItsName() throws IOException {
    put("food/corpus.txt", "act/haori.json");

    assertRefused(
        PRETRAIN, "--out must be a new or empty folder, got $/food, which holds corpus.txt");
    assertRefused(
        PRETRAIN + " --force",
        "--force must find only what Haori wrote in --out, got $/food, which holds corpus.txt");
  }

  @Test
  void anOrderOfASequenceIsReplacedWithForceAlone() throws IOException {
    put("order-food/config.json", "order-food/model.safetensors", "order-food/tokenizer.json");
    String command = PRETRAIN + " --sequential";

    assertRefused(command, "--out must be a folder without order-food, got $; --force replaces it");
    assertLetIn(command + " --force");
  }

  @Test
  void aResultThatDoesNotSayHowItCameToBeIsReplacedWithForceAlone() throws IOException {
    put("comparison.json", "runs/lora-42/run.json");
    String command = "compare --data nowhere --methods lora,dora --out $";

    assertRefused(
        command,
        "--out must be a new or empty folder, got $, which holds comparison.json and runs; --force"
            + " replaces what Haori wrote there");
    assertThat(haori(command + " --force").err())
        .isEqualTo("nowhere: must be a folder with a dataset or a file, but nothing is there\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          quickstart --seed 7                           | had --seed 42, not 7
          quickstart --base mbert                       | had --base left out, not mbert
          analyze transfer --data nowhere a             | was haori quickstart
          analyze groups --data nowhere a               | was haori quickstart
          analyze capacity --data nowhere a --ranks 1   | was haori quickstart
          analyze similarity --data nowhere a           | was haori quickstart
          compare --data nowhere --methods lora,dora    | was haori quickstart
          """)
  void theResultOfAnotherRunIsRefused(String command, String difference) throws IOException {
    put("report.html");
    Files.writeString(
        out().resolve("haori-run.json"),
        """
        {"command": "quickstart", "options": {"--seed": "42", "--device": "auto",
         "--precision": "auto"}, "data": {}}
        """);

    Cli run = haori(command + " --out $");

    assertThat(run.err())
        .isEqualTo(
            "--out must be a new or empty folder, or one of the same run, got "
                + out()
                + ", whose run "
                + difference
                + "; --force replaces what Haori wrote there\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  /** The base is opened after the run was written down, and has no such layer. */
  @ParameterizedTest
  @ValueSource(strings = {"compare --methods lora --seeds 1 --no-test", "analyze transfer"})
  void aRunThatIsRefusedBeforeItHasMadeAnythingLeavesNothing(String command) throws IOException {
    Path base = TinyBase.folder(folder.resolve("bases"));
    Path first = TinyBase.data(folder.resolve("first"), 12, false);
    Path second = TinyBase.data(folder.resolve("second"), 12, false);
    String data = command.startsWith("compare") ? "" + first : first + " " + second;
    String setting = command.startsWith("compare") ? "lora.targets=foo" : "targets=foo";
    String all =
        command
            + " --epochs 1 --precision fp32 --quiet --out $ --base "
            + base
            + " --set "
            + setting
            + " --data "
            + data;

    Cli run = haori(all);

    assertThat(run.err()).contains("argets must name layers of the base");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(out()).doesNotExist();

    Files.createDirectories(out());
    assertThat(haori(all).code()).isEqualTo(ExitCode.USER);
    assertThat(out()).as("a folder that was there stays").isEmptyDirectory();
  }

  @Test
  void theDemoIsWrittenAgainWithForceAndFilesBesideItStay() throws IOException {
    String demo = "data demo --train-rows 40 --quiet --out $";
    assertThat(haori(demo).code()).isEqualTo(ExitCode.DONE);
    Files.writeString(out().resolve("noun.food/notes.txt"), "mine");
    Path train = out().resolve("noun.food/train.jsonl");
    String rows = Files.readString(train);

    Cli again = haori(demo + " --seed 7");

    assertThat(again.err())
        .isEqualTo(
            "--out must be a new or empty folder, got "
                + out()
                + ", which holds noun.act, noun.animal and 6 more; --force replaces what Haori"
                + " wrote there\n");
    assertThat(train).content().isEqualTo(rows);
    assertThat(haori(demo + " --seed 7 --force").code()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(train)).isNotEqualTo(rows);
    assertThat(out().resolve("noun.food/notes.txt")).content().isEqualTo("mine");
  }
}
