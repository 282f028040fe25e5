package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.terminal.ExitCode;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.tokens.TextCoverage;
import io.haori.model.base.Bases;
import io.haori.testkit.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which base reads the texts: where it is, whether it is the right one, what it can read. */
class BaseOptionTest {
  @TempDir Path temporary;
  private Path base;
  private Path data;
  private Path adapter;

  @BeforeEach
  void makeATinyBase() throws Exception {
    temporary = temporary.toRealPath();
    base = Golden.copy("models/bert-classification", temporary);
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    IntStream.range(5, 96).forEach(id -> tokens.add("t" + id));
    Files.write(base.resolve("vocab.txt"), tokens);
    data = Files.createDirectory(temporary.resolve("data"));
    for (String split : List.of("train", "validation", "test")) {
      Files.writeString(data.resolve(split + ".csv"), "text,label\n" + rows("t%d t%d", 5));
    }
    adapter = temporary.resolve("adapter");
    System.setProperty("haori.cache", temporary.resolve("cache").toString());
  }

  @AfterEach
  void useTheUsersCacheAgain() {
    System.clearProperty("haori.cache");
  }

  private static String rows(String text, int first) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      rows.append(String.format(text, first + i, first + 13 + i)).append(",");
      rows.append(i % 2 == 0 ? "even" : "odd").append('\n');
    }
    return rows.toString();
  }

  @Test
  void aRelativeBaseIsFoundFromElsewhereAndAMovedOneIsNamed() throws Exception {
    Path relative = Path.of("").toAbsolutePath().relativize(base);
    assertThat(tune(relative.toString()).code()).isZero();

    String stored =
        new ObjectMapper()
            .readTree(adapter.resolve("haori.json").toFile())
            .at("/base/name")
            .asText();
    assertThat(stored).isEqualTo(base.toString());
    assertThat(predict().code()).isZero();

    Path moved = Files.move(base, temporary.resolve("moved"));
    Cli lost = predict();
    assertThat(lost.code()).isEqualTo(ExitCode.USER);
    assertThat(lost.err())
        .isEqualTo(
            adapter + ": its base " + base + " is not there; say where it is with --base FOLDER\n");
    assertThat(predict("--base", moved.toString()).code()).isZero();
  }

  /** The base has 40 positions; the usual length is 128. */
  @Test
  void theUsualLengthIsNoMoreThanTheBaseReadsAndAGivenOneIsAnError() throws Exception {
    String note =
        "Texts are cut at 40 tokens, the most that the base " + base + " reads (usual: 128).\n";
    String rest = " --base %s --epochs 1 --precision fp32 --threads 1 --out %s";
    Cli tuned = run("tune --method frozen --data %s" + rest, data, base, adapter);
    assertThat(tuned.code()).as(tuned.err()).isZero();
    assertThat(tuned.err()).containsOnlyOnce(note);
    JsonNode json = new ObjectMapper().readTree(adapter.resolve("haori.json").toFile());
    assertThat(json.path("maxLength").intValue()).isEqualTo(40);
    assertThat(json.at("/settings/maxLength").intValue()).isEqualTo(40);
    assertThat(predict().code()).isZero();

    Cli compared =
        run(
            "compare --methods frozen --seeds 1 --no-test --data %s" + rest,
            data,
            base,
            out("compared"));
    assertThat(compared.code()).as(compared.err()).isZero();
    assertThat(compared.err()).containsOnlyOnce(note);

    for (String command : List.of("tune --method frozen", "compare --methods frozen --no-test")) {
      Cli refused = run(command + " --max-length 41 --data %s" + rest, data, base, out("refused"));
      assertThat(refused.code()).isEqualTo(ExitCode.USER);
      assertThat(refused.err())
          .isEqualTo("--max-length must be at most 40 for the base " + base + ", got 41\n");
    }
    assertThat(out("refused")).doesNotExist();
  }

  @Test
  void aPlaceRelativeToTheAdapterIsFound() throws Exception {
    assertThat(tune(base.toString()).code()).isZero();
    Path json = adapter.resolve("haori.json");
    String relative = adapter.relativize(base).toString();
    Files.writeString(json, Files.readString(json).replace(base.toString(), relative));
    assertThat(predict().code()).isZero();
  }

  @Test
  void aWrongBaseIsRefusedBeforeItIsFetched() {
    assertThat(tune(base.toString()).code()).isZero();
    String digest = Bases.publishedDigest("bert-base").orElseThrow();
    for (String command : List.of("predict", "evaluate", "export")) {
      List<String> arguments = new ArrayList<>(List.of(command, "--adapter", adapter.toString()));
      arguments.addAll(List.of("--base", "bert-base"));
      arguments.addAll(
          switch (command) {
            case "predict" -> List.of("--input", "-");
            case "evaluate" -> List.of("--data", data.toString());
            default -> List.of("--format", "peft", "--out", temporary.resolve("out").toString());
          });
      Cli run = Cli.runWithInput("t7 t8\n", arguments.toArray(String[]::new));
      assertThat(run.code()).as(command).isEqualTo(ExitCode.USER);
      assertThat(run.err())
          .startsWith("base of " + adapter + " must be " + base + " with the digest ")
          .endsWith(", got bert-base with the digest " + digest + "\n");
    }
    assertThat(temporary.resolve("cache")).doesNotExist();
  }

  @Test
  void aWrongBaseIsRefusedForNoTextsToo() throws Exception {
    assertThat(tune(base.toString()).code()).isZero();
    String digest = Bases.publishedDigest("bert-base").orElseThrow();
    Path empty = Files.createFile(temporary.resolve("empty.txt"));
    List<String> words = List.of("predict", "--adapter", adapter.toString(), "--input");
    for (String input : List.of("-", empty.toString())) {
      List<String> arguments = new ArrayList<>(words);
      arguments.addAll(List.of(input, "--base"));
      arguments.add("bert-base");
      Cli run = Cli.runWithInput("", arguments.toArray(String[]::new));
      assertThat(run.code()).isEqualTo(ExitCode.USER);
      assertThat(run.err())
          .startsWith("base of " + adapter + " must be " + base + " with the digest ")
          .endsWith(", got bert-base with the digest " + digest + "\n");
      arguments.set(arguments.size() - 1, base.toString());
      Cli right = Cli.runWithInput("", arguments.toArray(String[]::new));
      assertThat(right.code()).as(right.err()).isZero();
      assertThat(right.out()).isEmpty();
    }
    assertThat(temporary.resolve("cache")).doesNotExist();
  }

  @Test
  void aWrongBaseOfModulesIsRefusedBeforeItIsFetched() throws Exception {
    assertThat(tuneWith("lora", data).code()).isZero();
    String own =
        new ObjectMapper()
            .readTree(adapter.resolve("haori.json").toFile())
            .at("/base/digest")
            .asText();
    String digest = Bases.publishedDigest("bert-base").orElseThrow();
    Cli mixed =
        run("mix --modules %s --data %s --out %s --base bert-base", adapter, data, out("mixed"));
    assertThat(mixed.err())
        .isEqualTo(
            "base of the module %s must be bert-base with the digest %s, got %s with the digest %s%n"
                .formatted(adapter, digest, base, own));
    assertThat(mixed.code()).isEqualTo(ExitCode.USER);
    Cli imported =
        run("module import %s --name m --registry %s --base bert-base", adapter, out("registry"));
    assertThat(imported.err())
        .isEqualTo(
            "--base must be %s with the digest %s, as %s says, got bert-base with the digest %s%n"
                .formatted(base, own, adapter, digest));
    assertThat(imported.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("cache")).doesNotExist();
    Cli right =
        run("module import %s --name m --registry %s --base %s", adapter, out("registry"), base);
    assertThat(right.code()).as(right.err()).isZero();
  }

  @Test
  void aMistypedBaseIsRefusedBeforeAnythingIsRead() {
    Cli run =
        Cli.run("tune", "--data", "nowhere", "--base", "bert-bse", "--out", adapter.toString());
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            "--base must be one of minilm, bge-small, e5-small, bert-base, mbert, or a Hugging"
                + " Face folder, got bert-bse; did you mean bert-base?\n");
  }

  @Test
  void textsThatTheBaseCannotReadAreAWarning() throws Exception {
    String warning =
        "of the tokens are unknown to "
            + base
            + "; take --base mbert (104 languages, Japanese and Chinese among them), or a Hugging"
            + " Face folder of a model for that language (--base FOLDER).\n";
    Cli known = tune(base.toString());
    assertThat(known.err()).doesNotContain(" of the tokens ");
    for (String split : List.of("train", "validation", "test")) {
      Files.writeString(data.resolve(split + ".csv"), "text,label\n" + rows("水漏れ%d t%d", 5));
    }
    AtomicFiles.delete(adapter);
    Cli tuned = tune(base.toString());
    assertThat(tuned.err()).contains("Warning: ", warning);
    Cli predicted = predict();
    assertThat(predicted.err()).doesNotContain("Warning: ");
    Cli evaluated = Cli.run("evaluate", "--adapter", adapter.toString(), "--data", data.toString());
    assertThat(evaluated.code()).isZero();
    assertThat(evaluated.err()).contains("Warning: ", warning);
    Cli foreign =
        Cli.runWithInput("水漏れ\n", "predict", "--adapter", adapter.toString(), "--input", "-");
    assertThat(foreign.code()).isZero();
    assertThat(foreign.err()).isEqualTo("Warning: 100 % " + warning);
    assertThat(
            Cli.runWithInput(
                    "水漏れ\n", "predict", "--quiet", "--adapter", adapter.toString(), "--input", "-")
                .err())
        .isEmpty();
  }

  @Test
  void everyCommandThatLearnsWarnsOfTextsThatTheBaseCannotRead() throws Exception {
    Path foreign = Files.createDirectory(temporary.resolve("foreign"));
    for (String split : List.of("train", "validation", "test")) {
      Files.writeString(foreign.resolve(split + ".csv"), "text,label\n" + rows("水漏れ%d t%d", 5));
    }
    String unknown = " are unknown to " + base + "; take --base mbert (104 languages, ";

    Cli several = tuneWith("lora", data, foreign);
    assertThat(several.code()).as(several.err()).isZero();
    assertThat(several.err()).contains("Warning: 75 % of the tokens of foreign" + unknown);
    assertThat(several.err()).doesNotContain("of the tokens of data");
    AtomicFiles.delete(adapter);

    assertThat(tuneWith("lora", data).err()).doesNotContain(" of the tokens ");
    Cli mixed =
        run(
            "mix --modules %s --data %s --out %s --base %s --epochs 1 --max-length 16 --precision"
                + " fp32 --threads 1",
            adapter, foreign, out("mixed"), base);
    assertThat(mixed.code()).as(mixed.err()).isZero();
    assertThat(mixed.err()).containsOnlyOnce("Warning: 75 % of the tokens" + unknown);

    Cli compared =
        run(
            "compare --methods frozen --seeds 1 --no-test --data %s --out %s --base %s --epochs 1"
                + " --max-length 16 --precision fp32 --threads 1",
            foreign, out("compared"), base);
    assertThat(compared.code()).as(compared.err()).isZero();
    assertThat(compared.err()).containsOnlyOnce("Warning: 75 % of the tokens" + unknown);

    Path corpus = temporary.resolve("corpus.txt");
    Files.writeString(corpus, rows("水漏れ%d t%d", 5) + rows("水漏れ%d t%d", 30));
    for (String how : List.of("", " --sequential")) {
      Cli learnt =
          run(
              "pretrain --corpus pumps=%s --out %s --base %s --max-length 16 --precision fp32"
                  + " --threads 1"
                  + how,
              corpus,
              out("modules" + how.strip()),
              base);
      assertThat(learnt.code()).as(learnt.err()).isZero();
      assertThat(learnt.err())
          .containsOnlyOnce("Warning: ")
          .containsPattern("Warning: \\d+ % of the tokens of pumps are unknown to ")
          .contains(unknown);
    }
  }

  @Test
  void theWarningSaysWhatTheBaseReads() {
    TextCoverage coverage = new TextCoverage(1, 0, 5, 8, 3);
    assertThat(UnknownTokenNote.sentence("minilm", coverage))
        .isEqualTo(
            "Warning: 38 % of the tokens are unknown to minilm, which reads English; take --base"
                + " mbert (104 languages, Japanese and Chinese among them), or a Hugging Face"
                + " folder of a model for that language (--base FOLDER).");
    assertThat(UnknownTokenNote.sentence("mbert", coverage))
        .isEqualTo(
            "Warning: 38 % of the tokens are unknown to mbert, which reads 104 languages, Japanese"
                + " and Chinese among them; take a Hugging Face folder of a model for that"
                + " language (--base FOLDER).");
  }

  private Cli tune(String name) {
    List<String> arguments = new ArrayList<>(List.of("tune", "--data", data.toString()));
    arguments.addAll(List.of("--base", name, "--method", "frozen", "--epochs", "1"));
    arguments.addAll(List.of("--max-length", "16", "--precision", "fp32", "--threads", "1"));
    arguments.addAll(List.of("--out", adapter.toString()));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private Cli tuneWith(String method, Path... folders) {
    List<String> arguments = new ArrayList<>(List.of("tune", "--data"));
    for (Path folder : folders) {
      arguments.add(folder.toString());
    }
    arguments.addAll(List.of("--base", base.toString(), "--method", method, "--epochs", "1"));
    arguments.addAll(List.of("--max-length", "16", "--precision", "fp32", "--threads", "1"));
    arguments.addAll(List.of("--out", adapter.toString()));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private Path out(String name) {
    return temporary.resolve(name);
  }

  /** A command in which each {@code %s} is a place; no place has a space. */
  private static Cli run(String words, Object... places) {
    String line = words;
    for (Object place : places) {
      line = line.replaceFirst("%s", Matcher.quoteReplacement(place.toString()));
    }
    return Cli.run(line.split(" ", -1));
  }

  private Cli predict(String... more) {
    List<String> arguments = new ArrayList<>(List.of("predict", "--adapter", adapter.toString()));
    arguments.addAll(List.of("--input", "-", "--precision", "fp32", "--threads", "1"));
    arguments.addAll(List.of(more));
    return Cli.runWithInput("t7 t8\n", arguments.toArray(String[]::new));
  }
}
