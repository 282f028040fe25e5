package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code haori data add}: labelled rows more in one file. */
final class DataAddTest {
  @TempDir Path temporary;

  private String file(String name, String text) throws IOException {
    return Files.writeString(temporary.resolve(name), text).toString();
  }

  @Test
  void allFieldsOfTheRowsBeforeStayAndTheNewRowsFollow() throws IOException {
    String before =
        file("orders.csv", "words;kind;site\nsoup;food;berlin\n\"fern; green\";plant;\n");
    String rows = file("rows.jsonl", "{\"text\":\"stew\",\"label\":\"food\"}\n");
    Path out = temporary.resolve("all.jsonl");
    Cli run =
        Cli.run(
            "data",
            "add",
            "--data",
            before,
            "--rows",
            rows,
            "--out",
            out.toString(),
            "--text-column",
            "words",
            "--label-column",
            "kind");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).isEqualTo("2 rows and 1 more are in " + out + "\n");
    assertThat(Files.readString(out))
        .isEqualTo(
            """
            {"words":"soup","kind":"food","site":"berlin"}
            {"words":"fern; green","kind":"plant","site":""}
            {"words":"stew","kind":"food"}
            """);
  }

  @Test
  void aRowWithoutALabelIsRefusedAndNothingIsWritten() throws IOException {
    String rows = file("rows.csv", "text,label\nstew,food\nfern,\n");
    Path out = temporary.resolve("all.jsonl");
    Cli run = Cli.run("data", "add", "--rows", rows, "--out", out.toString());
    assertThat(run.err()).isEqualTo(rows + ":3: label is missing\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(out).doesNotExist();
  }

  @Test
  void aFileThatIsThereIsNotReplaced() throws IOException {
    String rows = file("rows.csv", "text,label\nstew,food\n");
    Cli run = Cli.run("data", "add", "--rows", rows, "--out", rows);
    assertThat(run.err()).isEqualTo("--out must be a new file, got " + rows + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
