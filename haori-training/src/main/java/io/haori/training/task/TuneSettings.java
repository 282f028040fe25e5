package io.haori.training.task;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.json.JsonSettings;
import io.haori.core.json.SettingsReader;
import io.haori.core.weights.DType;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Task;
import io.haori.tensor.quant.BaseForm;
import io.haori.training.augment.Augmentation;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.Selection;
import io.haori.training.optim.AdamWConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can be chosen when a model is fitted to a task. {@link #builder} sets one choice after the
 * other. A value, which threads may share.
 *
 * @param method the adaptation method with its own choices
 * @param loop epochs, optimizer, schedule, seed, early stopping, checkpoints
 * @param text how texts are read and computed
 * @param batchSize texts of a batch; at least 1
 * @param gradientCheckpointing whether each layer is computed again for its gradient: less memory,
 *     about a third more time
 * @param fit how the heads start, what is made small, and what becomes of the start
 */
public record TuneSettings(
    AdapterMethod method,
    LoopConfig loop,
    TextOptions text,
    int batchSize,
    boolean gradientCheckpointing,
    FitSettings fit) {
  /** The usual number of texts in a batch. */
  public static final int DEFAULT_BATCH_SIZE = 32;

  /** The usual number of passes over the training rows. */
  public static final int DEFAULT_EPOCHS = 8;

  /** Names of settings of a fit alone that change no result. */
  private static final Set<String> WITHOUT_EFFECT = Set.of("gradientCheckpointing");

  /** Checks the bounds. */
  public TuneSettings {
    require(batchSize >= 1, "batchSize", "at least 1", batchSize);
    text.base().precision().ifPresent(kept -> BaseOptions.requireDenseFor(method, kept));
  }

  /** With the method's usual learning rate of the heads, and the usual start of the heads. */
  public TuneSettings(
      AdapterMethod method,
      LoopConfig loop,
      TextOptions text,
      int batchSize,
      boolean gradientCheckpointing) {
    this(method, loop, text, batchSize, gradientCheckpointing, FitSettings.of(method));
  }

  /**
   * The settings that a JSON object describes, as {@link #toJson} or the {@code settings} of a
   * {@code haori.json} have them. What is not given is as {@link #of} has it.
   *
   * <pre>{@code
   * {"method": "lora", "lora.rank": 16, "training.epochs": 4, "maxLength": 64}
   * }</pre>
   *
   * @param json one key a setting; only {@code method} must be given
   * @throws io.haori.core.check.UserError when a setting does not exist or has a wrong value
   */
  public static TuneSettings fromJson(JsonNode json) {
    return JsonSettings.read(json, TuneSettings::read);
  }

  /** As JSON: every setting by its name. {@link #fromJson} makes equal settings of it. */
  public ObjectNode toJson() {
    return JsonSettings.of(byName());
  }

  /**
   * The same as {@link #fromJson}, out of more settings than these.
   *
   * @param settings of a run
   */
  public static TuneSettings read(SettingsReader settings) {
    return read(settings, MethodCatalogue.read(settings));
  }

  /**
   * The same for a method that the catalogue does not have, such as a mix of modules.
   *
   * @param settings of a run, those of the method already read
   * @param method with its choices
   */
  public static TuneSettings read(SettingsReader settings, AdapterMethod method) {
    String named = settings.text("method", method.name());
    require(named.equals(method.name()), "method", method.name(), named);
    TuneSettings otherwise = of(method);
    // What a haori.json says beside the settings.
    settings.leave(TunedModel.FACTS);
    return new TuneSettings(
        method,
        LoopConfig.read(settings, otherwise.loop),
        TextOptions.read(settings, otherwise.text),
        settings.whole("batchSize", otherwise.batchSize),
        settings.flag("gradientCheckpointing", otherwise.gradientCheckpointing),
        FitSettings.read(settings, otherwise.fit));
  }

  /**
   * All choices by the names that {@code --set} and the options have for them: whole numbers,
   * numbers, truth values and texts. This is what {@code haori.json} and {@code --json} hold.
   */
  public Map<String, Object> byName() {
    Map<String, Object> settings = byName(method);
    settings.putAll(loop.byName());
    settings.putAll(text.byName());
    settings.put("batchSize", batchSize);
    settings.put("gradientCheckpointing", gradientCheckpointing);
    settings.putAll(fit.byName());
    return settings;
  }

  /**
   * All of these that change the result; a run that is resumed must agree on them. Threads and what
   * only trades memory for time are not among them.
   */
  public RunSettings runSettings() {
    RunSettings chosen =
        RunSettings.of(byName(), defaults(method))
            .without(LoopConfig.WITHOUT_EFFECT)
            .without(WITHOUT_EFFECT);
    List<String> parts = method.builtOn();
    return parts.isEmpty() ? chosen : chosen.and(Map.of("modules", String.join(", ", parts)));
  }

  /**
   * The settings of a fit for which nothing was chosen but the method, by name.
   *
   * @param method whose own choices do not count
   */
  public static Map<String, Object> defaults(AdapterMethod method) {
    if (MethodCatalogue.names().contains(method.name())) {
      return of(MethodCatalogue.create(method.name(), Map.of())).byName();
    }
    Map<String, Object> defaults = of(method).byName();
    defaults.keySet().removeAll(byName(method).keySet());
    defaults.put("method", method.name());
    method
        .usualSettings()
        .forEach((setting, value) -> defaults.put(method.name() + "." + setting, value));
    return defaults;
  }

  /**
   * A method's name, and its choices with the name and a dot before each.
   *
   * @param method with its choices
   * @return may be changed
   */
  public static Map<String, Object> byName(AdapterMethod method) {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("method", method.name());
    method
        .settings()
        .forEach((setting, value) -> settings.put(method.name() + "." + setting, value));
    return settings;
  }

  /**
   * The usual settings of a method: its own learning rate, 8 epochs, batches of 32, texts of at
   * most 128 tokens, the fastest precision of this processor.
   *
   * @param method the adaptation method
   */
  public static TuneSettings of(AdapterMethod method) {
    AdamWConfig usual = AdamWConfig.DEFAULT;
    return new TuneSettings(
        method,
        LoopConfig.DEFAULT
            .withEpochs(DEFAULT_EPOCHS)
            .withOptimizer(
                new AdamWConfig(
                    method.usualLearningRate(),
                    usual.beta1(),
                    usual.beta2(),
                    usual.epsilon(),
                    usual.weightDecay())),
        TextOptions.usual(),
        DEFAULT_BATCH_SIZE,
        false);
  }

  /**
   * Settings that are chosen one by one.
   *
   * <pre>{@code
   * TuneSettings settings =
   *     TuneSettings.builder("lora").set("rank", 16).epochs(4).maxLength(64).build();
   * }</pre>
   *
   * @param method a name of {@link MethodCatalogue#names()}
   */
  public static TuneSettingsBuilder builder(String method) {
    return new TuneSettingsBuilder(method);
  }

  /** The same with another learning rate. */
  public TuneSettings withLearningRate(double rate) {
    return withLoop(loop.withOptimizer(loop.optimizer().withLearningRate(rate)));
  }

  /** The same with another seed. */
  public TuneSettings withSeed(long seed) {
    return withLoop(loop.withSeed(seed));
  }

  /** The same with another method. */
  public TuneSettings withMethod(AdapterMethod newMethod) {
    return new TuneSettings(newMethod, loop, text, batchSize, gradientCheckpointing, fit);
  }

  /** The same with another loop. */
  public TuneSettings withLoop(LoopConfig newLoop) {
    return new TuneSettings(method, newLoop, text, batchSize, gradientCheckpointing, fit);
  }

  /** The same with other options of the texts. */
  public TuneSettings withText(TextOptions newText) {
    return new TuneSettings(method, loop, newText, batchSize, gradientCheckpointing, fit);
  }

  /** The same with another number of texts in a batch. */
  public TuneSettings withBatchSize(int newBatchSize) {
    return new TuneSettings(method, loop, text, newBatchSize, gradientCheckpointing, fit);
  }

  /** The same with or without computing layers again for their gradients. */
  public TuneSettings withGradientCheckpointing(boolean checkpointing) {
    return new TuneSettings(method, loop, text, batchSize, checkpointing, fit);
  }

  /** The same with another way to fit. */
  public TuneSettings withFit(FitSettings newFit) {
    return new TuneSettings(method, loop, text, batchSize, gradientCheckpointing, newFit);
  }

  /** The same with another learning rate of the heads, over that of the method's parameters. */
  public TuneSettings withHeadLearningRateRatio(double ratio) {
    return withFit(fit.withHeadLearningRateRatio(ratio));
  }

  /** The same with another start of the heads. */
  public TuneSettings withHeadStart(HeadStart start) {
    return withFit(fit.withHeadStart(start));
  }

  /** The same with another loss. */
  public TuneSettings withLoss(TuneLoss loss) {
    return withFit(fit.withLoss(loss));
  }

  /** The same with another temperature of the contrastive loss. */
  public TuneSettings withTemperature(double temperature) {
    return withFit(fit.withTemperature(temperature));
  }

  /** The same with other altered copies of training rows. */
  public TuneSettings withAugmentation(Augmentation augmentation) {
    return withFit(fit.withAugmentation(augmentation));
  }

  /** The same with another share of the start in the fitted weights. */
  public TuneSettings withStartShare(double share) {
    return withFit(fit.withStartShare(share));
  }

  /** The same with another use of the labels' names. */
  public TuneSettings withLabelNames(LabelNameUse use) {
    return withFit(fit.withLabelNames(use));
  }

  /** What the heads of a classification start from. */
  public HeadStart headStart() {
    return fit.headStart();
  }

  /** What is made small. */
  public TuneLoss loss() {
    return fit.loss();
  }

  /** Learning rate of the heads over that of the method's own parameters. */
  public double headLearningRateRatio() {
    return fit.headLearningRateRatio();
  }

  /** Altered copies of training rows that are learnt from, too. */
  public Augmentation augmentation() {
    return fit.augmentation();
  }

  /** Whether names of labels are learnt from, too. */
  public LabelNameUse labelNames() {
    return fit.labelNames();
  }

  /**
   * The loop for a task. Unless another score was chosen, the task's main score chooses the epoch.
   */
  LoopConfig loopFor(Task task) {
    Selection chosen = loop.selection();
    boolean usual = chosen.metric().equals(LoopConfig.DEFAULT.selection().metric());
    return usual
        ? loop.withSelection(new Selection(task.mainScore(), true, chosen.patience()))
        : loop;
  }

  /**
   * How the base is kept: as was chosen, else in the type of the activations, or in F32 where what
   * is trained starts from all its bits.
   */
  public BaseForm baseForm() {
    return text.base().form(method.trainsBase() ? DType.F32 : text.precision());
  }
}
