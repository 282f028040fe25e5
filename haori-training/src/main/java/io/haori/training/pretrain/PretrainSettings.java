package io.haori.training.pretrain;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.json.JsonSettings;
import io.haori.core.json.SettingsReader;
import io.haori.core.weights.DType;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.tensor.Engine;
import io.haori.tensor.quant.BaseForm;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.sidebyside.PassPlan;
import io.haori.training.task.TuneSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can be chosen for domain-adaptive pre-training.
 *
 * @param objective what the modules learn; {@link ObjectiveChoice#AUTO} leaves it to the base
 * @param method of the modules; must adapt slots
 * @param epochs passes over each domain's texts; at least 1
 * @param batchSize rows of each domain in a step; at least 1
 * @param maxLength tokens of a row at most; at least 8
 * @param precision type of the activations: F32 or BF16
 * @param base how the base is kept
 * @param optimizer of every domain
 * @param schedule of every domain, over its own steps
 * @param maxGradientNorm norm to which a domain's gradients are scaled down; 0 leaves them alone
 * @param dropout share of the base's hidden states that contrastive learning drops; in (0, 1)
 * @param heldOutShare share of a domain's texts that is only measured on; in (0, 0.5]
 * @param passTokens tokens that go through the base at once, which bounds memory; 0: as many as
 *     suit the base's width
 * @param gradientCheckpointing whether each layer is computed again for its gradient
 * @param checkpointEverySteps steps between two checkpoints
 * @param seed where all randomness begins
 */
public record PretrainSettings(
    ObjectiveChoice objective,
    AdapterMethod method,
    int epochs,
    int batchSize,
    int maxLength,
    DType precision,
    BaseOptions base,
    AdamWConfig optimizer,
    Schedule schedule,
    double maxGradientNorm,
    double dropout,
    double heldOutShare,
    int passTokens,
    boolean gradientCheckpointing,
    int checkpointEverySteps,
    long seed) {
  /** The usual passes over the texts. */
  public static final int DEFAULT_EPOCHS = 1;

  /** The usual rows of a domain in a step. */
  public static final int DEFAULT_BATCH_SIZE = 16;

  /** The usual bound on the tokens of a row. */
  public static final int DEFAULT_MAX_LENGTH = 128;

  /** The usual highest learning rate. */
  public static final double DEFAULT_LEARNING_RATE = 1e-3;

  /** The usual dropout of contrastive learning. */
  public static final double DEFAULT_DROPOUT = 0.1;

  /** The usual highest learning rate where the whole base is trained. */
  public static final double SEQUENTIAL_LEARNING_RATE = 5e-5;

  /** The usual share of the texts that is held out. */
  public static final double DEFAULT_HELD_OUT_SHARE = 0.05;

  /** The usual bound of a pass: what suits the base. */
  public static final int DEFAULT_PASS_TOKENS = 0;

  /** The usual norm to which gradients are scaled down. */
  public static final double DEFAULT_MAX_GRADIENT_NORM = 1.0;

  /** The usual steps between two checkpoints. */
  public static final int DEFAULT_CHECKPOINT_STEPS = 200;

  /** Settings that change how fast a module is learnt, not what it learns. */
  static final Set<String> WITHOUT_EFFECT =
      Set.of("gradientCheckpointing", "pretrain.checkpointEverySteps", "pretrain.passTokens");

  /** Held out at most: enough to measure on. */
  static final int MOST_HELD_OUT = 256;

  /** Checks the bounds. */
  public PretrainSettings {
    require(epochs >= 1, "pretrain.epochs", "at least 1", epochs);
    require(batchSize >= 2, "batchSize", "at least 2", batchSize);
    require(maxLength >= 8, "maxLength", "at least 8", maxLength);
    require(
        precision == DType.F32 || precision == DType.BF16, "precision", "fp32 or bf16", precision);
    require(
        maxGradientNorm >= 0 && maxGradientNorm <= Double.MAX_VALUE,
        "pretrain.maxGradientNorm",
        "finite and at least 0",
        maxGradientNorm);
    require(dropout > 0 && dropout < 1, "pretrain.dropout", "above 0 and below 1", dropout);
    require(
        heldOutShare > 0 && heldOutShare <= 0.5,
        "pretrain.heldOutShare",
        "above 0 and at most 0.5",
        heldOutShare);
    require(passTokens >= 0, "pretrain.passTokens", "at least 0", passTokens);
    require(
        checkpointEverySteps >= 1,
        "pretrain.checkpointEverySteps",
        "at least 1",
        checkpointEverySteps);
    base.precision().ifPresent(kept -> BaseOptions.requireDenseFor(method, kept));
  }

  /**
   * Tokens that go through this base at once with all threads: half as many as usual when layers
   * are computed again, which is asked for where memory is short.
   */
  long passTokens(TextBase base) {
    if (passTokens != DEFAULT_PASS_TOKENS) {
      return passTokens;
    }
    int usual = PassPlan.usualTokens(base.backbone().width(), Engine.threads());
    return gradientCheckpointing ? usual / 2 : usual;
  }

  /**
   * How the base lies in memory: its weights in F32 where they learn, since AdamW's steps are
   * small.
   */
  public BaseForm baseForm() {
    return base.form(method.trainsBase() ? DType.F32 : precision);
  }

  /** The same but for the objective. */
  PretrainSettings with(ObjectiveChoice newObjective) {
    return new PretrainSettings(
        newObjective,
        method,
        epochs,
        batchSize,
        maxLength,
        precision,
        base,
        optimizer,
        schedule,
        maxGradientNorm,
        dropout,
        heldOutShare,
        passTokens,
        gradientCheckpointing,
        checkpointEverySteps,
        seed);
  }

  /** The same but for how rows are read. */
  PretrainSettings reading(int newMaxLength, DType newPrecision) {
    return new PretrainSettings(
        objective,
        method,
        epochs,
        batchSize,
        newMaxLength,
        newPrecision,
        base,
        optimizer,
        schedule,
        maxGradientNorm,
        dropout,
        heldOutShare,
        passTokens,
        gradientCheckpointing,
        checkpointEverySteps,
        seed);
  }

  /**
   * The usual settings.
   *
   * @param method of the modules
   */
  public static PretrainSettings of(AdapterMethod method) {
    return new PretrainSettings(
        ObjectiveChoice.AUTO,
        method,
        DEFAULT_EPOCHS,
        DEFAULT_BATCH_SIZE,
        DEFAULT_MAX_LENGTH,
        TextOptions.usual().precision(),
        BaseOptions.DEFAULT,
        AdamWConfig.DEFAULT.withLearningRate(DEFAULT_LEARNING_RATE),
        Schedule.DEFAULT,
        DEFAULT_MAX_GRADIENT_NORM,
        DEFAULT_DROPOUT,
        DEFAULT_HELD_OUT_SHARE,
        DEFAULT_PASS_TOKENS,
        false,
        DEFAULT_CHECKPOINT_STEPS,
        LoopConfig.DEFAULT.seed());
  }

  /**
   * The settings that a JSON object describes, as {@link #toJson} has them. What is not given is as
   * {@link #of} has it.
   *
   * @param json one key a setting; only {@code method} must be given
   * @throws io.haori.core.check.UserError when a setting does not exist or has a wrong value
   */
  public static PretrainSettings fromJson(JsonNode json) {
    return JsonSettings.read(json, PretrainSettings::read);
  }

  /** As JSON: every setting by its name. {@link #fromJson} makes equal settings of it. */
  public ObjectNode toJson() {
    return JsonSettings.of(byName());
  }

  private static PretrainSettings read(SettingsReader settings) {
    PretrainSettings otherwise = of(MethodCatalogue.read(settings));
    SettingsReader pretrain = settings.within("pretrain");
    // What a module's haori.json says beside the settings.
    settings.leave(Pretrainer.FACTS);
    return new PretrainSettings(
        settings.read("objective", otherwise.objective, ObjectiveChoice::parse),
        otherwise.method,
        settings.whole("training.epochs", otherwise.epochs),
        settings.whole("batchSize", otherwise.batchSize),
        settings.whole("maxLength", otherwise.maxLength),
        settings.read("precision", otherwise.precision, TextOptions::precision),
        BaseOptions.read(settings, otherwise.base),
        AdamWConfig.read(settings, otherwise.optimizer),
        Schedule.read(settings, otherwise.schedule),
        pretrain.number("maxGradientNorm", otherwise.maxGradientNorm),
        pretrain.number("dropout", otherwise.dropout),
        pretrain.number("heldOutShare", otherwise.heldOutShare),
        pretrain.whole("passTokens", otherwise.passTokens),
        settings.flag("gradientCheckpointing", otherwise.gradientCheckpointing),
        pretrain.whole("checkpointEverySteps", otherwise.checkpointEverySteps),
        settings.wholeLong("training.seed", otherwise.seed));
  }

  /** All choices by the names that {@code --set} and the options have for them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = TuneSettings.byName(method);
    settings.put("objective", objective.word());
    settings.put("training.epochs", epochs);
    settings.put("batchSize", batchSize);
    settings.put("maxLength", maxLength);
    settings.put("precision", TextOptions.word(precision));
    settings.putAll(base.byName());
    settings.putAll(optimizer.byName());
    settings.putAll(schedule.byName());
    settings.put("pretrain.maxGradientNorm", maxGradientNorm);
    settings.put("pretrain.dropout", dropout);
    settings.put("pretrain.heldOutShare", heldOutShare);
    settings.put("pretrain.passTokens", passTokens);
    settings.put("gradientCheckpointing", gradientCheckpointing);
    settings.put("pretrain.checkpointEverySteps", checkpointEverySteps);
    settings.put("training.seed", seed);
    return settings;
  }

  /** All of these that change a module; a run that is resumed must agree on them. */
  public RunSettings runSettings() {
    RunSettings chosen = RunSettings.of(byName(), defaults()).without(WITHOUT_EFFECT);
    List<String> parts = method.builtOn();
    return parts.isEmpty() ? chosen : chosen.and(Map.of("modules", String.join(", ", parts)));
  }

  /** A method that is built on modules has no settings of its own that are usual. */
  private Map<String, Object> defaults() {
    if (MethodCatalogue.names().contains(method.name())) {
      return of(MethodCatalogue.create(method.name(), Map.of())).byName();
    }
    Map<String, Object> defaults = of(method).byName();
    defaults.keySet().removeAll(TuneSettings.byName(method).keySet());
    defaults.put("method", method.name());
    return defaults;
  }

  /**
   * What modules that were made before settings were JSON have as their settings: must stay as it
   * is, so that they are found again.
   */
  Map<String, String> textsOfEarlierModules() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("objective", objective.word());
    settings.put("method", method.toString());
    settings.put("epochs", String.valueOf(epochs));
    settings.put("batchSize", String.valueOf(batchSize));
    settings.put("maxLength", String.valueOf(maxLength));
    settings.put("precision", precision.name());
    settings.put("optimizer", optimizer.toString());
    settings.put("schedule", schedule.toString());
    settings.put("maxGradientNorm", String.valueOf(maxGradientNorm));
    settings.put("dropout", String.valueOf(dropout));
    settings.put("heldOutShare", String.valueOf(heldOutShare));
    settings.put("seed", String.valueOf(seed));
    return settings;
  }
}
