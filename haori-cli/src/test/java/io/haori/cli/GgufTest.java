package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.adapter.dora.DoraConfig;
import io.haori.adapter.dora.DoraMethod;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Targets;
import io.haori.cli.terminal.ExitCode;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyDecoder;
import io.haori.training.pretrain.ModuleFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters for llama.cpp and from it, as a user meets them. */
final class GgufTest {
  @TempDir Path temporary;
  private Path decoder;

  @BeforeEach
  void makeBase() {
    decoder = TinyDecoder.folder(temporary.resolve("decoder"));
  }

  private void module(String name, AdapterMethod method) {
    Random random = new Random(3);
    try (TextBase base = TextBase.open(decoder.toString(), DType.F32, FetchListener.SILENT);
        AdapterModule module = AdapterModule.create("a", method, base.backbone(), random);
        Scope scope = Scope.open()) {
      module
          .layers()
          .values()
          .forEach(
              layer -> {
                Tensor up = layer.tensors().get("lora_B.weight");
                if (up != null) {
                  up.copyInPlace(Tensors.normal(random, 0.05, up.shape()));
                }
              });
      ModuleFolder.save(temporary.resolve(name), module, base, Map.of(), Map.of());
    }
  }

  private Cli haori(String line) {
    List<String> words = new ArrayList<>();
    for (String word : (line + " --threads 1").split(" ", -1)) {
      words.add(
          word.replace("DECODER", decoder.toString())
              .replace("TMP", temporary.toString())
              .replace('~', ' '));
    }
    return Cli.run(words.toArray(String[]::new));
  }

