package io.haori.training.pretrain;

import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.MaskedLanguageHead;
import java.util.Arrays;
import java.util.Locale;

/** What modules can learn from text without labels, as the user chooses it. */
public enum ObjectiveChoice {
  /** Masked language modelling where the base has the head for it, else contrastive. */
  AUTO,
  /** Masked language modelling. */
  MLM,
  /** Contrastive: unsupervised SimCSE. */
  SIMCSE;

  /**
   * Reads a choice as the user writes it.
   *
   * @param setting name of the setting, for the message
   * @param text {@code auto}, {@code mlm} or {@code simcse}
   */
  public static ObjectiveChoice parse(String setting, String text) {
    if (text.equals("causal")) {
      throw new UserError(
          setting
              + " must be one of auto, mlm, simcse, got causal (the bases of this version are"
              + " encoders, which do not predict from left to right)");
    }
    return Arrays.stream(values())
        .filter(choice -> choice.word().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new UserError(setting + " must be one of auto, mlm, simcse, got " + text));
  }

  /** As the user writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * This choice for a base: never {@link #AUTO}.
   *
   * @throws UserError when the base cannot learn it
   */
  public ObjectiveChoice resolve(TextBase base) {
    boolean head = base.backbone().languageHead() != null;
    if (this == MLM && !head) {
      throw new UserError(
          "objective must be simcse or auto for the base "
              + base.name()
              + ", which has no masked-LM head, got mlm");
    }
    return this != AUTO ? this : head ? MLM : SIMCSE;
  }

  /** What learns it, for settings with a resolved choice. */
  static Objective create(TextBase base, PretrainSettings settings) {
    MaskedLanguageHead head = base.backbone().languageHead();
    return settings.objective() == MLM && head != null
        ? new MaskedLanguageObjective(base, head, settings)
        : new ContrastiveObjective(base, settings);
  }
}
