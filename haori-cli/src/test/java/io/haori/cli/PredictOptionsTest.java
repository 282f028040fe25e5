package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.PredictInput.Item;
import io.haori.cli.PredictOutput.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
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

/** What predict reads and writes, without a model. */
final class PredictOptionsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          predict --adapter a | --input is missing: haori predict needs it, or --text
          predict --adapter a --input x --text y | --text must be left out with --input, got [y]
          predict --adapter a --input - --input-format csv | --input-format must be txt or jsonl for stdin, got csv
          predict --adapter a --input x --input-format xml | --input-format must be one of txt, jsonl, csv, tsv, got xml
          predict --adapter a --text x --format xlsx | --format must be one of jsonl, csv, got xlsx
          predict --adapter a --text x --format csv --json | --format must be jsonl with --json, got csv
          predict --adapter a --text x --top 0 | --top must be at least 1, got 0
          predict --adapter a --input x.doc | x.doc: its name must end in .txt, .jsonl, .csv or .tsv, or --input-format be given
          """)
  void anOptionOutOfItsBoundIsNamed(String command, String sentence) {
    Cli run = Cli.run(command.split(" "));

    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aLineIsThereAsSoonAsItIsWritten() throws IOException {
    try (PipedOutputStream writer = new PipedOutputStream();
        PredictInput input =
            PredictInput.of(Path.of("stdin"), new PipedInputStream(writer), false)) {
      writer.write("{ is a brace\n".getBytes(StandardCharsets.UTF_8));
      writer.flush();

      assertThat(input.next()).isEqualTo(new Item(1, Map.of("text", "{ is a brace")));
      assertThat(input.ready()).isFalse();

      writer.write("\r\n請求".getBytes(StandardCharsets.UTF_8));
      writer.close();

      assertThat(input.next()).isEqualTo(new Item(2, Map.of("text", "")));
      assertThat(input.next()).isEqualTo(new Item(3, Map.of("text", "請求")));
      assertThat(input.next()).isNull();
    }
  }

  @Test
  void everyFieldOfATableIsKept() throws IOException {
    Path file = folder.resolve("in.csv");
    Files.writeString(file, "\uFEFFid,text,label\n7,\"a, b\",x\n8,,y\n");
    List<Item> items = new ArrayList<>();
    try (PredictInput input = PredictInput.of(file, "csv")) {
      for (Item one = input.next(); one != null; one = input.next()) {
        items.add(one);
      }
    }

    assertThat(items)
        .containsExactly(
            new Item(2, Map.of("id", "7", "text", "a, b", "label", "x")),
            new Item(3, Map.of("id", "8", "text", "", "label", "y")));
  }

  @Test
  void aTableForASpreadsheetHasAMarkItsColumnsAndTheTopLabels() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PredictOutput output =
        new PredictOutput.Csv(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), Path.of("in.csv"), false, 2);

    output.write(
        new Answer(
            new Item(2, Map.of("text", "a, b")), null, Map.of("x", 0.25f, "y", 0.75f, "z", 0f)));
    output.write(new Answer(new Item(3, Map.of("text", "")), null, Map.of()));

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            String.join(
                "\r\n",
                "\uFEFFline,text,label,probability,label_2,probability_2",
                "2,\"a, b\",y,0.75,x,0.25",
                "3,,,,,",
                ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"text": | stdin:1: must be a JSON object
          [1]      | stdin:1: must be a JSON object
          """)
  void aLineThatIsNoObjectIsNamed(String line, String sentence) throws IOException {
    try (PredictInput input =
        PredictInput.of(
            Path.of("stdin"),
            new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)),
            true)) {
      org.assertj.core.api.Assertions.assertThatThrownBy(input::next).hasMessage(sentence);
    }
  }
}
