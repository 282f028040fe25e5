package io.haori.training.pretrain;

import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.backbone.MaskedLanguageHead;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** What modules can learn from text without labels, as the user chooses it. */
public enum ObjectiveChoice {
  /** Causal or masked language modelling where the base has the head for it, else contrastive. */
  AUTO,
  /** Causal language modelling, of decoders. */
  CAUSAL,
  /** Masked language modelling. */
  MLM,
  /** Contrastive: unsupervised SimCSE. */
  SIMCSE,
  /** Contrastive: rows of two texts that belong together. */
  PAIRS,
  /** Contrastive: two spans of a text. */
  CROPS,
  /** Contrastive: a text twice with different tokens hidden. */
  MASKS;

  private static final String WORDS =
      Arrays.stream(values()).map(ObjectiveChoice::word).collect(Collectors.joining(", "));

  /**
   * Reads a choice as the user writes it.
   *
   * @param setting name of the setting, for the message
   * @param text {@code auto}, {@code causal}, {@code mlm}, {@code simcse}, {@code pairs}, {@code
   *     crops} or {@code masks}
   */
  public static ObjectiveChoice parse(String setting, String text) {
    return Arrays.stream(values())
        .filter(choice -> choice.word().equals(text))
        .findFirst()
        .orElseThrow(() -> new UserError(setting + " must be one of " + WORDS + ", got " + text));
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
          "objective must be another than mlm for the base "
              + base.name()
              + ", which has no masked-LM head, got mlm");
    }
    boolean causal = base.backbone().causalHead() != null;
    if (this == CAUSAL && !causal) {
      throw new UserError(
          "objective must be another than causal for the base "
              + base.name()
              + ", which has no head that predicts the next token, got causal");
    }
    return this != AUTO ? this : causal ? CAUSAL : head ? MLM : SIMCSE;
  }

  /** What learns it, for settings with a resolved choice. */
  static Objective create(TextBase base, PretrainSettings settings) {
    MaskedLanguageHead head = base.backbone().languageHead();
    CausalLanguageHead causal = base.backbone().causalHead();
    return switch (settings.objective()) {
      case CAUSAL -> new CausalObjective(base, Objects.requireNonNull(causal), settings);
      case MLM -> new MaskedLanguageObjective(base, Objects.requireNonNull(head), settings);
      case PAIRS -> new ContrastiveObjective(base, settings, Views.PAIRS);
      case CROPS -> new ContrastiveObjective(base, settings, Views.CROPS);
      case MASKS -> new ContrastiveObjective(base, settings, Views.MASKS);
      default -> new ContrastiveObjective(base, settings);
    };
  }
}
