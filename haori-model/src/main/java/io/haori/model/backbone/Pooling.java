package io.haori.model.backbone;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.tensor.grad.MeanTokens;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.Locale;

/** How the hidden states of a text's tokens become one vector. */
public enum Pooling {
  /** What the base's folder says; else the pooler where the base has one, else the mean. */
  AUTO,
  /** The first token, through the base's pooler where it has one. */
  CLS,
  /** The mean over the text's tokens. */
  MEAN,
  /** The first token as the last layer gives it, without a pooler. */
  FIRST,
  /**
   * Of a picture: the first token as the last layer gives it, and the mean over the patches behind
   * it, as the classifier of DINOv2 reads them.
   */
  FIRST_AND_PATCHES,
  /** The last token. */
  LAST,
  /** The sum over the text's tokens, divided by the root of their number. */
  MEAN_SQRT_LEN,
  /** A mean in which the n-th token counts n times. */
  WEIGHTED_MEAN;

  /**
   * Reads a choice as the user writes it.
   *
   * @param setting name of the setting, for the message
   * @param text for example {@code mean}
   */
  public static Pooling parse(String setting, String text) {
    return Arrays.stream(values())
        .filter(choice -> choice.word().equals(text))
        .findFirst()
        .orElseThrow(
            () -> {
              String words = String.join(", ", Arrays.stream(values()).map(Pooling::word).toList());
              return new UserError(setting + " must be one of " + words + ", got " + text);
            });
  }

  /** As the user writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** This choice for a base: never {@link #AUTO}. */
  public Pooling resolve(Backbone backbone) {
    return this == AUTO ? backbone.usualPooling() : this;
  }

  /**
   * This choice for vectors that are compared as they are: what {@link
   * Backbone#pooledForComparison} says where nothing else was chosen; never {@link #AUTO}.
   */
  public Pooling forComparison(Backbone backbone) {
    return this == AUTO ? backbone.pooledForComparison() : this;
  }

  /**
   * Numbers of a vector.
   *
   * @param backbone reads the texts
   * @throws UserError when the base does not read what this needs
   */
  public int width(Backbone backbone) {
    if (resolve(backbone) != FIRST_AND_PATCHES) {
      return backbone.width();
    }
    require(
        backbone.config().pictures() != null,
        "pooling",
        "another one for a base that reads texts",
        word());
    return 2 * backbone.width();
  }

  /**
   * One vector a text.
   *
   * @param tape computes in its type
   * @param backbone reads the texts
   * @param batch the texts
   * @param adaptation which adapter sits where
   * @param checkpointing whether each layer is computed again for its gradient, which saves memory
   * @return {@code [rows, width]}
   */
  public Variable apply(
      Tape tape, Backbone backbone, TextBatch batch, Adaptation adaptation, boolean checkpointing) {
    return apply(tape, backbone, batch, adaptation, checkpointing, HiddenDropout.NONE);
  }

  /**
   * One vector a text, with dropout inside the base.
   *
   * @param tape computes in its type
   * @param backbone reads the texts
   * @param batch the texts
   * @param asked which adapter sits where
   * @param checkpointing whether each layer is computed again for its gradient, which saves memory
   * @param dropout masks of this pass
   * @return {@code [rows, width]}
   */
  public Variable apply(
      Tape tape,
      Backbone backbone,
      TextBatch batch,
      Adaptation asked,
      boolean checkpointing,
      HiddenDropout dropout) {
    // Here, so that a pooler after the last layer has the same.
    Adaptation adaptation = asked.forPass(backbone, batch, null, tape.dtype());
    return switch (resolve(backbone)) {
      case MEAN, AUTO ->
          sum(tape, backbone, batch, adaptation, checkpointing, dropout, (n, i) -> 1f / n);
      case MEAN_SQRT_LEN ->
          sum(
              tape,
              backbone,
              batch,
              adaptation,
              checkpointing,
              dropout,
              (n, i) -> (float) (1 / Math.sqrt(n)));
      case WEIGHTED_MEAN ->
          sum(
              tape,
              backbone,
              batch,
              adaptation,
              checkpointing,
              dropout,
              (n, i) -> (float) (2.0 * (i + 1) / (n * (n + 1.0))));
      case FIRST ->
          backbone.hiddenAt(tape, batch, batch.firsts(), adaptation, checkpointing, dropout);
      case FIRST_AND_PATCHES -> {
        Variable hidden = backbone.hidden(tape, batch, adaptation, checkpointing, dropout);
        yield MeanTokens.sideBySide(tape, hidden, batch.firstsAndPatches(tape.dtype()), 2);
      }
      case LAST ->
          backbone.hiddenAt(tape, batch, batch.lasts(), adaptation, checkpointing, dropout);
      case CLS -> {
        Variable first =
            backbone.hiddenAt(tape, batch, batch.firsts(), adaptation, checkpointing, dropout);
        Pooler pooler = backbone.pooler();
        yield pooler == null ? first : pooler.apply(tape, first, adaptation);
      }
    };
  }

  private static Variable sum(
      Tape tape,
      Backbone backbone,
      TextBatch batch,
      Adaptation adaptation,
      boolean checkpointing,
      HiddenDropout dropout,
      TextBatch.TokenWeight weight) {
    Variable hidden = backbone.hidden(tape, batch, adaptation, checkpointing, dropout);
    return MeanTokens.apply(tape, hidden, batch.weights(tape.dtype(), weight));
  }
}
