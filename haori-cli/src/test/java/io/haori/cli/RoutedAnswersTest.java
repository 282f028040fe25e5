package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules of a decoder by a rule, in other sizes, beside other ways and as a recipe. */
final class RoutedAnswersTest {
  @TempDir static Path temporary;

  private static AnimalColours colours;

  @BeforeAll
  static void makeModules() throws IOException {
    colours = AnimalColours.write(temporary, List.of("here", "there"));
    colours.learnTwoModules();
  }

  private static Cli haori(String line) {
    return colours.compute(line);
  }

  private static Cli mix(String more) {
    return colours.mix(more);
  }

  private static JsonNode json(Cli run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  /** Each token chooses its modules while a text is written, so the mix keeps them beside it. */
  @Test
  void aMixByArrowIsStoredWithItsModulesAndAnswersAsItWasMeasured() throws IOException {
    Cli run = mix("--route arrow --set route.top=1 --out TMP/arrow");
    JsonNode json = json(run);
    assertThat(json.path("method").textValue()).isEqualTo("routed");
    assertThat(json.path("trainable").intValue()).isZero();
    assertThat(json.path("epochs").intValue()).isZero();
    assertThat(json.at("/settings/routed.route").textValue()).isEqualTo("arrow");
    assertThat(json.at("/settings/routed.top").intValue()).isEqualTo(1);
    assertThat(
            json.at("/contributions/0/share").doubleValue()
                + json.at("/contributions/1/share").doubleValue())
        .isCloseTo(1, within(1e-6));
    // The module that knows the answers is missed more than the other one.
    assertThat(json.at("/contributions/0/lossWithout").doubleValue())
        .isGreaterThan(json.at("/contributions/1/lossWithout").doubleValue());
    assertThat(json.at("/validation/loss").doubleValue())
        .isLessThan(Math.log(json.at("/validation/perplexityOfBase").doubleValue()));
    assertThat(run.words()).contains("Mean shares of the modules, over the tokens of these rows:");

    Path folder = temporary.resolve("arrow");
    assertThat(folder.resolve("mix.json")).exists();
    assertThat(folder.resolve("modules/colours/adapter_model.safetensors")).exists();
    assertThat(folder.resolve("adapter_config.json")).doesNotExist();
    Path moved = Files.move(folder, temporary.resolve("moved"));
    JsonNode scored =
        json(haori("evaluate --adapter " + moved + " --data TMP/data --quiet --json"));
    assertThat(scored.at("/scores/exactMatch").doubleValue())
        .isEqualTo(json.at("/test/exactMatch").doubleValue());
    Cli generated = haori("generate --adapter " + moved + " --prompt A~cow --max-tokens 3 --quiet");
    assertThat(generated.code()).as(generated.err()).isEqualTo(ExitCode.DONE);

    Cli exported = haori("export --adapter " + moved + " --format gguf --out TMP/arrow.gguf");
    assertThat(exported.err())
        .isEqualTo(
            "a mix routed by arrow must stay a mix: its shares differ from text to text, so there"
                + " is no one weight that computes the same\n");
    assertThat(exported.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("arrow.gguf")).doesNotExist();
  }

  /** A mix by a rule is a version as any other, and is asked by its name. */
  @Test
  void aMixByArrowGetsIntoARegistry() throws IOException {
    json(mix("--route arrow --name both --registry TMP/registry --out TMP/kept"));
    Cli here = haori("generate --adapter TMP/kept --prompt A~cow~there~is --quiet");
    Cli asked =
        haori(
            "generate --adapter reg:both --registry TMP/registry --prompt A~cow~there~is --quiet");
    assertThat(asked.err()).isEmpty();
    assertThat(asked.out()).isEqualTo(here.out());
  }

  /** Also where what is stored is one LoRA that names no modules. */
  @ParameterizedTest
  @CsvSource({"--route~arrow, arrow", "--route~none, alike", "--epochs~1, learnt"})
  void aRegistryKnowsWhatAMixWasMadeOf(String way, String name) throws IOException {
    String registry = temporary.resolve("of-" + name).toString();
    for (String part : List.of("colours", "hens")) {
      Path folder = temporary.resolve("parts").resolve(part);
      Cli added =
          Cli.run("module", "add", folder.toString(), "--name", part, "--registry", registry);
      assertThat(added.code()).as(added.err()).isEqualTo(ExitCode.DONE);
    }
    json(
        haori(
            "mix --modules reg:colours reg:hens --base BASE --data TMP/data --quiet --json "
                + way.replace('~', ' ')
                + " --name mix --registry "
                + registry
                + " --out TMP/out-"
                + name));
    Cli shown = Cli.run("module", "show", "mix@1", "--registry", registry, "--json");
    JsonNode parents = new ObjectMapper().readTree(shown.out()).path("parents");
    assertThat(parents.findValuesAsText("module")).containsExactly("colours@1", "hens@1");
  }

  /** All modules alike are one LoRA, whose loss is that of their mean. */
  @Test
  void modulesThatCountAlikeAreOneLora() throws IOException {
    JsonNode json = json(mix("--route none --sizes 2,8 --out TMP/alike"));
    assertThat(json.path("method").textValue()).isEqualTo("routed");
    assertThat(json.at("/contributions/0/share").doubleValue()).isCloseTo(0.5, within(1e-6));
    assertThat(temporary.resolve("alike/adapter_config.json")).exists();
    assertThat(temporary.resolve("alike/mix.json")).doesNotExist();
    Cli exported = haori("export --adapter TMP/alike --format gguf --out TMP/alike.gguf --quiet");
    assertThat(exported.code()).as(exported.err()).isEqualTo(ExitCode.DONE);

    JsonNode sizes = json.path("sizes");
    assertThat(sizes).hasSize(3);
    assertThat(sizes.at("/0/energyLost").doubleValue()).isZero();
    assertThat(sizes.at("/0").has("rank")).isFalse();
    // Two modules of rank 4 have eight ranks in all.
    assertThat(sizes.at("/1/energyLost").doubleValue()).isBetween(0.01, 0.9);
    assertThat(sizes.at("/2/energyLost").doubleValue()).isLessThan(1e-6);
    assertThat(sizes.at("/2/loss").doubleValue())
        .isCloseTo(sizes.at("/0/loss").doubleValue(), within(1e-3));
    assertThat(sizes.at("/1/storedBytes").longValue())
        .isLessThan(sizes.at("/2/storedBytes").longValue());
    assertThat(sizes.at("/1/loss").doubleValue())
        .isNotCloseTo(sizes.at("/0/loss").doubleValue(), within(1e-3));
    assertThat(sizes.at("/2/scores/exactMatch").doubleValue())
        .isEqualTo(json.at("/test/exactMatch").doubleValue());
  }

  @Test
  void otherWaysLearnTheSameRowsAndAnswerThem() throws IOException {
    Cli run =
        mix(
            "--epochs 2 --batch-size 6 --baselines frozen,lora,single,joint --joint TMP/parts/hens"
                + " --out TMP/compared");
    JsonNode json = json(run);
    JsonNode ways = json.path("baselines");
    assertThat(ways.findValuesAsText("name"))
        .containsExactly("the base", "LoRA", "the module colours alone", "the joint module");
    JsonNode frozen = ways.get(0);
    assertThat(frozen.path("trainable").intValue()).isZero();
    assertThat(frozen.path("mixGains").doubleValue()).isGreaterThan(1);
    assertThat(frozen.path("result").textValue()).isEqualTo("better");
    assertThat(frozen.at("/mixGainsInterval/0").doubleValue())
        .isLessThan(frozen.path("mixGains").doubleValue());
    assertThat(frozen.path("exactMatch").doubleValue()).isZero();
    assertThat(frozen.path("mixGainsExactMatch").doubleValue())
        .isEqualTo(json.at("/test/exactMatch").doubleValue());
    assertThat(ways.get(1).path("trainable").intValue()).isPositive();
    // The module of hens alone knows no colours.
    assertThat(ways.get(3).path("loss").doubleValue())
        .isGreaterThan(ways.get(2).path("loss").doubleValue());
    assertThat(run.words()).contains("The mix is better than the base: +");
    assertThat(temporary.resolve("compared/checkpoint")).doesNotExist();
  }

  @Test
  void aRecipeMakesTheSameMixAgain() throws IOException {
    json(
        mix(
            "--epochs 2 --batch-size 6 --bridge diagonal --lr 2e-3 --save-recipe TMP/mix.yaml"
                + " --out TMP/first"));
    assertThat(temporary.resolve("mix.yaml"))
        .content()
        .contains("bridge: diagonal", "learningRate: 0.002", "folder: parts/colours");
    json(haori("mix --recipe TMP/mix.yaml --out TMP/second --quiet --json"));
    assertThat(Files.readAllBytes(temporary.resolve("second/adapter_model.safetensors")))
        .isEqualTo(Files.readAllBytes(temporary.resolve("first/adapter_model.safetensors")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --route nearest | --route must be learned, gated, arrow, none, sum or auto for rows of prompt \
          and completion: nearest looks at a whole text, of which a decoder that writes knows only \
          the beginning, got nearest
          --route arrow --epochs 3 | --epochs must be left out with --route arrow, which learns \
          nothing here, got 3
          --route none --lr 0.1 | --lr must be left out with --route none, which learns nothing \
          here, got 0.1
          --route arrow --sizes 2 | --sizes must be left out with --route arrow, got [2]
          --route auto --baselines lora | --baselines must be left out with --route auto, which \
          compares with other ways itself, got lora
          --data TMP/data/train.jsonl --baselines lora | --baselines must be left out for rows \
          without a test or validation file, whose rows are answered, got lora
          --data TMP/data/train.jsonl --sizes 2 | --sizes must be left out for rows without a test \
          or validation file, whose rows are answered, got [2]
          """)
  void aMistakeIsOneSentence(String options, String sentence) {
    String data = options.contains("--data") ? "" : "--data TMP/data ";
    Cli run =
        haori(
            "mix --modules TMP/parts/colours TMP/parts/hens --base BASE --quiet "
                + data
                + options
                + " --out TMP/never");
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("never")).doesNotExist();
  }
}