  private void refused(String sentence, String line) {
    Cli run = haori(line);
    assertThat(run.err())
        .isEqualTo(
            sentence.replace("DECODER", decoder.toString()).replace("TMP", temporary.toString())
                + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void anAdapterComesBackAsItWas() throws IOException {
    module("made", new LoraMethod(LoraConfig.DEFAULT.withTargets(Targets.all())));
    Cli export = haori("export --adapter TMP/made --format gguf --out TMP/a.gguf --json");
    assertThat(export.err()).isEmpty();
    assertThat(export.code()).isEqualTo(ExitCode.DONE);
    JsonNode exported = new ObjectMapper().readTree(export.out());
    assertThat(exported.path("format").textValue()).isEqualTo("gguf");
    assertThat(exported.path("maxLogitDifference").doubleValue()).isZero();
    assertThat(exported.path("bytes").longValue())
        .isEqualTo(Files.size(temporary.resolve("a.gguf")));

    Cli imported = haori("import --gguf TMP/a.gguf --base DECODER --out TMP/back");
    assertThat(imported.err()).isEmpty();
    assertThat(imported.out()).startsWith("lora in " + temporary.resolve("back") + ": ");
    assertThat(imported.code()).isEqualTo(ExitCode.DONE);
    String generate = "generate --prompt A~cat --max-tokens 12 --quiet --precision fp32 --adapter ";
    Cli before = haori(generate + "TMP/made");
    assertThat(before.out()).isNotBlank();
    assertThat(haori(generate + "TMP/back").out()).isEqualTo(before.out());

    refused(
        "--out must be a new file, got TMP/a.gguf, which is there; --force replaces it",
        "export --adapter TMP/back --format gguf --out TMP/a.gguf");
    byte[] first = Files.readAllBytes(temporary.resolve("a.gguf"));
    Files.write(temporary.resolve("cut.gguf"), Arrays.copyOf(first, first.length / 2));
    Cli again = haori("export --adapter TMP/back --format gguf --out TMP/a.gguf --force");
    assertThat(again.code()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readAllBytes(temporary.resolve("a.gguf"))).isEqualTo(first);

    Cli cut = haori("import --gguf TMP/cut.gguf --base DECODER --out TMP/other");
    assertThat(cut.err())
        .startsWith(temporary.resolve("cut.gguf") + ": ends inside tensor 'blk.")
        .hasLineCount(1);
    assertThat(cut.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("other")).doesNotExist();

    Cli thin = haori("export --adapter TMP/made --format gguf --rank 2 --out TMP/thin.gguf");
    assertThat(thin.out()).contains("Rank 2 cut off ");
    assertThat(Files.size(temporary.resolve("thin.gguf"))).isLessThan(first.length / 3);
  }

  /** DoRA's change of a weight has every rank: what the cut loses is said, and falls with it. */
  @Test
  void theUpdatesOfDoraAreCutOffToARank() throws IOException {
    module("dora", new DoraMethod(DoraConfig.DEFAULT));
    double lost = 1;
    double apart = Double.MAX_VALUE;
    for (int rank : new int[] {1, 8, 32}) {
      Cli run =
          haori(
              "export --adapter TMP/dora --format gguf --json --out TMP/dora-"
                  + rank
                  + ".gguf --rank "
                  + rank);
      assertThat(run.err()).isEmpty();
      assertThat(run.code()).isEqualTo(ExitCode.DONE);
      JsonNode json = new ObjectMapper().readTree(run.out());
      assertThat(json.path("energyLost").doubleValue()).isLessThan(lost);
      assertThat(json.path("maxLogitDifference").doubleValue()).isLessThan(apart);
      lost = json.path("energyLost").doubleValue();
      apart = json.path("maxLogitDifference").doubleValue();
      assertThat(run.words()).contains("Rank " + rank + " cut off ");
    }
    // The base is 32 numbers wide.
    assertThat(lost).isLessThan(1e-9);
    assertThat(apart).isLessThan(1e-3);
  }

  @Test
  void aMistakeIsOneSentence() throws IOException {
    module("dora", new DoraMethod(DoraConfig.DEFAULT));
    Path encoder = TinyBase.folder(temporary.resolve("encoder"));
    Path note = Files.writeString(temporary.resolve("note.gguf"), "mine");
    refused(
        "--rank must be given for the method dora, whose updates are not low-rank and are cut off"
            + " to it, got none",
        "export --adapter TMP/dora --format gguf --out TMP/a.gguf");
    refused(
        "--out must be a new file, got TMP/note.gguf, which is there",
        "export --adapter TMP/dora --format gguf --out TMP/note.gguf");
    refused(
        "--force must find only what Haori wrote in --out, got TMP/note.gguf, another file",
        "export --adapter TMP/dora --format gguf --out TMP/note.gguf --force");
    refused(
        "--out must be a file with --format gguf, got TMP/dora/../encoder (a folder)",
        "export --adapter TMP/dora --format gguf --out TMP/dora/../encoder");
    Cli none = haori("export --adapter TMP/none --format gguf --out TMP/a.gguf");
    assertThat(none.err())
        .isEqualTo(haori("export --adapter TMP/none --format peft --out TMP/a").err())
        .contains("nothing is there");
    Path head = Golden.copy("adapters/tiny-llama-classification", temporary);
    refused(
        "--format must be peft or merged for "
            + head
            + ", whose head GGUF has no place for, got gguf",
        "export --adapter " + head + " --base DECODER --format gguf --out TMP/a.gguf");
    refused(
        "--with-base must be left out with --format gguf, got it",
        "export --adapter TMP/dora --format gguf --out TMP/a.gguf --with-base");
    refused(
        "--base is missing: haori import needs the base that the adapter is for",
        "import --gguf TMP/note.gguf --out TMP/x");
    refused(
        "TMP/none.gguf: does not exist", "import --gguf TMP/none.gguf --base DECODER --out TMP/x");
    refused(
        "TMP/note.gguf: must be a GGUF file, which begins with GGUF, and does not",
        "import --gguf TMP/note.gguf --base DECODER --out TMP/x");
    refused(
        "base of a GGUF adapter must be a decoder of the families llama, mistral, qwen2, qwen3 and"
            + " gpt2, got bert",
        "import --gguf TMP/note.gguf --base " + encoder + " --out TMP/x");
    assertThat(note).hasContent("mine");
    assertThat(temporary.resolve("a.gguf")).doesNotExist();
    assertThat(temporary.resolve("x")).doesNotExist();
  }
}
