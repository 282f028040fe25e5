package io.haori.cli.export;

import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.core.check.UserError;
import io.haori.core.files.FolderWalk;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.training.pretrain.ModuleFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori import}: makes a module of an adapter that is a file of llama.cpp's. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a module of a LoRA adapter in a GGUF file, which is checked against its base.",
      "Folders of PEFT's need no import: every command reads them."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori import --gguf answers.gguf --base models/Qwen3-0.6B --out answers")
public final class ImportCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--gguf",
      paramLabel = "FILE",
      required = true,
      description = "A LoRA adapter for llama.cpp, in F32, F16 or BF16.")
  Path gguf;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the module; a new or empty folder.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public ImportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    if (common.base == null) {
      throw new UserError("--base is missing: haori import needs the base that the adapter is for");
    }
    OutFolder.requireReplaceable(out, force.force);
    session.claim(out);
    EngineSetup engine = new EngineSetup(session, common);
    try (TextBase base = engine.open(common.base, DType.F32);
        AdapterModule module = GgufExport.read(gguf, base)) {
      String from = String.valueOf(gguf.getFileName());
      ModuleFolder.save(out, module, base, Map.of("imported from", from), Map.of());
      show(module, start);
    }
    return ExitCode.DONE;
  }

  private void show(AdapterModule module, Instant start) {
    long bytes = FolderWalk.bytes(out);
    int layers = module.layers().size();
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT, "lora in %s: %d layers, %s", out, layers, ScoreText.bytes(bytes)));
    if (common.json) {
      new JsonResult("import")
          .put("layers", layers)
          .put("bytes", bytes)
          .print(session.console(), session.secondsSince(start));
    }
  }
}
