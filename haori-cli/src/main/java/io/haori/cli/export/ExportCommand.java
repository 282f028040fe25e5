package io.haori.cli.export;

import static io.haori.core.check.Check.require;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.mixfile.PeftExport;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.output.RunRecord;
import io.haori.cli.registry.AdapterOptions;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.HeadLabelOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderWalk;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.folder.MergedFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.folder.TransformersClassifier;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.condense.StoredModule;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.LabelFile;
import io.haori.training.data.Split;
import io.haori.training.task.answer.Agreement;
import io.haori.training.task.answer.Predictions;
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
public final class ExportCommand implements Callable<Integer> {
  private static final List<String> FORMATS = List.of("peft", "merged", GgufExport.FORMAT);

  private final Session session;

  @Mixin final AdapterOptions adapter = new AdapterOptions();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      required = true,
      description = {
        "peft: a PEFT folder that PEFT's own class for the task loads, with the tokenizer, the"
            + " labels and a README.md that has the lines of Python.",
        "merged: the base with the adapter in its weights, a Hugging Face folder; the task's head"
            + " is in its folder head, which is an adapter of that base.",
        "gguf: one file for llama.cpp (--lora), of a module of a decoder that adds low-rank"
            + " updates."
      })
  String format;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the export; a new or empty folder, with --format gguf a new file.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Option(
      names = "--with-base",
      description =
          "With --format peft: also write the base, into the folder base of --out, so that Python"
              + " needs nothing else.")
  boolean withBase;

  @Option(
      names = "--rank",
      paramLabel = "N",
      description =
          "With --format peft or gguf: cut each layer's update off after its N largest components;"
              + " what that loses is measured and shown (default: all).")
  @Nullable Integer rank;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Score the test rows of this dataset before and after (default: none).")
  @Nullable Path data;

  @Mixin final HeadLabelOptions headLabels = new HeadLabelOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  public ExportCommand(Session session) {
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
      require(peft || isGguf(), "--rank", "left out with --format " + format, rank);
    }
    require(peft || !withBase, "--with-base", "left out with --format " + format, "it");
    try (CheckedOut source = adapter.open(session)) {
      return export(source, peft, start);
    }
  }

  private int export(CheckedOut source, boolean peft, Instant start) throws IOException {
    boolean head = AdapterFolder.hasHead(source.folder());
    require(
        head || data == null,
        "--data",
        "left out for " + source.shown() + ", which has no head to score",
        String.valueOf(data));
    return head ? exportAdapter(source, peft, start) : exportModule(source, peft, start);
  }

  private int exportAdapter(CheckedOut source, boolean peft, Instant start) throws IOException {
    HaoriJson json = adapter.describe(source, common, headLabels.names());
    require(
        !isGguf(),
        "--format",
        "peft or merged for " + source.shown() + ", whose head GGUF has no place for",
        format);
    DataFile rows = data == null ? null : Dataset.readSplit(data, Split.TEST, json.labels());
    claim(source);
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      engine.requireDense("an export, which writes floats");
      // All bits of the base: what is merged is rounded once, and the check sees the export alone.
      try (TextBase base =
              engine.open(AdapterFolder.base(source.folder(), json, common.base), DType.F32);
          TextModel model = load(source, base)) {
        requireForm(peft, model.module());
        show(peft ? exportPeft(model, rows) : exportMerged(source, model, rows), start);
      }
    }
    return ExitCode.DONE;
  }

  /** A domain's module, or one of PEFT's without a head. */
  private int exportModule(CheckedOut source, boolean peft, Instant start) throws IOException {
    headLabels.requireNone(source);
    String baseName = adapter.baseOf(source, common);
    claim(source);
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      engine.requireDense("an export, which writes floats");
      try (TextBase base = engine.open(baseName, DType.F32)) {
        source.requireBase(base.name(), base.digest());
        try (StoredModule stored = StoredModule.open(source.folder(), base)) {
          if (isGguf()) {
            show(exportGguf(base, stored), start);
          } else {
            requireForm(peft, stored.module());
            show(peft ? exportPeft(base, stored) : exportMerged(base, stored), start);
          }
        }
      }
    }
    return ExitCode.DONE;
  }

  private void claim(CheckedOut source) throws IOException {
    require(
        !Files.exists(out) || !Files.isSameFile(out, source.folder()),
        "--out",
        "another folder than the adapter's",
        out);
    if (isGguf()) {
      GgufExport.requireReplaceable(out, force.force);
    } else {
      OutFolder.requireReplaceable(out, force.force);
    }
    session.claim(out);
  }

  private boolean isGguf() {
    return format.equals(GgufExport.FORMAT);
  }

  private void requireForm(boolean peft, AdapterModule module) {
    require(
        !peft || MixFolder.isMix(module) || PeftFolder.canHold(module.method()),
        "--format",
        "another one for the method " + module.method().name() + ", for which PEFT has no form",
        format);
  }

  private TextModel load(CheckedOut source, TextBase base) {
    source.requireBase(base.name(), base.digest());
    return AdapterFolder.load(source.folder(), base, headLabels.names(), DType.F32);
  }

  /**
   * What was written, compared with what it was made of.
   *
   * @param difference greatest one of a score
   * @param energyLost share of the updates' energy that was cut off, in [0, 1]
   * @param kind of a PEFT folder; null for a merged base
   * @param note a sentence for the user; empty when there is nothing to say
   * @param before scores of the test rows by name; empty without rows
   * @param after scores of the same rows by the export
   */
  private record Checked(
      double difference,
      double energyLost,
      PythonFolder.@Nullable Kind kind,
      String note,
      Map<String, Double> before,
      Map<String, Double> after) {}

  private Checked exportPeft(TextModel model, @Nullable DataFile rows) {
    PythonFolder python = new PythonFolder(out, withBase);
    TextBase base = model.base();
    try (PeftExport export = PeftExport.of(model.module(), base.backbone().slots(), rank)) {
      PythonFolder.Kind[] kind = new PythonFolder.Kind[1];
      AtomicFiles.writeFolder(
          out, folder -> kind[0] = python.write(folder, model, export.module()));
      try (TextModel loaded = again(model, kind[0])) {
        String obstacle =
            TransformersClassifier.obstacle(model)
                .map(
                    why ->
                        "transformers has no class for this head, because "
                            + why
                            + ": the folder loads with "
                            + kind[0].pythonClass()
                            + ", and its README.md has the lines that apply head.safetensors. ")
                .orElse("");
        return checked(
            model, loaded, export.energyLost(), kind[0], obstacle + baseNote(python, base), rows);
      }
    }
  }

  /** What was written, as everybody reads it; where it holds the head, with that head. */
  private TextModel again(TextModel model, PythonFolder.Kind kind) {
    TextBase base = model.base();
    DomainLabels labels = model.heads().labels();
    // A folder says neither that a head of one output has a class nor that a text has many labels.
    boolean selfDescribed =
        labels.task().equals(TaskCatalogue.REGRESSION)
            || (labels.task().equals(TaskCatalogue.CLASSIFICATION) && labels.outputs(0) > 1);
    if (kind == PythonFolder.Kind.TOKEN_CLASSIFIER
        || ((kind == PythonFolder.Kind.CLASSIFIER || kind == PythonFolder.Kind.PICTURE_CLASSIFIER)
            && selfDescribed)) {
      Path names = out.resolve("labels.txt");
      return AdapterFolder.load(
          out, base, Files.exists(names) ? LabelFile.read(names) : List.of(), DType.F32);
    }
    PeftAdapter again = PeftFolder.read(out, base.backbone());
    again.headTensors().values().forEach(Tensor::close);
    return new TextModel(base, again.module(), copy(model, base), model.options());
  }

  private Checked exportPeft(TextBase base, StoredModule stored) {
    PythonFolder python = new PythonFolder(out, withBase);
    try (PeftExport export = PeftExport.of(stored.module(), base.backbone().slots(), rank)) {
      PythonFolder.Kind[] kind = new PythonFolder.Kind[1];
      AtomicFiles.writeFolder(out, folder -> kind[0] = python.write(folder, base, export.module()));
      try (PeftAdapter again = PeftFolder.read(out, base.backbone())) {
        double apart =
            Agreement.difference(
                base, stored.module(), base, again.module(), base.reader().calibration());
        return new Checked(
            apart, export.energyLost(), kind[0], baseNote(python, base), Map.of(), Map.of());
      }
    }
  }

  private Checked exportGguf(TextBase base, StoredModule stored) {
    GgufExport written = GgufExport.write(out, base, stored.module(), rank);
    try (AdapterModule again = GgufExport.read(out, base)) {
      double apart =
          Agreement.difference(base, stored.module(), base, again, base.reader().calibration());
      return new Checked(apart, written.energyLost(), null, "", Map.of(), Map.of());
    }
  }

  private static String baseNote(PythonFolder python, TextBase base) {
    return python.namesLoadableBase(base)
        ? ""
        : "Python cannot load the base by the name "
            + base.name()
            + ": export with --with-base to write it beside the adapter.";
  }

  private static Checked checked(
      TextModel model,
      TextModel loaded,
      double energyLost,
      PythonFolder.@Nullable Kind kind,
      String note,
      @Nullable DataFile rows) {
    return new Checked(
        Agreement.difference(model, loaded, loaded.base().reader().calibration()),
        energyLost,
        kind,
        note,
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
            Map<String, Object> origin = Map.of("merged from", source.shown());
            AdapterFolder.save(
                folder.resolve("head"),
                head,
                new Provenance(origin, Map.of(), common.seed, 0, 0, Map.of(), Map.of()));
          }
        });
    try (TextBase merged = openMerged(out);
        TextModel loaded = headOn(merged, model)) {
      return checked(model, loaded, 0, null, "", rows);
    }
  }

  private Checked exportMerged(TextBase base, StoredModule stored) {
    AtomicFiles.writeFolder(
        out,
        folder -> {
          MergedFolder.write(folder, base, stored.module());
          // Else nothing in it would say that it may be replaced with --force.
          RunRecord.mark(folder, "export");
        });
    try (TextBase merged = openMerged(out);
        AdapterModule nothing = nothing()) {
      double apart =
          Agreement.difference(base, stored.module(), merged, nothing, base.reader().calibration());
      return new Checked(apart, 0, null, "", Map.of(), Map.of());
    }
  }

  /** Called as the user will call it, while it is there. */
  private TextBase openMerged(Path folder) {
    TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
    return new TextBase(Bases.place(out.toString()), base.digest(), base.backbone(), base.reader());
  }

  private static TextModel headOn(TextBase base, TextModel model) {
    return new TextModel(base, nothing(), copy(model, base), model.options());
  }

  private static AdapterModule nothing() {
    return new AdapterModule("task", new FrozenMethod(), Map.of());
  }

  private static Heads copy(TextModel model, TextBase base) {
    Heads heads = model.heads();
    int width = model.options().width(base);
    try (Scope scope = Scope.open()) {
      return Heads.restore(heads.labels(), width, heads.tensors());
    }
  }

  private void show(Checked checked, Instant start) {
    long bytes = FolderWalk.bytes(out);
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s in %s: %s, outputs differ by at most %.2e",
                format,
                out,
                ScoreText.bytes(bytes),
                checked.difference()));
    if (checked.kind() != null) {
      session.console().out().println("Python: " + checked.kind().pythonClass() + ", README.md");
    }
    if (!checked.note().isEmpty()) {
      session.console().err().println(checked.note().strip());
    }
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
      if (checked.kind() != null) {
        json.put("pythonClass", checked.kind().pythonClass());
      }
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
