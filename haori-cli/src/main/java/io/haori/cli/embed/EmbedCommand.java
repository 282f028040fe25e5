package io.haori.cli.embed;

import static io.haori.core.check.Check.require;

import io.haori.cli.predict.PredictInput;
import io.haori.cli.predict.PredictOutput;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.records.DataRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori embed}: text in, vector out. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes one vector for each text or picture, with the number of its line and all other"
          + " columns. A blank text has no vector. haori search finds the nearest ones."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori embed --input parts.csv --out parts.jsonl",
      "  haori embed --adapter tickets-lora --input - --normalize yes",
      "  haori embed --base dinov2-small --input photos --out photos.jsonl",
      "  haori embed --server http://127.0.0.1:8080 --adapter food@live --input parts.csv"
    })
public final class EmbedCommand implements Callable<Integer> {
  private final Session session;

  /** Texts that were not blank. */
  private long vectors;

  @Mixin final InputOptions input = new InputOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where vectors are written: .jsonl or .csv (default: stdout, as jsonl).")
  @Nullable Path out;

  @Option(names = "--force", description = "Replace the file of --out.")
  boolean force;

  @Mixin final EmbedderOptions embedder = new EmbedderOptions();

  @Mixin final RemoteOptions remote = new RemoteOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public EmbedCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    embedder.check();
    input.check();
    check();
    long rows;
    int width;
    try (PredictInput source = input.open(session);
        VectorSource opened = VectorSource.open(session, common, embedder, remote)) {
      width = opened.width();
      rows =
          out == null
              ? write(opened, source, session.console().json(), false)
              : toFile(opened, source, out);
    }
    if (rows < 0) {
      String kept = out == null ? "" : "; nothing was written to " + out;
      session.console().err().println("Interrupted after " + (-rows - 1) + " texts" + kept + ".");
      return ExitCode.INTERRUPTED;
    }
    if (out != null) {
      session
          .console()
          .out()
          .printf("%,d vectors of %,d numbers for %,d rows in %s%n", vectors, width, rows, out);
    }
    if (common.json) {
      new JsonResult("embed")
          .put("rows", rows)
          .put("vectors", vectors)
          .put("width", width)
          .print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  private void check() throws IOException {
    VectorSource.check(remote, embedder);
    if (out == null) {
      return;
    }
    String name = out.toString();
    require(
        name.endsWith(".jsonl") || name.endsWith(".csv"), "--out", "a file .jsonl or .csv", out);
    if (Files.exists(out) && !force) {
      throw new UserError("--out must be a new file, got " + out + "; --force replaces it");
    }
    Path parent = out.toAbsolutePath().getParent();
    require(parent != null && Files.isDirectory(parent), "--out", "in a folder that exists", out);
  }

  /** Whole or not at all. */
  private long toFile(VectorSource opened, PredictInput source, Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      long rows;
      try (PrintStream stream =
          new PrintStream(Files.newOutputStream(part), false, StandardCharsets.UTF_8)) {
        rows = write(opened, source, stream, file.toString().endsWith(".csv"));
        if (stream.checkError()) {
          throw new UserError(file + ": cannot be written");
        }
      }
      if (rows >= 0) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
      return rows;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private long write(VectorSource opened, PredictInput source, PrintStream stream, boolean csv) {
    VectorFormat format = new VectorFormat(opened.width());
    PredictOutput<float[]> output =
        csv
            ? new PredictOutput.Csv<>(stream, source, format, 1)
            : new PredictOutput.Jsonl<>(stream, format, null);
    long rows =
        RecordBatches.read(
            session,
            common,
            "embed",
            source,
            batch -> {
              write(opened, source, batch, output);
              stream.flush();
            });
    output.finish();
    return rows;
  }

  private void write(
      VectorSource opened,
      PredictInput source,
      List<DataRecord> batch,
      PredictOutput<float[]> output) {
    List<Row> rows = new ArrayList<>();
    for (DataRecord one : batch) {
      Row row = source.row(one);
      if (row != null) {
        rows.add(row);
      }
    }
    float[][] made = rows.isEmpty() ? new float[0][] : opened.vectors(rows);
    vectors += made.length;
    int next = 0;
    for (DataRecord one : batch) {
      boolean blank = next == rows.size() || rows.get(next).line() != one.line();
      output.write(new PredictOutput.Answer<>(one, blank ? null : made[next++]));
    }
  }
}
