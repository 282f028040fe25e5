package io.haori.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.check.UserError;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a configuration holds, it is read or refused in one sentence. */
class DamagedFolderTest {
  private static final List<String> KEYS =
      List.of(
          "peft_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "exclude_modules",
          "modules_to_save",
          "layers_to_transform",
          "layers_pattern",
          "rank_pattern",
          "alpha_pattern",
          "use_rslora",
          "use_dora",
          "bias",
          "init_lora_weights",
          "task_type",
          "inference_mode",
          "use_qalora",
          "runtime_config",
          "nobody_knows");

  private static Path folder;
  private static byte[] config;

  @BeforeContainer
  static void copyTheGoldenFolder() throws IOException {
    folder = Files.createTempDirectory("damaged");
    Path golden = Golden.copy("adapters/bert-lora-rank-pattern", folder);
    config = Files.readAllBytes(golden.resolve(PeftFolder.CONFIG));
  }

  @AfterContainer
  static void removeIt() throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 500)
  void aFlippedByteIsReadOrRefused(@ForAll @IntRange(max = 100_000) int place, @ForAll byte value)
      throws IOException {
    byte[] damaged = config.clone();
    damaged[place % damaged.length] = value;
    assertReadOrRefused(damaged);
  }

  @Property(tries = 200)
  void aCutFileIsRefused(@ForAll @IntRange(max = 100_000) int length) throws IOException {
    assertReadOrRefused(Arrays.copyOf(config, length % config.length));
  }

  @Property(tries = 1000)
  void anyValueOfAnyKeyIsReadOrRefused(@ForAll("settings") List<String> settings)
      throws IOException {
    String json =
        "{\"peft_type\":\"LORA\",\"target_modules\":[\"query\"]"
            + String.join("", settings.stream().distinct().toList())
            + "}";
    assertReadOrRefused(json.getBytes(StandardCharsets.UTF_8));
  }

  @Provide
  Arbitrary<List<String>> settings() {
    Arbitrary<String> texts =
        Arbitraries.oneOf(
            Arbitraries.of(
                "query",
                "LORA",
                "none",
                "all-linear",
                "(",
                ")",
                "[",
                "\\\\Q",
                "(?<layer>a)",
                "a|b",
                "*",
                "(?x)#",
                "{",
                "\\\\"),
            Arbitraries.strings().withCharRange('(', '}').excludeChars('"', '\\').ofMaxLength(8));
    Arbitrary<String> leaf =
        Arbitraries.oneOf(
            texts.map(text -> "\"" + text + "\""),
            Arbitraries.of(
                "null",
                "true",
                "false",
                "0",
                "1",
                "-1",
                "1e400",
                "0.5",
                "123456789012345678901234567890",
                "NaN"));
    Arbitrary<String> value =
        Arbitraries.oneOf(
            leaf,
            leaf.list().ofMaxSize(3).map(list -> "[" + String.join(",", list) + "]"),
            Combinators.combine(texts, leaf).as((key, inner) -> "{\"" + key + "\":" + inner + "}"),
            leaf.map(inner -> "[[" + inner + "]]"));
    return Combinators.combine(Arbitraries.of(KEYS.subList(1, KEYS.size())), value)
        .as((key, given) -> ",\"" + key + "\":" + given)
        .list()
        .ofMaxSize(3);
  }

  private static void assertReadOrRefused(byte[] content) throws IOException {
    Path file = folder.resolve("changed.json");
    Files.write(file, content);
    try {
      AdapterConfig read = ConfigReader.read(file);
      // Selecting layers must not fail later either.
      String name = "bert.encoder.layer.1.attention.self.query";
      assertThat(read.targets().selects(name)).isIn(true, false);
      assertThat(read.lora().rankOf(name)).isPositive();
      assertThat(read.lora().alphaOf(name)).isPositive();
    } catch (UserError e) {
      assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n");
    }
  }
}
