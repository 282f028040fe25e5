package io.haori.cli.embed;

import static io.haori.core.check.Check.require;

import io.haori.cli.predict.PredictInput;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Excerpt;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.records.DataRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori search}: the texts of a file that are nearest to a query. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Finds the texts or pictures whose vectors have the greatest cosine with that of a query. The"
          + " file holds texts, or what haori embed wrote with the same base and adapter, whose"
          + " vectors are taken as they are."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori search --query 'a leaking valve' --input parts.csv",
      "  haori search --query 'a leaking valve' --input parts.jsonl --top 10",
      "  haori search --base models/dinov2-small --query scratch.png --input photos",
      "  haori search --server http://127.0.0.1:8080 --query 'a leaking valve' --input parts.jsonl"
    })
public final class SearchCommand implements Callable<Integer> {
  private static final int WIDTH = 60;

  /** Field of a record that is a picture. */
  private static final String IMAGE = "image";

  private final Session session;

  /** Fields of the records that are not shown. */
  private Set<String> vectorFields = Set.of();

  @Option(
      names = "--query",
      paramLabel = "TEXT|FILE",
      required = true,
      description =
          "What is looked for: a text, or a picture file for a base that reads pictures; may be"
              + " given several times.")
  List<String> queries = new ArrayList<>();

  @Mixin final InputOptions input = new InputOptions();

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many are listed (default: ${DEFAULT-VALUE}).")
  int top;

  @Mixin final EmbedderOptions embedder = new EmbedderOptions();

  @Mixin final RemoteOptions remote = new RemoteOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public SearchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    embedder.check();
    input.check();
    VectorSource.check(remote, embedder);
    require(top >= 1, "--top", "at least 1", top);
    queries.forEach(query -> require(!query.isBlank(), "--query", "a text", "a blank one"));
    List<Nearest> nearest = queries.stream().map(query -> new Nearest(top)).toList();
    long rows;
    try (PredictInput source = input.open(session);
        VectorSource opened = VectorSource.open(session, common, embedder, remote)) {
      float[][] wanted =
          opened.vectors(queries.stream().map(query -> asked(query, opened)).toList());
      StoredVectors stored = new StoredVectors(source, wanted[0].length);
      vectorFields = stored.fields();
      rows =
          RecordBatches.read(
              session,
              common,
              "search",
              source,
              batch -> look(opened, source, stored, batch, wanted, nearest));
    }
    if (rows < 0) {
      session.console().err().println("Interrupted after " + (-rows - 1) + " rows.");
      return ExitCode.INTERRUPTED;
    }
    show(nearest, rows, start);
    return ExitCode.DONE;
  }

  /** A text, or the picture that it names. */
  private static Row asked(String query, VectorSource opened) {
    Row text = new Row(query, null, null, null, 0);
    if (!opened.readsPictures()) {
      return text;
    }
    Path file = Path.of(query);
    require(
        Files.isRegularFile(file),
        "--query",
        "a picture file for a base that reads pictures",
        query);
    return text.showing(file);
  }

  private static void look(
      VectorSource opened,
      PredictInput source,
      StoredVectors stored,
      List<DataRecord> batch,
      float[][] wanted,
      List<Nearest> nearest) {
    List<DataRecord> records = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    for (DataRecord record : batch) {
      float[] vector = stored.of(record);
      if (vector != null) {
        add(record, vector, wanted, nearest);
        continue;
      }
      Row row = source.row(record);
      if (row != null) {
        records.add(record);
        rows.add(row);
      }
    }
    float[][] vectors = rows.isEmpty() ? new float[0][] : opened.vectors(rows);
    for (int i = 0; i < vectors.length; i++) {
      add(records.get(i), vectors[i], wanted, nearest);
    }
  }

  private static void add(
      DataRecord record, float[] vector, float[][] wanted, List<Nearest> nearest) {
    for (int query = 0; query < wanted.length; query++) {
      nearest.get(query).add(record, TextEmbedder.cosine(wanted[query], vector));
    }
  }

  private void show(List<Nearest> nearest, long rows, Instant start) {
    List<Map<String, Object>> results = new ArrayList<>();
    for (int query = 0; query < queries.size(); query++) {
      if (queries.size() > 1) {
        session.console().rows().println((query > 0 ? "\n" : "") + queries.get(query));
      }
      boolean pictures =
          nearest.get(query).hits().stream().anyMatch(hit -> isPicture(hit.record()));
      Table table = new Table("cosine", "line", pictures ? "picture" : "text");
      List<Map<String, @Nullable Object>> hits = new ArrayList<>();
      for (Nearest.Hit hit : nearest.get(query).hits()) {
        table.row(
            String.format(Locale.ROOT, "%.4f", hit.cosine()),
            String.valueOf(hit.record().line()),
            Excerpt.of(text(hit.record()), WIDTH));
        Map<String, @Nullable Object> one = new LinkedHashMap<>();
        one.put("line", hit.record().line());
        one.put("cosine", hit.cosine());
        hit.record()
            .fields()
            .forEach(
                (name, value) -> one.put(one.containsKey(name) ? "given_" + name : name, value));
        one.keySet().removeAll(vectorFields);
        hits.add(one);
      }
      table.print(session.console());
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("query", queries.get(query));
      result.put("hits", hits);
      results.add(result);
    }
    if (common.json) {
      new JsonResult("search")
          .put("rows", rows)
          .put("results", results)
          .print(session.console(), session.secondsSince(start));
    }
  }

  private static boolean isPicture(DataRecord record) {
    return record.fields().containsKey(IMAGE) && !record.fields().containsKey("text");
  }

  private String text(DataRecord record) {
    String column = input.files.textColumn == null ? "text" : input.files.textColumn;
    String text = record.text(isPicture(record) ? IMAGE : column);
    return text == null ? record.fields().toString() : text;
  }
}
