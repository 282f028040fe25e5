package io.haori.cli;

import static io.haori.check.Check.require;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.module.CheckedOut;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.files.AtomicFiles;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.tensor.DType;
import io.haori.tensor.Tensor;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.task.AdapterFolder;
import io.haori.training.task.Agreement;
import io.haori.training.task.HaoriJson;
import io.haori.training.task.Heads;
import io.haori.training.task.MergedFolder;
import io.haori.training.task.Predictions;
import io.haori.training.task.Provenance;
import io.haori.training.task.TextBase;
import io.haori.training.task.TextModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori export}: writes an adapter as other programs read it, and checks what it wrote. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes an adapter for other programs, loads it again and says how far its answers are off."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori export --adapter tickets-lora --format peft --out peft")
final class ExportCommand implements Callable<Integer> {
  private static final List<String> FORMATS = List.of("peft", "merged");

  /** Short and long, so that padding is met. */
  private static final List<String> PROBES =
      List.of(
          "soup",
          "a rich soup thickened with okra",
          "The pump stops after some minutes, and its motor is hot to the touch.",
          "What is asked here may take several sentences to tell. It was bought in spring, used"
              + " every day since, and has begun to make a noise that nobody can explain.");

  private final Session session;

  @Mixin final AdapterOptions adapter = new AdapterOptions();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      required = true,
      description = {
        "peft: a PEFT folder.",
        "merged: the base with the adapter in its weights, a Hugging Face folder; the task's head"
            + " stands in its folder head, which is an adapter of that base."
      })
  String format;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where it shall stand.")
  Path out;

  @Option(
      names = "--rank",
      paramLabel = "N",
      description =
          "With --format peft: cut each layer's update off after its N largest components; what"
              + " that loses is measured and shown (default: all).")
  @Nullable Integer rank;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Score the test rows of this dataset before and after (default: none).")
  @Nullable Path data;

  @Mixin final CommonOptions common = new CommonOptions();

  ExportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    require(FORMATS.contains(format), "--format", "one of " + String.join(", ", FORMATS), format);
    boolean peft = format.equals("peft");
    if (rank != null) {
      require(rank >= 1, "--rank", "at least 1", rank);
      require(peft, "--rank", "left out with --format " + format, rank);
    }
    try (CheckedOut source = adapter.open(session)) {
      return export(source, peft, start);
    }
  }

  private int export(CheckedOut source, boolean peft, Instant start) throws IOException {
    HaoriJson json = AdapterFolder.describe(source.folder());
    DataFile rows = data == null ? null : Dataset.readSplit(data, Split.TEST, json.labels());
    OutFolder.check(out, Set.of(peft ? PeftFolder.CONFIG : "model.safetensors"));
    session.claim(out);
    require(
        !Files.exists(out) || !Files.isSameFile(out, source.folder()),
        "--out",
        "another folder than the adapter's",
        out);
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      Workbench workbench = new Workbench(session, common);
      // All bits of the base: what is merged is rounded once, and the check sees the export alone.
      String name = AdapterFolder.base(source.folder(), json, common.base);
      try (TextBase base = workbench.open(name, DType.F32);
          TextModel model = load(source, base)) {
        require(
            !peft || MixFolder.isMix(model.module()) || PeftFolder.canHold(model.module().method()),
            "--format",
            "another one for the method " + json.method() + ", for which PEFT has no form",
            format);
        show(peft ? exportPeft(model, rows) : exportMerged(source, model, rows), start);
      }
    }
    return ExitCode.DONE;
  }

  private static TextModel load(CheckedOut source, TextBase base) {
    source.requireBase(base.name(), base.digest());
    return AdapterFolder.load(source.folder(), base, DType.F32);
  }

  /**
   * What was written, held against what it was made of.
   *
   * @param difference greatest one of a score
   * @param energyLost share of the updates' energy that was cut off, in [0, 1]
   * @param before scores of the test rows by name; empty without rows
   * @param after scores of the same rows by the export
   */
  private record Checked(
      double difference,
      double energyLost,
      Map<String, Double> before,
      Map<String, Double> after) {}

  private Checked exportPeft(TextModel model, @Nullable DataFile rows) {
    try (PeftExport export = PeftExport.of(model, rank)) {
      AtomicFiles.writeFolder(
          out,
          folder -> {
            PeftSettings settings = PeftSettings.bare(model.base().name());
            PeftFolder.write(folder, export.module(), model.heads().tensors(), settings);
          });
      PeftAdapter again = PeftFolder.read(out, model.base().encoder());
      Heads heads = copy(model.heads(), model.base());
      try (TextModel loaded = new TextModel(model.base(), again.module(), heads, model.options())) {
        return checked(model, loaded, export.energyLost(), rows);
      } finally {
        again.headTensors().values().forEach(Tensor::close);
      }
    }
  }

  private static Checked checked(
      TextModel model, TextModel loaded, double energyLost, @Nullable DataFile rows) {
    return new Checked(
        Agreement.difference(model, loaded, PROBES),
        energyLost,
        rows == null ? Map.of() : Predictions.of(model, rows).scores().byName(),
        rows == null ? Map.of() : Predictions.of(loaded, rows).scores().byName());
  }

  private Checked exportMerged(CheckedOut source, TextModel model, @Nullable DataFile rows) {
    AtomicFiles.writeFolder(
        out,
        folder -> {
          MergedFolder.write(folder, model);
          try (TextBase merged = openMerged(folder);
              TextModel head = headOn(merged, model)) {
            Map<String, String> origin = Map.of("merged from", source.shown());
            AdapterFolder.save(
                folder.resolve("head"),
                head,
                new Provenance(origin, Map.of(), common.seed, 0, 0, Map.of(), Map.of()));
          }
        });
    try (TextBase merged = openMerged(out);
        TextModel loaded = headOn(merged, model)) {
      return checked(model, loaded, 0, rows);
    }
  }

  /** Called as the user will call it, wherever it still stands. */
  private TextBase openMerged(Path folder) {
    TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
    return new TextBase(
        Bases.place(out.toString()), base.digest(), base.encoder(), base.tokenizer());
  }

  private static TextModel headOn(TextBase base, TextModel model) {
    AdapterModule nothing = new AdapterModule("task", new FrozenMethod(), Map.of());
    return new TextModel(base, nothing, copy(model.heads(), base), model.options());
  }

  private static Heads copy(Heads heads, TextBase base) {
    int width = base.encoder().config().hiddenSize();
    return Heads.restore(heads.labels(), width, heads.tensors());
  }

  private void show(Checked checked, Instant start) {
    long bytes = OutFolder.bytes(out);
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s in %s: %s, scores differ by at most %.2e",
                format,
                out,
                ScoreText.bytes(bytes),
                checked.difference()));
    if (rank != null) {
      session
          .console()
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "Rank %d cut off %.3f %% of the updates' energy.",
                  rank,
                  100 * checked.energyLost()));
    }
    if (!checked.before().isEmpty()) {
      Set<String> scores = checked.before().keySet();
      new Table(ScoreText.header("test rows", scores))
          .row(ScoreText.row("before", scores, checked.before()))
          .row(ScoreText.row("after", scores, checked.after()))
          .print(session.console());
    }
    if (common.json) {
      JsonResult json =
          new JsonResult("export")
              .put("format", format)
              .put("bytes", bytes)
              .put("maxLogitDifference", checked.difference());
      if (rank != null) {
        json.put("rank", rank).put("energyLost", checked.energyLost());
      }
      if (!checked.before().isEmpty()) {
        json.put("before", checked.before()).put("after", checked.after());
      }
      json.print(session.console(), session.secondsSince(start));
    }
  }
}
