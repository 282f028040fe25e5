package io.haori.cli.data;

import io.haori.cli.options.FileOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.data.records.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori data add}: labelled rows more in one file. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Adds labelled rows to data: writes all rows of --data with all their fields, and those of"
          + " --rows after them, as one new JSONL file. With --pictures, copies pictures into one"
          + " new folder, by class."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  haori data add --data orders.xlsx --rows labelled.csv --out orders-2.jsonl",
      "  haori data add --data castings --pictures photos --rows labelled.csv --out castings-2"
    })
public final class DataAddCommand implements Callable<Integer> {
  private static final String TEXT = "text";
  private static final String LABEL = "label";

  private final Session session;

  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      description =
          "The rows before: a jsonl, csv, tsv or xlsx file; with --pictures a folder of pictures by"
              + " class (default: none).")
  @Nullable Path data;

  @Option(
      names = "--rows",
      paramLabel = "FILE",
      required = true,
      description = "The rows to add, with the columns text and label.")
  Path rows;

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description =
          "Folder of the pictures whose names are the rows' texts; --out is a folder then (default:"
              + " none).")
  @Nullable Path pictures;

  @Option(
      names = "--out",
      paramLabel = "DIR|FILE",
      required = true,
      description = "Gets all rows; must not be there yet.")
  Path out;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      defaultValue = LABEL,
      description = "Column of the right answer in --data (default: ${DEFAULT-VALUE}).")
  String labelColumn;

  @Mixin final FileOptions files = new FileOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  public DataAddCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    if (Files.exists(out)) {
      throw new UserError("--out must be a new file, got " + out);
    }
    List<DataRecord> added = read(rows, ReadOptions.DETECT);
    int before =
        pictures == null
            ? write(added)
            : new PictureAdd(pictures, folderBefore()).into(added, rows, out);
    session.console().out().println(before + " rows and " + added.size() + " more are in " + out);
    if (common.json) {
      new JsonResult("data add")
          .put("before", before)
          .put("added", added.size())
          .print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  private @Nullable Path folderBefore() {
    if (data != null && !Files.isDirectory(data)) {
      throw new UserError("--data must be a folder of pictures by class, got " + data);
    }
    return data;
  }

  /** Writes all rows as one file and says how many there were before. */
  private int write(List<DataRecord> added) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    if (data != null) {
      read(data, files.read()).forEach(one -> all.add(one.fields()));
    }
    int before = all.size();
    String textColumn = Objects.requireNonNullElse(files.textColumn, TEXT);
    for (DataRecord one : added) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put(textColumn, field(one, TEXT, rows));
      row.put(labelColumn, field(one, LABEL, rows));
      all.add(row);
    }
    StringBuilder text = new StringBuilder();
    all.forEach(one -> text.append(JsonResult.line(one)).append('\n'));
    AtomicFiles.writeText(out, text.toString());
    return before;
  }

  /** A field that must be there. */
  static String field(DataRecord record, String name, Path file) {
    String value = record.text(name);
    if (value == null || value.isBlank()) {
      throw new UserError(file + ":" + record.line() + ": " + name + " is missing");
    }
    return value;
  }

  /** The records of a file but its blank lines. */
  static List<DataRecord> read(Path file, ReadOptions options) {
    List<DataRecord> all = new ArrayList<>();
    try (Records records = Records.open(file, options)) {
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        if (!one.blank()) {
          all.add(one);
        }
      }
    }
    return all;
  }
}
