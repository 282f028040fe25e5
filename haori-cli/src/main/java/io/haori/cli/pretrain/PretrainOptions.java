package io.haori.cli.pretrain;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.Targets;
import io.haori.cli.options.BudgetOptions;
import io.haori.cli.options.MethodOptions;
import io.haori.cli.options.SettingsFile;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.core.weights.DType;
import io.haori.model.base.Bases;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.pretrain.ObjectiveChoice;
import io.haori.training.pretrain.PretrainSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How modules learn from text. What is not given is as {@link PretrainSettings} has it. */
public final class PretrainOptions {
  private static final String METHOD = "lora";
  private static final String TARGETS = "targets";

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description =
          "auto, causal (decoders: the next token; of rows with prompt and completion only the"
              + " completion), mlm, simcse (each text twice), pairs (rows with text and text_pair"
              + " that belong together), crops or masks (two views of a text); auto takes causal or"
              + " mlm where the base has the head for it, else simcse (default: ${DEFAULT-VALUE}).")
  String objective = "auto";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Passes over each domain's texts (default: " + PretrainSettings.DEFAULT_EPOCHS + ").")
  @Nullable Integer epochs;

  @Option(names = "--rank", paramLabel = "N", description = "Width of a module (default: 8).")
  @Nullable Integer rank;

  @Option(
      names = "--alpha",
      paramLabel = "X",
      description = "A module's update is scaled by alpha / rank (default: 16).")
  @Nullable Double alpha;

  @Option(
      names = "--targets",
      paramLabel = "LAYERS",
      description =
          "all-linear, names of layers with commas, or regex:… (default: "
              + Targets.ALL_LINEAR
              + ").")
  @Nullable String targets;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Tokens of a row at most (default: "
              + PretrainSettings.DEFAULT_MAX_LENGTH
              + ", or fewer where the base reads no more).")
  @Nullable Integer maxLength;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description =
          "Rows of each domain in a step (default: " + PretrainSettings.DEFAULT_BATCH_SIZE + ").")
  @Nullable Integer batchSize;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description =
          "Highest learning rate (default: "
              + PretrainSettings.DEFAULT_LEARNING_RATE
              + ", with --sequential "
              + PretrainSettings.SEQUENTIAL_LEARNING_RATE
              + ").")
  @Nullable Double learningRate;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      splitSynopsisLabel = ",",
      description =
          "Any other setting by its name, for example pretrain.heldOutShare=0.1 (default: none).")
  final Map<String, String> set = new LinkedHashMap<>();

  @Mixin final SettingsFile file = new SettingsFile();

  private String method = METHOD;

  /** Tokens of a row where nothing is given. */
  private int usualLength = PretrainSettings.DEFAULT_MAX_LENGTH;

  /**
   * Takes what was not given from the file of {@code --settings}, before anything else is asked.
   *
   * @param spec of the command that runs
   */
  void fill(CommandSpec spec) {
    if (file.file == null) {
      return;
    }
    boolean named = file.read().has("method");
    method = file.fill(spec, set, METHOD, json -> PretrainSettings.fromJson(json).byName());
    if (named && targets == null) {
      // A file that names the method means the method's own slots where it names none.
      AdapterMethod usual = MethodCatalogue.create(method, Map.of());
      Object own = usual.settings().get(TARGETS);
      if (own != null) {
        set.putIfAbsent(method + "." + TARGETS, String.valueOf(own));
      }
    }
  }

  /**
   * Learns how many tokens the base reads.
   *
   * @param base its name
   */
  void on(String base) {
    usualLength = Math.min(PretrainSettings.DEFAULT_MAX_LENGTH, Bases.mostTokens(base));
  }

  /** Says where the base reads fewer tokens than usual and no length was given. */
  void noteLength(Session session, CommonOptions common) {
    if (maxLength == null && usualLength < PretrainSettings.DEFAULT_MAX_LENGTH) {
      BudgetOptions.noteLength(
          session,
          common,
          usualLength,
          common.baseOr(CommonOptions.DEFAULT_BASE),
          PretrainSettings.DEFAULT_MAX_LENGTH);
    }
  }

  /**
   * The settings as chosen.
   *
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param basePrecision as {@code --base-precision} has it
   * @param usualLearningRate when none is given
   */
  public PretrainSettings settings(
      long seed, DType precision, String basePrecision, double usualLearningRate) {
    Map<String, String> given = new LinkedHashMap<>(set);
    if (METHOD.equals(method) && !given.containsKey(TARGETS)) {
      given.putIfAbsent(METHOD + "." + TARGETS, Targets.ALL_LINEAR);
    }
    SettingsMap map = new SettingsMap(given);
    AdamWConfig adam = AdamWConfig.DEFAULT;
    Schedule schedule = Schedule.DEFAULT;
    int warmupSteps = map.whole("training.warmupSteps", schedule.warmupSteps());
    PretrainSettings chosen =
        new PretrainSettings(
            ObjectiveChoice.parse("--objective", objective),
            MethodOptions.method(method, map, flags()),
            epochs == null ? PretrainSettings.DEFAULT_EPOCHS : epochs,
            batchSize == null ? PretrainSettings.DEFAULT_BATCH_SIZE : batchSize,
            maxLength == null ? usualLength : maxLength,
            precision,
            BudgetOptions.baseOptions(map, basePrecision),
            new AdamWConfig(
                learningRate == null ? usualLearningRate : learningRate,
                map.number("training.beta1", adam.beta1()),
                map.number("training.beta2", adam.beta2()),
                map.number("training.epsilon", adam.epsilon()),
                map.number("training.weightDecay", adam.weightDecay())),
            new Schedule(
                map.choice("training.schedule", schedule.shape()),
                map.number("training.warmupShare", warmupSteps > 0 ? 0 : schedule.warmupShare()),
                warmupSteps),
            map.number("pretrain.maxGradientNorm", PretrainSettings.DEFAULT_MAX_GRADIENT_NORM),
            map.number("pretrain.dropout", PretrainSettings.DEFAULT_DROPOUT),
            map.number("pretrain.heldOutShare", PretrainSettings.DEFAULT_HELD_OUT_SHARE),
            map.whole("pretrain.passTokens", PretrainSettings.DEFAULT_PASS_TOKENS),
            map.truth("gradientCheckpointing", false),
            map.whole("pretrain.checkpointEverySteps", PretrainSettings.DEFAULT_CHECKPOINT_STEPS),
            seed);
    map.optionOf("batchSize", "--batch-size");
    map.optionOf("maxLength", "--max-length");
    map.optionOf("training.epochs", "--epochs");
    map.optionOf("precision", "--precision");
    map.optionOf("basePrecision", "--base-precision");
    map.optionOf("training.seed", "--seed");
    map.optionOf("training.learningRate", "--lr");
    map.optionOf("objective", "--objective");
    map.requireAllTaken();
    return chosen;
  }

  private Map<String, String> flags() {
    Map<String, String> chosen = new LinkedHashMap<>();
    if (targets != null) {
      chosen.put(TARGETS, targets);
    }
    if (rank != null) {
      chosen.put("rank", rank.toString());
    }
    if (alpha != null) {
      chosen.put("alpha", alpha.toString());
    }
    return chosen;
  }
}
