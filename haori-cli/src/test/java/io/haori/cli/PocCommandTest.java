package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proof of concept on two small lines of orders. */
final class PocCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;
  private String base;
  private Path plan;

  @BeforeEach
  void make() throws IOException {
    base = TinyBase.folder(temporary).toString();
    plan = temporary.resolve("plan");
    lines("line-a", 0, 0);
    // As a table out of a system for orders has them: only two of its columns are read.
    lines("line-b", 5, 300);
    Cli advice =
        Cli.run(
            "advise",
            "--data",
            temporary.resolve("line-a.csv").toString(),
            "--base",
            base,
            "--precision",
            "fp32",
            "--threads",
            "1",
            "--out",
            plan.toString());
    assertThat(advice.code()).as(advice.err()).isZero();
  }

  /** Which of two words comes with which of two others decides, which a base does not know. */
  private void lines(String name, int shift, int otherColumns) throws IOException {
    StringBuilder header = new StringBuilder("text,label");
    for (int i = 0; i < otherColumns; i++) {
      header.append(",field").append(i);
    }
    List<String> lines = new ArrayList<>(List.of(header.toString()));
    for (int i = 0; i < 160; i++) {
      String noise = "word" + (char) ('b' + (i + shift) % 7) + (char) ('c' + (i + shift) % 19);
      boolean first = i % 2 == 0;
      boolean second = i / 2 % 2 == 0;
      lines.add(
          "%s %s %s,%s%s"
              .formatted(
                  first ? "wordai" : "wordaj",
                  second ? "wordam" : "wordan",
                  noise,
                  first == second ? "leak" : "wear",
                  ",0".repeat(otherColumns)));
    }
    Files.write(temporary.resolve(name + ".csv"), lines);
  }

  private static Cli poc(String... arguments) {
    List<String> all = new ArrayList<>(List.of("poc"));
    all.addAll(List.of(arguments));
    if (!arguments[0].equals("status")) {
      all.addAll(List.of("--precision", "fp32", "--threads", "1", "--quiet"));
    }
    return Cli.run(all.toArray(String[]::new));
  }

  private void start(String... more) {
    List<String> all = new ArrayList<>(List.of("start", plan.toString()));
    all.addAll(List.of(more));
    if (!all.contains("--bound")) {
      all.addAll(List.of("--bound", "0"));
    }
    all.addAll(List.of("--alpha", "0.3", "--epochs", "30"));
    Cli begun = poc(all.toArray(String[]::new));
    assertThat(begun.code()).as(begun.err()).isZero();
  }

  private Cli next() {
    Cli next = poc("next", plan.toString());
    assertThat(next.code()).as(next.err()).isZero();
    return next;
  }

  private JsonNode status() throws IOException {
    Cli run = poc("status", plan.toString(), "--json");
    assertThat(run.code()).as(run.err()).isZero();
    return JSON.readTree(run.out());
  }

  private String module(String... arguments) {
    List<String> all = new ArrayList<>(List.of("module"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--registry", plan.resolve("registry").toString()));
    return Cli.run(all.toArray(String[]::new)).out();
  }

  @Test
  void stagesFollowEachOtherAndTheLogSaysWhatWasFixedFoundAndDecided() throws IOException {
    start("--next", temporary.resolve("line-b.csv").toString());
    assertThat(status().path("next").asInt()).isEqualTo(1);
    assertThat(next().out()).contains("3 won, 0 lost", "LoRA, rank 8 is taken.");
    JsonNode first = status().path("results").get(0);
    assertThat(first.path("kept").asText()).as(first.toString()).isEqualTo("line-a@1");
    assertThat(first.path("retired").get(0).asText()).isEqualTo("line-a@2");
    assertThat(first.path("trials").get(0).path("evidence").asDouble()).isGreaterThan(1 / 0.3);
    assertThat(first.path("seconds").asDouble()).isPositive();
    assertThat(first.path("estimatedSeconds").asDouble()).isPositive();
    // DoRA is as good and not better: it is undone, and what was live stays.
    assertThat(next().out()).contains("not taken: not shown", "what there was stays");
    assertThat(module("show", "line-a@3")).contains("retired");
    assertThat(module("show", "line-a@live/poc")).contains("line-a@1");
    next();
    String end = next().out();
    assertThat(end).startsWith("Go on: a module (LoRA, rank 8) is right in ");
    assertThat(end).contains("line-a@1", "line-b@1", "frozen base");
    JsonNode done = status();
    assertThat(done.path("verdict").asText()).isEqualTo("go-on");
    assertThat(done.at("/end/domains").size()).isEqualTo(2);
    assertThat(done.at("/end/rollbackMillis").asDouble()).isPositive();
    assertThat(done.path("next").isNull()).isTrue();
    assertThat(module("log", "--limit", "100"))
        .contains(
            "poc-start", "poc-stage", "poc-end", "stage 2: DoRA, rank 8 against LoRA, rank 8");
    assertThat(module("verify")).contains("are sound");
    Cli over = poc("next", plan.toString());
    assertThat(over.code()).isEqualTo(2);
    assertThat(over.err())
        .contains(
            "The proof of concept of " + plan + " has ended; haori poc status shows its result");
  }

  @Test
  void whereAModuleGainsNothingItSaysStopAndNothingIsLive() throws IOException {
    start("--bound", "40", "--methods", "none");
    String end = next().out();
    assertThat(end).startsWith("Stop: a module was not shown to gain enough");
    JsonNode done = status();
    assertThat(done.path("verdict").asText()).isEqualTo("stop");
    assertThat(done.at("/results/0/decision").asText()).isIn("FAILED", "NOT_SHOWN");
    assertThat(module("show", "line-a@1")).contains("retired");
    assertThat(module("list")).doesNotContain("poc");
  }

  @Test
  void aStageThatHasSpentItsBudgetIsUndone() throws IOException {
    start("--budget", "0.0001", "--methods", "none");
    assertThat(next().out()).contains("The budget of 0.0 s was spent before anything was shown");
    assertThat(status().at("/results/0/decision").asText()).isEqualTo("BUDGET_SPENT");
    assertThat(status().path("verdict").asText()).isEqualTo("stop");
  }

  @Test
  void whatAStageHadMadeWhenTheProcessEndedIsUndone() throws IOException {
    start("--ranks", "8");
    next();
    assertThat(module("show", "line-a@live/poc")).contains("line-a@1");
    String made = temporary.resolve("made").toString();
    module("export", "line-a@1", "--out", made);
    module("add", made, "--name", "made");
    Path file = plan.resolve("poc.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("\"running\":0", "\"running\":2")
            .replace("\"versions\":[]", "\"versions\":[\"made@1\"]"));
    next();
    assertThat(module("show", "made@1")).contains("retired");
    assertThat(module("show", "line-a@live/poc")).contains("line-a@1");
    assertThat(module("log", "--limit", "100"))
        .contains("stage 2 was interrupted before it was decided");
  }

  @Test
  void mistakesAreOneSentence() throws IOException {
    Path none = temporary.resolve("none");
    assertThat(poc("start", none.toString()).err())
        .contains("PLAN must be a folder that haori advise --out wrote, got " + none);
    assertThat(poc("next", plan.toString()).err())
        .contains(
            "No proof of concept was begun in "
                + plan
                + "; haori poc start "
                + plan
                + " begins one");
    assertThat(poc("start", plan.toString(), "--alpha", "1").err())
        .contains("--alpha must be in (0, 1), got 1.0");
    assertThat(poc("start", plan.toString(), "--margin", "0").err())
        .contains("--margin must be in (0, 100), got 0.0");
    assertThat(poc("start", plan.toString(), "--methods", "lorra").err())
        .contains("--methods must be one of ", "got lorra");
    assertThat(poc("start", plan.toString(), "--ranks", "8,0").err())
        .contains("--ranks must be at least 1, got 0");
    String file = temporary.resolve("line-a.csv").toString();
    Cli noRegistry = poc("start", plan.toString(), "--registry", file);
    assertThat(noRegistry.code()).isEqualTo(2);
    assertThat(noRegistry.err()).contains(file).doesNotContain("Measuring how long fits take");
    assertThat(poc("start", plan.toString(), "--next", file).err())
        .contains("--next must be domains of different names, got line-a twice");
    List<String> rows = Files.readAllLines(Path.of(file));
    Files.write(Path.of(file), rows.subList(0, 150));
    Cli changed = poc("start", plan.toString());
    assertThat(changed.code()).isEqualTo(2);
    assertThat(changed.err())
        .contains(
            "line-a.csv: must have the rows that it had for the plan, got others;"
                + " haori advise writes a new one");
    Files.write(Path.of(file), rows);
    start();
    assertThat(poc("start", plan.toString()).err())
        .contains("PLAN must be one from which no proof of concept was begun, got " + plan);
    assertThat(poc("next", plan.toString(), "--stage", "2").err())
        .contains("--stage must be the next one, 1, got 2");
    Files.write(Path.of(file), rows.subList(0, 150));
    assertThat(poc("next", plan.toString()).err())
        .contains(
            "line-a.csv: must have the rows that it had for the proof of concept, got others");
    assertThat(poc("status", plan.toString()).code()).isZero();
  }
}
