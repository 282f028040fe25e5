package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decoder that learns to answer prompts, as a user meets it. */
final class TuneAnswersTest {
  @TempDir static Path temporary;

  private static AnimalColours colours;

  @BeforeAll
  static void makeFiles() throws IOException {
    colours = AnimalColours.write(temporary, List.of("here"));
    Path bad = Files.createDirectories(temporary.resolve("bad"));
    Files.writeString(
        bad.resolve("train.jsonl"),
        "{\"prompt\": \"a\", \"completion\": \"b\"}\n{\"prompt\": \"c\"}\n");
  }

  private static Cli haori(String line) {
    return colours.compute(line);
  }

  /** A command that opens no base. */
  private static Cli plain(String line) {
    return colours.run(line);
  }

  @Test
  void answersAreLearntScoredStoredAndWritten() throws IOException {
    Cli run =
        haori(
            "tune --data TMP/data --base BASE --method lora --targets all-linear --lr 5e-3"
                + " --epochs 40 --batch-size 8 --out TMP/out --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("method").textValue()).isEqualTo("lora");
    assertThat(json.at("/settings/objective").textValue()).isEqualTo("causal");
    assertThat(json.at("/validation/perplexity").doubleValue())
        .isLessThan(json.at("/validation/perplexityOfBase").doubleValue() / 4);
    assertThat(json.at("/test/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(json.at("/test/tokenF1").doubleValue()).isEqualTo(1);
    assertThat(json.at("/test/rougeL").doubleValue()).isEqualTo(1);
    assertThat(json.path("trainable").longValue()).isPositive();
    assertThat(json.path("storedBytes").longValue()).isPositive();

    Cli written = haori("generate --adapter TMP/out --prompt A~cow~there~is --quiet");
    assertThat(written.out()).isEqualTo(" green.\n");
    Cli scored = haori("evaluate --adapter TMP/out --data TMP/data --split validation --json");
    assertThat(scored.code()).isEqualTo(ExitCode.DONE);
    JsonNode scores = new ObjectMapper().readTree(scored.out());
    assertThat(scores.path("rows").intValue()).isEqualTo(3);
    assertThat(scores.at("/scores/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(scores.path("rougeL").doubleValue()).isEqualTo(1);
    // The validation rows are those that the training measured on.
    assertThat(scores.path("loss").doubleValue())
        .isCloseTo(json.at("/validation/loss").doubleValue(), within(1e-4));
    Path page = temporary.resolve("page.html");
    assertThat(
            haori("evaluate --adapter TMP/out --data TMP/data --report TMP/page.html --quiet")
                .code())
        .isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(page))
        .contains("Answers beside the right ones", "A cow here is", "green.", "✓");
    Cli threshold = haori("evaluate --adapter TMP/out --data TMP/data --threshold 0.5 --quiet");
    assertThat(threshold.err())
        .isEqualTo("--threshold must be left out for rows of prompt and completion, got 0.5\n");
    Cli again =
        haori("tune --data TMP/data --base BASE --method lora --epochs 1 --out TMP/out --quiet");
    assertThat(again.code()).isEqualTo(ExitCode.USER);
  }

  /** The right one of several texts is to be the most likely one. */
  @Test
  void questionsWithChoicesAreScoredByLikelihood() throws IOException {
    Path choices = Files.createDirectories(temporary.resolve("choices"));
    Files.writeString(
        choices.resolve("test.jsonl"),
        """
        {"prompt": "A cat is", "choices": [" a small animal that says moo.", " a small animal that says meow."], "answer": 1}
        {"prompt": "A cat is", "choices": [" a small animal that says meow.", "x"], "answer": " a small animal that says meow."}
        {"prompt": "The red", "choices": [" bee is red.", "zzz"], "answer": 1}
        """);
    assertThat(
            haori(
                    "tune --data TMP/data --base BASE --method lora --lr 1e-6 --epochs 1 --out"
                        + " TMP/little --quiet")
                .code())
        .isEqualTo(ExitCode.DONE);
    Cli run = haori("evaluate --adapter TMP/little --data TMP/choices --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("rows").intValue()).isEqualTo(3);
    assertThat(json.at("/scores/accuracy").doubleValue()).isEqualTo(2 / 3.0);
    assertThat(json.at("/scoresOfBase/accuracy").doubleValue()).isEqualTo(2 / 3.0);
    assertThat(json.at("/results/test/acc,none").doubleValue()).isEqualTo(2 / 3.0);
    assertThat(json.at("/n-samples/test/effective").intValue()).isEqualTo(3);
    assertThat(json.at("/config/model").textValue()).isEqualTo("haori");

    Path wrong = choices.resolve("validation.jsonl");
    for (String[] bad :
        List.of(
            new String[] {"[\"a\"], \"answer\": 0", "choices must be at least two texts, got 1"},
            new String[] {
              "[\"a\", \"b\"], \"answer\": 2",
              "answer must be one of the choices or its number from 0 to 1, got 2"
            },
            new String[] {
              "[\"a\", 3], \"answer\": 0", "choices must be texts that are not blank"
            })) {
      Files.writeString(wrong, "{\"prompt\": \"x\", \"choices\": " + bad[0] + "}\n");
      Cli refused =
          haori("evaluate --adapter TMP/little --data TMP/choices --split validation --quiet");
      assertThat(refused.err()).isEqualTo(wrong + ":1: " + bad[1] + "\n");
      assertThat(refused.code()).isEqualTo(ExitCode.USER);
    }
  }

  /**
   * What is stored is one LoRA module, which answers, is evaluated and is exported as any other.
   */
  @Test
  void modulesOfADecoderAreMixed() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      texts.add("A hen " + i + " says cluck at home.");
    }
    Files.write(temporary.resolve("hens.txt"), texts);
    assertThat(
            haori(
                    "pretrain --base BASE --corpus cows=TMP/data/train.jsonl hens=TMP/hens.txt"
                        + " --rank 4 --targets all-linear --epochs 2 --lr 2e-3 --out TMP/parts"
                        + " --quiet")
                .code())
        .isEqualTo(ExitCode.DONE);
    String mix = "mix --modules TMP/parts/cows TMP/parts/hens --base BASE --data TMP/data";
    Cli run = haori(mix + " --epochs 40 --batch-size 8 --out TMP/mixed --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("command").textValue()).isEqualTo("mix");
    assertThat(json.path("method").textValue()).isEqualTo("domix");
    assertThat(json.at("/validation/perplexity").doubleValue())
        .isLessThan(json.at("/validation/perplexityOfBase").doubleValue() / 4);
    assertThat(json.at("/test/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(json.at("/contributions/0/module").textValue()).isEqualTo("cows");
    assertThat(
            json.at("/contributions/0/share").doubleValue()
                + json.at("/contributions/1/share").doubleValue())
        .isBetween(0.999, 1.001);
    assertThat(run.words()).contains("Shares of the modules in the update:");

    assertThat(haori("generate --adapter TMP/mixed --prompt A~cow~there~is --quiet").out())
        .isEqualTo(" green.\n");
    assertThat(Files.readString(temporary.resolve("mixed/adapter_config.json")))
        .containsPattern("\"r\"\\s*:\\s*8");
  }

  @Test
  void methodsAreComparedByWhatTheyWrite() throws IOException {
    String compare =
        "compare --data TMP/data --base BASE --methods lora,dora --set lora.targets=all-linear"
            + " --set lora.learningRate=5e-3 --epochs 15 --batch-size 8 --out TMP/compared --quiet"
            + " --no-test --json --seeds ";
    Cli run = haori(compare + 1);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("metric").textValue()).isEqualTo("exactMatch");
    JsonNode first = json.at("/rows/0");
    assertThat(first.path("method").textValue()).isEqualTo("lora");
    assertThat(first.path("mean").doubleValue())
        .isEqualTo(first.at("/scores/exactMatch").doubleValue());
    assertThat(first.at("/scores/perplexity").doubleValue())
        .isLessThan(first.at("/scores/perplexityOfBase").doubleValue());
    assertThat(json.at("/rows/1/method").textValue()).isEqualTo("dora");
    assertThat(json.path("recommended").textValue()).isIn("lora", "dora");
    assertThat(temporary.resolve("compared/runs/lora-42/adapter_config.json")).exists();
    assertThat(temporary.resolve("compared/comparison.json")).exists();
    assertThat(first.at("/scores/loss").doubleValue())
        .isCloseTo(Math.log(first.at("/scores/perplexity").doubleValue()), within(1e-9));
    assertThat(Files.readString(temporary.resolve("compared/report.html")))
        .contains("Answers beside the right ones", "test.jsonl:1", "A cat here is", "ROUGE-L");

    // A finished run is kept: what it wrote is read and not written again.
    Path kept = temporary.resolve("compared/runs/lora-42/answers.json");
    Object before = Files.getLastModifiedTime(kept);
    JsonNode more = new ObjectMapper().readTree(haori(compare + 2).out());
    assertThat(more.at("/rows/0/std").isNumber()).isTrue();
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(before);
    assertThat(temporary.resolve("compared/runs/dora-43/answers.json")).exists();

    Cli tested =
        haori("compare --data TMP/data --base BASE --methods lora,dora --out TMP/few --quiet");
    assertThat(tested.err())
        .startsWith(temporary.resolve("data/test.jsonl") + ": must have at least");
    Cli frozen =
        haori(
            "compare --data TMP/data --base BASE --methods lora,frozen --no-test --out TMP/no"
                + " --quiet");
    assertThat(frozen.err())
        .isEqualTo(
            "method must be one that learns without a head for rows of prompt and completion, which"
                + " have none, got frozen\n");
    assertThat(frozen.code()).isEqualTo(ExitCode.USER);
  }

  /** Scores of the test rows are with the version, as those of other tasks are. */
  @Test
  void aNamePutsTheModuleIntoTheRegistry() throws IOException {
    Cli run =
        haori(
            "tune --data TMP/data --base BASE --method lora --targets all-linear --lr 5e-3"
                + " --epochs 2 --batch-size 8 --name answers --registry TMP/reg --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("module").textValue()).isEqualTo("answers@1");
    assertThat(run.words())
        .contains("in answers@1 of the registry. Ask it: haori generate --adapter reg:answers@1");
    assertThat(Path.of(".haori-answers")).doesNotExist();

    JsonNode shown =
        new ObjectMapper().readTree(plain("module show answers@1 --registry TMP/reg --json").out());
    JsonNode measured = shown.path("evaluations").path(0);
    assertThat(measured.path("data").textValue()).isEqualTo("data");
    assertThat(measured.at("/scores/rougeL").doubleValue())
        .isEqualTo(json.at("/test/rougeL").doubleValue());

    Cli rule =
        plain("module rule answers --data data --metric rougeL --at-least 0 --registry TMP/reg");
    assertThat(rule.code()).as(rule.err()).isEqualTo(ExitCode.DONE);
    for (String to : List.of("approved", "live")) {
      Cli promoted =
          plain("module promote answers@1 --to " + to + " --reason tried --registry TMP/reg");
      assertThat(promoted.code()).as(promoted.err()).isEqualTo(ExitCode.DONE);
    }
    String ask = " --registry TMP/reg --prompt A~cow~there~is --max-tokens 4 --quiet";
    Cli live = haori("generate --adapter reg:answers@live" + ask);
    assertThat(live.code()).as(live.err()).isEqualTo(ExitCode.DONE);

    // A folder that is added later is the same module.
    Cli folder =
        haori(
            "tune --data TMP/data --base BASE --method lora --targets all-linear --lr 5e-3"
                + " --epochs 2 --batch-size 8 --out TMP/later --quiet");
    assertThat(folder.code()).isEqualTo(ExitCode.DONE);
    Cli added = plain("module add TMP/later --name later --registry TMP/reg --json");
    assertThat(added.code()).as(added.err()).isEqualTo(ExitCode.DONE);
    assertThat(haori("generate --adapter reg:later@1" + ask).out()).isEqualTo(live.out());
    assertThat(plain("module show later@1 --registry TMP/reg").out())
        .contains("lora", "setting, objective", "causal");
  }

  /** Without test rows nothing is answered, and a share of the rows is held out. */
  @Test
  void aSingleFileIsLearntFrom() throws IOException {
    Cli run =
        haori(
            "tune --data TMP/data/train.jsonl --base BASE --method dora --epochs 1 --batch-size 8"
                + " --out TMP/single --quiet --json");
    assertThat(run.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("method").textValue()).isEqualTo("dora");
    assertThat(json.path("test")).isEmpty();
    assertThat(json.at("/validation/loss").doubleValue()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tune --data TMP/data --out TMP/o                             | --base must be given for rows of prompt and completion as in TMP/data/train.jsonl, got nothing
          tune --data TMP/data --base minilm --out TMP/o               | --base must be a decoder, which learns to write the completions of TMP/data/train.jsonl, got minilm, an encoder (bert)
          tune --data TMP/data --base BASE --method frozen --out TMP/o | --method must be one that learns without a head for rows of prompt and completion, which have none, got frozen
          tune --data TMP/data --base BASE --method full --base-precision int8 --out TMP/o | --base-precision must be auto, fp32 or bf16 for the method full, which trains the base itself, got int8
          tune --data TMP/data --base BASE --method bottleneck --rank 4 --out TMP/o | --rank must be left out with --method bottleneck, got 4
          tune --data TMP/data --base BASE --method auto --out TMP/o   | --method must be the name of a method for rows of prompt and completion, got auto
          tune --data TMP/data --base BASE --patience 2 --out TMP/o    | --patience must be left out for rows of prompt and completion, which are learnt for all epochs, got 2
          tune --data TMP/data --base BASE --seeds 2 --out TMP/o       | --seeds must be left out for rows of prompt and completion, got 2
          tune --data TMP/data --base BASE --name A/B                  | module name must be 1 to 100 letters of any script (no capitals), digits, '.', '_', '-' and '・', beginning with a letter or digit, without '..', got A/B
          tune --data TMP/data --base BASE --max-length 400 --out TMP/o | --max-length must be at most 128 for the base BASE, got 400
          tune --data TMP/bad --base BASE --out TMP/o                  | TMP/bad/train.jsonl:2: completion is missing
          """)
  void aMistakeIsOneSentence(String line, String sentence) {
    Cli run = haori(line + " --quiet");
    assertThat(run.err())
        .isEqualTo(
            sentence
                    .replace("BASE", temporary.resolve("models/tiny-llama").toString())
                    .replace("TMP", temporary.toString())
                + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
