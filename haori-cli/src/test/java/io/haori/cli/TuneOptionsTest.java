package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a command's values is reported before anything is read or loaded. */
final class TuneOptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --rank 0                         | --rank must be at least 1, got 0
          --alpha NaN                      | --alpha must be finite and above 0, got NaN
          --dropout 1                      | --dropout must be in [0, 1), got 1.0
          --targets regex:(                | --targets must be a valid regular expression, got ( (Unclosed group)
          --epochs 0                       | --epochs must be at least 1, got 0
          --lr 0                           | --lr must be above 0 and at most 1000000.0, got 0.0
          --batch-size 0                   | --batch-size must be at least 1, got 0
          --train-rows 0                   | --train-rows must be at least 1, got 0
          --max-length 2                   | --max-length must be at least 3, got 2
          --patience -1                    | --patience must be at least 0, got -1
          --tune-hyper 1                   | --tune-hyper must be in [2, 1000], got 1
          --tune-hyper 4 --lr 1e-3 --rank 4 --alpha 8 | --tune-hyper must be left out when all is given that it may vary, got 4
          --tune-hyper 4 --method sparse --set stages=usual | --tune-hyper must be left out when training goes in stages, which have their own epochs, got 4
          --method doro                    | --method must be one of frozen, full, bottleneck, lora, dora, bidora, modular, sparse, got doro
          --method dora --rank 0           | --rank must be at least 1, got 0
          --method dora --set dora.gradient=no | dora.gradient must be one of [detached, full], got no
          --method bidora --rank 0         | --rank must be at least 1, got 0
          --method bidora --set outerShare=1 | bidora.outerShare must be above 0 and below 1, got 1.0
          --method bidora --set bidora.unroll=0 | bidora.unroll must be at least 1, got 0
          --method bidora --set hypergradient=none | bidora.hypergradient must be one of [finite, exact], got none
          --method bidora --set upperRate=0,lastStart=fresh | bidora.upperRate must be above 0 and at most 1000.0, got 0.0
          --method bidora --epochs 0       | --epochs must be at least 1, got 0
          --method frozen --rank 4         | --rank must be left out with --method frozen, got 4
          --method bottleneck --rank 4     | --rank must be left out with --method bottleneck, got 4
          --method bottleneck --set bottleneck.width=0 | bottleneck.width must be at least 1, got 0
          --method sparse --set sparsity=1 | sparse.sparsity must be at least 0 and below 1, got 1.0
          --method sparse --set sparsity=0.9,structure=row | sparse.structure must be one of [none, rank, layer], got row
          --method sparse --set sparse.score=luck | sparse.score must be one of [random, magnitude, snip, movement], got luck
          --method sparse --rank 0         | --rank must be at least 1, got 0
          --method sparse --set structure=layer,scope=layer | sparse.scope must be global with the structure layer, got layer
          --method sparse --set stages=usual --epochs 3 | --epochs must be left out when training goes in stages, which have their own, got 3
          --method sparse --set stages=prune:0 | epochs of stage prune must be at least 1, got 0
          --set rank=0                     | --rank must be at least 1, got 0
          --set targets=query,key,rank=0   | --rank must be at least 1, got 0
          --set training.warmupShare=2     | training.warmupShare must be in [0, 1], got 2.0
          --set training.warmupSteps=9,training.warmupShare=0.1 | training.warmupSteps must be 0 when training.warmupShare is above 0, got 9
          --set training.warmupShare=much  | training.warmupShare must be a number, got much
          --set training.accumulation=1.5  | training.accumulation must be a whole number, got 1.5
          --set training.schedule=round    | training.schedule must be one of constant, linear, cosine, got round
          --set batchSize=8                | batchSize has an option of its own: --batch-size 8
          --set training.epochs=3          | training.epochs has an option of its own: --epochs 3
          --set epochs=3                   | epochs has an option of its own: --epochs 3
          --set training.learningRate=1e-3 | training.learningRate has an option of its own: --lr 1e-3
          --set maxLength=64               | maxLength has an option of its own: --max-length 64
          --set training.seed=7            | training.seed has an option of its own: --seed 7
          --set lora.rankStabilized=yes    | lora.rankStabilized must be true or false, got yes
          --precision fp8                  | --precision must be one of auto, fp32, bf16, got fp8
          --threads 0                      | --threads must be at least 1, got 0
          """)
  void aValueOutOfItsBoundIsNamedByItsFlag(String arguments, String sentence) {
    Cli run = Cli.run(("tune --data nowhere --out nowhere " + arguments).split(" "));

    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void anUnknownMethodListsTheKnownOnes() {
    Cli run = Cli.run("tune", "--data", "nowhere", "--out", "nowhere", "--method", "lorra");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            "--method must be one of "
                + String.join(", ", MethodCatalogue.names())
                + ", got lorra\n");
  }

  @Test
  void anUnknownSettingListsTheKnownOnes() {
    Cli run = Cli.run("tune", "--data", "nowhere", "--out", "nowhere", "--set", "ranks=4");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            "--set must name one of baseBackward, gradientCheckpointing, lora.alpha,"
                + " lora.alphaPattern, lora.dropout, lora.learningRateRatio, lora.rank,"
                + " lora.rankPattern, lora.rankStabilized, lora.targets, pooling,"
                + " training.accumulation, training.augment, training.beta1, training.beta2,"
                + " training.checkpointEverySteps, training.epsilon, training.greaterIsBetter,"
                + " training.headLearningRateRatio, training.headStart,"
                + " training.labelNames, training.loss, training.maxGradientNorm,"
                + " training.metric, training.schedule, training.startShare,"
                + " training.temperature, training.warmupShare, training.warmupSteps,"
                + " training.weightDecay, got ranks\n");
  }

  @Test
  void anUnknownSettingOfASparseModuleListsTheKnownOnes() {
    Cli run =
        Cli.run(
            "tune --data nowhere --out nowhere --method sparse --set sparsity=0.9,structur=rank"
                .split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .startsWith(
            "--set must name one of baseBackward, gradientCheckpointing, pooling, sparse.alpha, ")
        .contains(" sparse.sparsity, sparse.stages, sparse.structure, ")
        .endsWith(", got structur\n")
        .hasLineCount(1);
  }

  @Test
  void missingDataAreReportedInOneSentence() {
    Cli run = Cli.run("tune", "--data", "nowhere", "--out", "elsewhere");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo("nowhere: must be a folder with a dataset or a file, but nothing is there\n");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsReportedBeforeTheWorkBegins(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    Cli run = Cli.run("tune", "--data", "nowhere", "--out", file.resolve("adapter").toString());

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            "--out must be in a folder that can be written, got "
                + file.resolve("adapter")
                + " ("
                + file
                + ")\n");
  }

  @ParameterizedTest
  @CsvSource({
    "quickstart",
    "tune",
    "compare",
    "evaluate",
    "predict",
    "export",
    "data demo",
    "data"
  })
  void everyCommandShowsItsOptionsWithinAHundredColumns(String command) {
    Cli run = Cli.run((command + " --help").split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Usage: haori " + command);
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void tooFewDemoRowsAreRefused() {
    Cli run = Cli.run("data", "demo", "--out", "nowhere", "--train-rows", "5");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err()).matches("--train-rows must be in \\[40, [0-9]+\\], got 5\n");
  }
}
