package io.haori.cli.session;

import static io.haori.core.check.Check.require;

import io.haori.cli.terminal.Progress;
import io.haori.core.weights.DType;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.folder.ModuleTensors;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextBase;
import io.haori.inference.tokens.RowReader;
import io.haori.model.base.BaseModel;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.Engine;
import io.haori.tensor.Processor;
import io.haori.tensor.quant.BaseForm;
import io.haori.tensor.quant.BasePrecision;
import io.haori.training.pretrain.ModuleFolder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the commands that compute share: the engine's settings and the opened base. */
public final class EngineSetup {
  private static final long MEGABYTE = 1 << 20;

  /** The setting that says how a module's base was kept. */
  private static final String KEPT = "basePrecision";

  private final Session session;
  private final CommonOptions common;

  /**
   * Loads the engine and sets it up.
   *
   * @param session where downloads are shown
   * @param common already checked
   */
  public EngineSetup(Session session, CommonOptions common) {
    this.session = session;
    this.common = common;
    require(
        !common.device.equals("cuda"),
        "--device",
        "auto or cpu (this version computes on processors only)",
        common.device);
    if (common.threads != null) {
      Engine.setThreads(common.threads);
    }
  }

  /** Type of the activations. */
  public DType precision() {
    return switch (common.precision) {
      case "bf16" -> DType.BF16;
      case "fp32" -> DType.F32;
      default -> Processor.bf16IsFast() ? DType.BF16 : DType.F32;
    };
  }

  /**
   * Opens a base, fetching it when it was never used before.
   *
   * @param name as the user or a file named it
   * @param dtype type that its weights are kept in, unless {@code --base-precision} says otherwise
   */
  public TextBase open(String name, DType dtype) {
    return open(name, basePrecision(dtype));
  }

  /**
   * Opens a base whatever {@code --base-precision} says.
   *
   * @param name as the user or a file named it
   * @param precision how its layers are kept
   */
  public TextBase open(String name, BasePrecision precision) {
    return opened(name, BaseForm.of(precision));
  }

  /**
   * Opens a base as settings have it.
   *
   * @param name as the user or a file named it
   * @param form how it lies in memory
   */
  public TextBase open(String name, BaseForm form) {
    noteSlow(form.precision());
    return opened(name, form);
  }

  private TextBase opened(String name, BaseForm form) {
    try (Download download = new Download()) {
      return TextBase.open(name, form, download);
    }
  }

  /** How the base's layers are kept: as {@code --base-precision} says, else in the usual type. */
  public BasePrecision basePrecision(DType usual) {
    BasePrecision chosen = chosenPrecision(usual);
    noteSlow(chosen);
    return chosen;
  }

  private BasePrecision chosenPrecision(DType usual) {
    return BasePrecision.parse(common.basePrecision).orElse(BasePrecision.of(usual));
  }

  private void noteSlow(BasePrecision chosen) {
    if (chosen == BasePrecision.INT8 && !Processor.int8IsFast()) {
      note(
          "int8: this processor has no int8 products (AVX2, VNNI or AMX), so it saves memory"
              + " and no time");
    }
  }

  /**
   * How the base is kept for an adapter: as {@code --base-precision} says, else as it was when the
   * adapter was trained on a base in fewer bits. Says so where the two differ, as scores may.
   *
   * @param adapter as the user named it
   * @param json what its folder says
   */
  public BasePrecision basePrecision(String adapter, HaoriJson json) {
    BasePrecision usual = basePrecision(precision());
    BasePrecision chosen =
        common.basePrecision.equals(BaseOptions.AUTO) ? json.keptAs(usual) : usual;
    json.onOther(chosen)
        .ifPresent(
            other ->
                note(
                    other.words(adapter)
                        + (other.measured().isPresent()
                            ? ""
                            : "; haori evaluate with --base-precision "
                                + chosen.id()
                                + " says by how much")));
    return chosen;
  }

  /**
   * How the base is kept for a module without a head: as {@code --base-precision} says, else as it
   * was when the module was learnt on a base in fewer bits.
   *
   * @param module its folder
   */
  public BasePrecision basePrecision(Path module) {
    if (common.basePrecision.equals(BaseOptions.AUTO) && ModuleFolder.exists(module)) {
      Object kept = ModuleFolder.settings(module).getOrDefault(KEPT, BaseOptions.AUTO);
      Optional<BasePrecision> learnt = BaseOptions.precision(KEPT, String.valueOf(kept));
      if (learnt.isPresent() && learnt.get().quantises()) {
        noteSlow(learnt.get());
        return learnt.get();
      }
    }
    return basePrecision(precision());
  }

  /** Refuses {@code --base-precision} in fewer bits for what writes the base's numbers. */
  public void requireDense(String what) {
    require(
        !chosenPrecision(DType.F32).quantises(),
        "--base-precision",
        "auto, fp32 or bf16 for " + what,
        common.basePrecision);
  }

  /**
   * Refuses {@code --base-precision} in fewer bits for a module that has all weights of its base.
   *
   * @param module its folder
   */
  public void requireKept(Path module) {
    ModuleTensors.requireKept(module, chosenPrecision(DType.F32));
  }

  private void note(String line) {
    if (!common.quiet) {
      session.console().err().println(line);
    }
  }

  /**
   * Opens a base's tokenizer alone, which needs no engine.
   *
   * @param name as the user or a file named it
   * @return the tokenizer; the caller closes it
   */
  public Tokenizer tokenizer(String name) {
    return reader(name).tokenizer(name);
  }

  /**
   * Opens what reads rows for a base alone, which needs no engine.
   *
   * @param name as the user or a file named it
   * @return the reader; the caller closes it
   */
  public RowReader reader(String name) {
    try (Download download = new Download()) {
      BaseModel files = Bases.open(name, download);
      files.weights().close();
      return RowReader.of(files.input());
    }
  }

  /** Shows a download from the first byte that comes. */
  private final class Download implements FetchListener, AutoCloseable {
    private @Nullable Progress progress;

    @Override
    public synchronized void fetched(String what, long bytes, long total) {
      if (progress == null) {
        progress = session.progress(common, what, 0, Math.max(1, total / MEGABYTE));
      }
      String detail = total > 0 ? "MB" : String.format(Locale.ROOT, "%,d MB", bytes / MEGABYTE);
      progress.at(bytes / MEGABYTE, detail);
    }

    @Override
    public synchronized void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
