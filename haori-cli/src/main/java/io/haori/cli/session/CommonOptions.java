package io.haori.cli.session;

import static io.haori.core.check.Check.require;

import io.haori.core.language.Language;
import io.haori.inference.model.BaseOptions;
import io.haori.model.base.Bases;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command takes, with their bounds. */
public final class CommonOptions {
  public static final String DEFAULT_BASE = "minilm";
  static final List<String> PRECISIONS = List.of("auto", "fp32", "bf16");
  static final List<String> DEVICES = List.of("auto", "cpu", "cuda");

  @Option(
      names = "--base",
      paramLabel = "BASE",
      description =
          "The frozen model: minilm, bge-small, e5-small, bert-base (all English), mbert (104"
              + " languages) or a Hugging Face folder"
              + " (default: that of the adapter, else "
              + DEFAULT_BASE
              + ").")
  public @Nullable String base;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "auto, fp32 or bf16; auto takes bf16 where the processor is fast at it (default:"
              + " ${DEFAULT-VALUE}).")
  public String precision;

  @Option(
      names = "--base-precision",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "How the frozen model is kept: auto, fp32, bf16, int8 (half of bf16's memory, faster"
              + " where the processor has int8 products) or int4 (a quarter, slower); auto follows"
              + " --precision and takes no integers (default: ${DEFAULT-VALUE}).")
  public String basePrecision;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto, cpu or cuda (default: ${DEFAULT-VALUE}).")
  public String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads of one operation (default: MKL_NUM_THREADS or OMP_NUM_THREADS where set, else"
              + " every core this process may use).")
  public @Nullable Integer threads;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Where all randomness begins (default: ${DEFAULT-VALUE}).")
  public long seed;

  @Option(
      names = "--lang",
      paramLabel = "LANG",
      description = "Language of what is printed: en or ja (default: that of the environment).")
  public @Nullable String lang;

  @Option(
      names = "--json",
      description = "Print the result as one JSON object, and nothing else, on stdout.")
  public boolean json;

  @Option(names = "--quiet", description = "Show no progress.")
  public boolean quiet;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  boolean debug;

  /** Refuses values out of their bounds, before anything is loaded. */
  public void check() {
    if (base != null) {
      require(!base.isBlank(), "--base", "the name of a base or a folder", "nothing");
      Bases.requireKnown(base);
    }
    require(
        PRECISIONS.contains(precision),
        "--precision",
        "one of " + String.join(", ", PRECISIONS),
        precision);
    var unused = BaseOptions.precision("--base-precision", basePrecision);
    require(DEVICES.contains(device), "--device", "one of " + String.join(", ", DEVICES), device);
    Language.requireKnown("--lang", lang);
    if (threads != null) {
      require(threads >= 1, "--threads", "at least 1", threads);
    }
  }

  /**
   * The base to open.
   *
   * @param otherwise when none was named
   */
  public String baseOr(String otherwise) {
    return base == null ? otherwise : base;
  }
}
