package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.core.weights.DType;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Task;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.Bases;
import io.haori.training.augment.Augmentation;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.Selection;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.task.FitSettings;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneLoss;
import io.haori.training.task.TuneSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How long and how a model is fitted, whatever the method. What is not given is as {@link
 * TuneSettings} and its parts have it.
 */
public final class BudgetOptions {
  private static final String BASE_PRECISION = "--base-precision";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Most passes over the training rows (default: " + TuneSettings.DEFAULT_EPOCHS + ").")
  public @Nullable Integer epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Rows of a step (default: " + TuneSettings.DEFAULT_BATCH_SIZE + ").")
  public @Nullable Integer batchSize;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Tokens of a text at most, the rest is cut (default: what a sentence-transformers folder"
              + " says, else "
              + TextOptions.DEFAULT_MAX_LENGTH
              + ").")
  public @Nullable Integer maxLength;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Stop after this many epochs without a better validation; 0: never (default: 0).")
  public @Nullable Integer patience;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      splitSynopsisLabel = ",",
      split = ",(?=[A-Za-z][A-Za-z0-9.-]*=)",
      description = {
        "Any other setting by its name, for example training.warmupShare=0.1; several with commas"
            + " between. The method's own may leave out its name, for example structure=rank"
            + " (default: none)."
      })
  public final Map<String, String> set = new LinkedHashMap<>();

  private String base = CommonOptions.DEFAULT_BASE;
  private String basePrecision = BaseOptions.AUTO;
  private boolean known;

  /**
   * Which base reads the texts: a folder may say how long they may be.
   *
   * @param chosen its name
   * @param common says how it is kept
   */
  public void on(String chosen, CommonOptions common) {
    base = chosen;
    basePrecision = common.basePrecision;
    known = true;
  }

  /**
   * The settings as chosen.
   *
   * @param method how the base is adapted
   * @param learningRate the highest
   * @param settings what {@code --set} gave and nobody took yet
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param task says which score chooses the epoch
   */
  public TuneSettings settings(
      AdapterMethod method,
      double learningRate,
      SettingsMap settings,
      long seed,
      DType precision,
      Task task) {
    settings.optionOf("batchSize", "--batch-size");
    settings.optionOf("maxLength", "--max-length");
    settings.optionOf("training.epochs", "--epochs");
    settings.optionOf("precision", "--precision");
    settings.optionOf("basePrecision", BASE_PRECISION);
    settings.optionOf("training.seed", "--seed");
    settings.optionOf("training.patience", "--patience");
    return new TuneSettings(
        method,
        loop(settings, seed, task, learningRate),
        text(settings, precision),
        batchSize == null ? TuneSettings.DEFAULT_BATCH_SIZE : batchSize,
        settings.truth("gradientCheckpointing", false),
        new FitSettings(
            settings.number("training.headLearningRateRatio", method.usualHeadLearningRateRatio()),
            settings.choice("training.headStart", HeadStart.AUTO),
            settings.choice("training.loss", TuneLoss.TASK),
            settings.number("training.temperature", FitSettings.TEMPERATURE),
            settings.parsed("training.augment", Augmentation.NONE, Augmentation::parse),
            settings.number("training.startShare", 0),
            settings.choice("training.labelNames", LabelNameUse.AUTO)));
  }

  private LoopConfig loop(SettingsMap settings, long seed, Task task, double learningRate) {
    LoopConfig usual = LoopConfig.DEFAULT;
    Selection selection = usual.selection();
    AdamWConfig adam = usual.optimizer();
    Schedule schedule = usual.schedule();
    int warmupSteps = settings.whole("training.warmupSteps", schedule.warmupSteps());
    double warmupShare = warmupSteps > 0 ? 0 : schedule.warmupShare();
    return new LoopConfig(
        epochs == null ? TuneSettings.DEFAULT_EPOCHS : epochs,
        settings.whole("training.accumulation", usual.accumulation()),
        settings.number("training.maxGradientNorm", usual.maxGradientNorm()),
        new Selection(
            metric(settings, task),
            settings.truth("training.greaterIsBetter", selection.greaterIsBetter()),
            patience == null ? selection.patience() : patience),
        settings.whole("training.checkpointEverySteps", usual.checkpointEverySteps()),
        seed,
        new Schedule(
            settings.choice("training.schedule", schedule.shape()),
            settings.number("training.warmupShare", warmupShare),
            warmupSteps),
        new AdamWConfig(
            learningRate,
            settings.number("training.beta1", adam.beta1()),
            settings.number("training.beta2", adam.beta2()),
            settings.number("training.epsilon", adam.epsilon()),
            settings.number("training.weightDecay", adam.weightDecay())));
  }

  /** The score that chooses the epoch: unless another one was chosen, the task's main score. */
  private static String metric(SettingsMap settings, Task task) {
    String usual = LoopConfig.DEFAULT.selection().metric();
    String chosen = settings.text("training.metric");
    return chosen == null || chosen.equals(usual) ? task.mainScore() : chosen;
  }

  /** Tokens of a text that are read: as given; else as is usual, but no more than the base can. */
  public int maxLength() {
    return maxLength == null ? usualLength(base) : maxLength;
  }

  /**
   * Tokens of a text that are read where nothing is given, no more than the base can.
   *
   * @param base its name
   */
  public static int usualLength(String base) {
    int usual = Bases.sentence(base).maxLengthOr(TextOptions.DEFAULT_MAX_LENGTH);
    return Math.min(usual, Bases.mostTokens(base));
  }

  private int usualLength() {
    return Bases.sentence(base).maxLengthOr(TextOptions.DEFAULT_MAX_LENGTH);
  }

  /**
   * Says where the base reads fewer tokens than usual and no length was given.
   *
   * @param session where it is said
   * @param common says whether the command is to be quiet
   */
  public void noteLength(Session session, CommonOptions common) {
    if (maxLength == null && maxLength() < usualLength()) {
      noteLength(session, common, maxLength(), base, usualLength());
    }
  }

  /**
   * Says that a base reads fewer tokens than usual.
   *
   * @param session where it is said
   * @param common says whether the command is to be quiet
   * @param length tokens that are read
   * @param base its name
   * @param usual tokens that others read
   */
  public static void noteLength(
      Session session, CommonOptions common, int length, String base, int usual) {
    session.note(
        common,
        "Texts are cut at "
            + length
            + " tokens, the most that the base "
            + base
            + " reads (usual: "
            + usual
            + ").");
  }

  private TextOptions text(SettingsMap settings, DType precision) {
    int length = maxLength();
    require(length >= 3, "--max-length", "at least 3", length);
    if (maxLength != null && known) {
      int most = Bases.mostTokens(base);
      require(length <= most, "--max-length", "at most " + most + " for the base " + base, length);
    }
    return new TextOptions(
        settings.choice("pooling", Pooling.AUTO),
        length,
        precision,
        baseOptions(settings, basePrecision));
  }

  /**
   * How the base is kept.
   *
   * @param settings what {@code --set} gave
   * @param precision as {@code --base-precision} has it
   */
  public static BaseOptions baseOptions(SettingsMap settings, String precision) {
    return new BaseOptions(
        BaseOptions.precision(BASE_PRECISION, precision),
        settings.choice("baseBackward", BaseOptions.DEFAULT.gradients()));
  }
}
