package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlagsTest {
  /** A flag in a text of the code: {@code --} and a word, after a quote, a blank or a bracket. */
  private static final Pattern FLAG = Pattern.compile("\"(?:[^\"]*[ (;])?--[a-z][^\"]*\"");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          maxLength must be at least 3, got 2 | --max-length must be at least 3, got 2
          lora.rank must be at least 1, got 0 | --rank must be at least 1, got 0
          a.xlsx: has 2 sheets with rows; choose one with the setting sheet: "a", "b" | a.xlsx: has 2 sheets with rows; choose one with --sheet: "a", "b"
          a.csv:1: header has no column "text"; choose one with the setting columns.text | a.csv:1: header has no column "text"; choose one with --text-column
          choose the setting task=classification or the setting task=regression | choose --task classification or --task regression
          lists of labels are read with the setting task=multi-label | lists of labels are read with --task multi-label
          stopped at step 3: NaN at learning rate 9.0; try a lower training.learningRate than 9.0 | stopped at step 3: NaN at learning rate 9.0; try a lower --lr than 9.0
          my module: holds no head; mix it for a task | my module: holds no head; mix it for a task: haori mix --modules 'my module' --data DIR --out DIR
          the setting colour is not known | the setting colour is not known
          a.csv:7: label must be a string, got 1 | a.csv:7: label must be a string, got 1
          """)
  void settingsBecomeFlags(String sentence, String shown) {
    assertThat(Flags.inPlaceOfSettings(sentence)).isEqualTo(shown);
  }

  @Test
  void aFlagThatTheCommandDoesNotHaveIsNotNamed() {
    String sentence = "choose the setting sheet or the setting task=regression";

    assertThat(Flags.inPlaceOfSettings(sentence, Set.of("--sheet")::contains))
        .isEqualTo("choose --sheet or the setting task=regression");
  }

  @Test
  void theLibraryNamesSettingsAndNoFlags() throws Exception {
    for (String module :
        List.of(
            "core",
            "tensor",
            "model",
            "adapter",
            "analysis",
            "inference",
            "training",
            "registry")) {
      Path sources = Path.of("..", "haori-" + module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
          assertThat(Files.readString(file, StandardCharsets.UTF_8).lines())
              .as(file.toString())
              .noneMatch(line -> FLAG.matcher(line).find());
        }
      }
    }
  }
}
