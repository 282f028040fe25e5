package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.json.SettingsReader;
import io.haori.training.augment.Augmentation;
import io.haori.training.augment.LabelNameUse;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a fit starts, what it makes small, and what of its start stays in it. A value, which threads
 * may share.
 *
 * @param headLearningRateRatio learning rate of the task's heads over that of the method's own
 *     parameters; finite, above 0
 * @param headStart what the heads of a classification start from
 * @param loss what is made small
 * @param temperature τ of the contrastive loss; in [0.01, 1]
 * @param augmentation altered copies of training rows that are learnt from, too
 * @param startShare share of the start in the weights that come out, see {@link StartAverage}; in
 *     [0, 1)
 * @param labelNames whether names of labels are learnt from, too
 */
public record FitSettings(
    double headLearningRateRatio,
    HeadStart headStart,
    TuneLoss loss,
    double temperature,
    Augmentation augmentation,
    double startShare,
    LabelNameUse labelNames) {
  /** τ of the contrastive loss when none is chosen. */
  public static final double TEMPERATURE = 0.1;

  /** Checks the bounds. */
  public FitSettings {
    require(
        headLearningRateRatio > 0 && headLearningRateRatio <= Double.MAX_VALUE,
        "training.headLearningRateRatio",
        "finite and above 0",
        headLearningRateRatio);
    require(
        temperature >= 0.01 && temperature <= 1,
        "training.temperature",
        "in [0.01, 1]",
        temperature);
    require(startShare >= 0 && startShare < 1, "training.startShare", "in [0, 1)", startShare);
  }

  /**
   * The usual ones.
   *
   * @param method whose learning rate of the heads is taken
   */
  public static FitSettings of(AdapterMethod method) {
    return new FitSettings(
        method.usualHeadLearningRateRatio(),
        HeadStart.AUTO,
        TuneLoss.TASK,
        TEMPERATURE,
        Augmentation.NONE,
        0,
        LabelNameUse.AUTO);
  }

  /** Reads those that are given; the others are as in {@code otherwise}. */
  static FitSettings read(SettingsReader settings, FitSettings otherwise) {
    return new FitSettings(
        settings.number("training.headLearningRateRatio", otherwise.headLearningRateRatio),
        settings.read("training.headStart", otherwise.headStart, HeadStart::parse),
        settings.read("training.loss", otherwise.loss, TuneLoss::parse),
        settings.number("training.temperature", otherwise.temperature),
        settings.read("training.augment", otherwise.augmentation, Augmentation::parse),
        settings.number("training.startShare", otherwise.startShare),
        settings.read("training.labelNames", otherwise.labelNames, LabelNameUse::parse));
  }

  /** By the names that {@code --set} has for them. */
  Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("training.headLearningRateRatio", headLearningRateRatio);
    settings.put("training.headStart", headStart.word());
    settings.put("training.loss", loss.word());
    settings.put("training.temperature", temperature);
    settings.put("training.augment", augmentation.word());
    settings.put("training.startShare", startShare);
    settings.put("training.labelNames", labelNames.word());
    return settings;
  }

  /** The same with another learning rate of the heads, over that of the method's parameters. */
  public FitSettings withHeadLearningRateRatio(double newHeadLearningRateRatio) {
    return new FitSettings(
        newHeadLearningRateRatio,
        headStart,
        loss,
        temperature,
        augmentation,
        startShare,
        labelNames);
  }

  /** The same with another start of the heads. */
  public FitSettings withHeadStart(HeadStart newHeadStart) {
    return new FitSettings(
        headLearningRateRatio,
        newHeadStart,
        loss,
        temperature,
        augmentation,
        startShare,
        labelNames);
  }

  /** The same with another loss. */
  public FitSettings withLoss(TuneLoss newLoss) {
    return new FitSettings(
        headLearningRateRatio,
        headStart,
        newLoss,
        temperature,
        augmentation,
        startShare,
        labelNames);
  }

  /** The same with another temperature of the contrastive loss. */
  public FitSettings withTemperature(double newTemperature) {
    return new FitSettings(
        headLearningRateRatio,
        headStart,
        loss,
        newTemperature,
        augmentation,
        startShare,
        labelNames);
  }

  /** The same with other altered copies of training rows. */
  public FitSettings withAugmentation(Augmentation newAugmentation) {
    return new FitSettings(
        headLearningRateRatio,
        headStart,
        loss,
        temperature,
        newAugmentation,
        startShare,
        labelNames);
  }

  /** The same with another share of the start in the fitted weights. */
  public FitSettings withStartShare(double newStartShare) {
    return new FitSettings(
        headLearningRateRatio,
        headStart,
        loss,
        temperature,
        augmentation,
        newStartShare,
        labelNames);
  }

  /** The same with another use of the labels' names. */
  public FitSettings withLabelNames(LabelNameUse newLabelNames) {
    return new FitSettings(
        headLearningRateRatio,
        headStart,
        loss,
        temperature,
        augmentation,
        startShare,
        newLabelNames);
  }
}
