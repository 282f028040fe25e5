package io.haori.cli.embed;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.FileOptions;
import io.haori.cli.predict.PredictInput;
import io.haori.cli.session.Session;
import io.haori.training.data.Columns;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A file of texts, or stdin. */
final class InputOptions {
  @Option(
      names = {"--input", "--in"},
      paramLabel = "FILE|DIR",
      required = true,
      description =
          "A file with texts or names of pictures: txt, jsonl, csv, tsv or xlsx; - for stdin. Or a"
              + " picture, or a folder of pictures.")
  String input;

  @Option(
      names = "--input-format",
      paramLabel = "NAME",
      description =
          "txt, jsonl, csv, tsv or xlsx (default: as the name of the file ends; txt for stdin).")
  @Nullable String inputFormat;

  @Mixin final FileOptions files = new FileOptions();

  /** Refuses a format that is not known. */
  void check() {
    if (inputFormat != null) {
      require(
          PredictInput.FORMATS.contains(inputFormat),
          "--input-format",
          "one of " + String.join(", ", PredictInput.FORMATS),
          inputFormat);
      require(
          !inputFormat.equals("xlsx") || !input.equals("-"),
          "--input-format",
          "txt, jsonl, csv or tsv for stdin",
          inputFormat);
    }
  }

  /** Opens the file. */
  PredictInput open(Session session) {
    Columns columns = new Columns(files.textColumn, files.pairColumn, null, null);
    return input.equals("-")
        ? PredictInput.of(
            session.console().in(),
            PredictInput.format(inputFormat == null ? "txt" : inputFormat),
            files.read(),
            columns)
        : PredictInput.of(Path.of(input), inputFormat, files.read(), columns);
  }
}
