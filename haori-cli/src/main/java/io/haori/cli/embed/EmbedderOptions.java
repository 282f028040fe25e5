package io.haori.cli.embed;

import static io.haori.core.check.Check.require;

import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.Bases;
import io.haori.model.base.SentenceSettings;
import io.haori.training.condense.StoredModule;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What makes vectors: a base, with an adapter or without. */
final class EmbedderOptions {
  private static final List<String> CHOICES = List.of("auto", "yes", "no");

  @Option(
      names = "--adapter",
      paramLabel = "DIR|reg:MODULE",
      description =
          "From tune, mix or pretrain, or of the registry: the vectors of its base with it"
              + " (default: the base alone).")
  @Nullable String adapter;

  @Mixin final RegistryAddress registry = new RegistryAddress();

  @Option(
      names = "--pooling",
      paramLabel = "NAME",
      description =
          "How tokens become one vector: auto, cls, mean, first, last, mean_sqrt_len or"
              + " weighted_mean (default: as the adapter or the base's folder says).")
  @Nullable String pooling;

  @Option(
      names = "--normalize",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description =
          "Whether vectors have the length 1: yes, no, or auto for what a sentence-transformers"
              + " folder says (default: ${DEFAULT-VALUE}).")
  String normalize;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Tokens of a text at most, the rest is cut (default: as the adapter or the base's folder"
              + " says, else 128).")
  @Nullable Integer maxLength;

  /** Refuses values out of their bounds, before anything is read. */
  void check() {
    require(
        CHOICES.contains(normalize),
        "--normalize",
        "one of " + String.join(", ", CHOICES),
        normalize);
    if (maxLength != null) {
      require(maxLength >= 3, "--max-length", "at least 3", maxLength);
    }
    if (pooling != null) {
      var unused = Pooling.parse("--pooling", pooling);
    }
  }

  /**
   * A base in memory, with or without an adapter. Owns both.
   *
   * @param base reads the texts
   * @param stored what was opened with it; null for none
   * @param embedder makes vectors
   */
  record Opened(TextBase base, @Nullable AutoCloseable stored, TextEmbedder embedder)
      implements AutoCloseable {
    @Override
    public void close() {
      if (stored instanceof TextModel model) {
        model.close();
      } else if (stored instanceof StoredModule module) {
        module.close();
      }
      base.close();
    }
  }

  /** Opens what was chosen. */
  Opened open(Session session, CommonOptions common) {
    EngineSetup engine = new EngineSetup(session, common);
    DType precision = engine.precision();
    if (adapter == null) {
      String name = common.baseOr(CommonOptions.DEFAULT_BASE);
      TextBase base = engine.open(name, precision);
      return opened(base, null, Adaptation.NONE, compared(base), null, precision, name);
    }
    try (CheckedOut source = CheckedOut.of(adapter, registry, session.context())) {
      engine.requireKept(source.folder());
      String named = common.base;
      if (named == null && source.version() != null) {
        named = source.version().origin().baseName();
      }
      if (!AdapterFolder.hasHead(source.folder())) {
        String name = AdapterFolder.baseOf(source.folder(), named);
        TextBase base = engine.open(name, precision);
        try {
          source.requireBase(base.name(), base.digest());
          StoredModule module = StoredModule.open(source.folder(), base);
          return opened(base, module, module.module(), compared(base), null, precision, name);
        } catch (RuntimeException e) {
          base.close();
          throw e;
        }
      }
      HaoriJson json = AdapterFolder.describe(source.folder(), named, List.of());
      String name = AdapterFolder.base(source.folder(), json, named);
      TextBase base = engine.open(name, precision);
      try {
        source.requireBase(base.name(), base.digest());
        TextModel model = AdapterFolder.load(source.folder(), base, List.of(), precision);
        return opened(
            base, model, model.module(), json.pooling(), json.maxLength(), precision, name);
      } catch (RuntimeException e) {
        base.close();
        throw e;
      }
    }
  }

  /**
   * A base, or a domain's module on it, was given no head, so nothing says how to pool but this.
   */
  private static Pooling compared(TextBase base) {
    return Pooling.AUTO.forComparison(base.backbone());
  }

  private Opened opened(
      TextBase base,
      @Nullable AutoCloseable stored,
      Adaptation adaptation,
      Pooling ofAdapter,
      @Nullable Integer lengthOfAdapter,
      DType precision,
      String name) {
    SentenceSettings says = Bases.sentence(name);
    int usual =
        lengthOfAdapter == null
            ? Math.min(
                says.maxLengthOr(TextOptions.DEFAULT_MAX_LENGTH), base.backbone().positions())
            : lengthOfAdapter;
    Pooling asked = pooling == null ? Pooling.AUTO : Pooling.parse("--pooling", pooling);
    Pooling chosen = asked == Pooling.AUTO ? ofAdapter : asked;
    TextOptions options = new TextOptions(chosen, maxLength == null ? usual : maxLength, precision);
    boolean unit = normalize.equals("yes") || (normalize.equals("auto") && says.normalize());
    return new Opened(base, stored, new TextEmbedder(base, adaptation, options, unit));
  }
}
