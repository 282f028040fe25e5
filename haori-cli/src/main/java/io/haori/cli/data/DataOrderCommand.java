package io.haori.cli.data;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.ReadingOptions;
import io.haori.cli.registry.AdapterOptions;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.FittedModel;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.digest.Sha256;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.image.ImageFolder;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.unlabelled.LabelOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori data order}: which texts to label next. */
@Command(
    name = "order",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lists the texts whose labels would teach most: those that a model is unsure of and that"
          + " differ from the ones before them. Prints CSV with the line, the text and the model's"
          + " guess, ready to be corrected in a spreadsheet."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori data order --data orders.txt --adapter sorter --count 20")
public final class DataOrderCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      required = true,
      description =
          "Texts without labels: a file, or a folder with a corpus. Rows that have a label are"
              + " left out. Or a folder of pictures.")
  Path data;

  @Mixin final AdapterOptions adapter = new AdapterOptions();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many texts (default: ${DEFAULT-VALUE}).")
  int count;

  @Option(
      names = "--without",
      paramLabel = "DIR|FILE",
      description =
          "Leave out the texts that are in this file of labelled rows, column text, or the"
              + " pictures that are also in this folder (default: none).")
  @Nullable Path without;

  @Mixin final ReadingOptions reading = new ReadingOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  public DataOrderCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    reading.check();
    require(count >= 1, "--count", "at least 1", count);
    DataFile texts = Dataset.readUnlabelled(data, reading.options(common.seed, null));
    List<Row> rows = wanted(texts.rows());
    try (CheckedOut chosen = adapter.open(session)) {
      HaoriJson json = adapter.describe(chosen, common, List.of());
      require(
          json.labels().task() instanceof ClassificationTask && json.labels().size() == 1,
          "--adapter",
          "a model of one class a text and of one domain",
          chosen.shown());
      List<LabelOrder.Pick> picks;
      try (FittedModel fitted =
          FittedModel.open(chosen, json, List.of(), new EngineSetup(session, common), common)) {
        picks = rows.isEmpty() ? List.of() : LabelOrder.of(fitted.model(), rows, count);
      }
      print(rows, picks, start);
    }
    return ExitCode.DONE;
  }

  private List<Row> wanted(List<Row> all) {
    if (without == null) {
      return all;
    }
    if (Files.isDirectory(without)) {
      Set<String> digests =
          ImageFolder.all(without).parallelStream().map(Sha256::of).collect(Collectors.toSet());
      return all.stream()
          .filter(row -> row.image() == null || !digests.contains(Sha256.of(row.image())))
          .toList();
    }
    Set<String> known = new HashSet<>();
    for (DataRecord one : DataAddCommand.read(without, ReadOptions.DETECT)) {
      String text = one.text("text");
      if (text != null) {
        known.add(text.strip());
      }
    }
    return all.stream().filter(row -> !known.contains(row.text().strip())).toList();
  }

  private void print(List<Row> rows, List<LabelOrder.Pick> picks, Instant start) {
    if (common.json) {
      List<Map<String, Object>> all = new ArrayList<>();
      for (LabelOrder.Pick pick : picks) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("line", rows.get(pick.row()).line());
        one.put("text", rows.get(pick.row()).text());
        one.put("guess", pick.guess());
        one.put("uncertainty", pick.uncertainty());
        one.put("distance", pick.distance());
        all.add(one);
      }
      new JsonResult("data order")
          .put("texts", all)
          .print(session.console(), session.secondsSince(start));
      return;
    }
    session.console().rows().println("line,text,label,uncertainty");
    for (LabelOrder.Pick pick : picks) {
      Row row = rows.get(pick.row());
      session
          .console()
          .rows()
          .println(
              row.line()
                  + ","
                  + quoted(row.text())
                  + ","
                  + quoted(pick.guess())
                  + String.format(Locale.ROOT, ",%.3f", pick.uncertainty()));
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
