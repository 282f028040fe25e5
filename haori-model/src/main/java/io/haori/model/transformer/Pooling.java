package io.haori.model.transformer;

import io.haori.check.UserError;
import io.haori.tensor.grad.MeanTokens;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.Locale;

/** How the hidden states of a text's tokens become one vector. */
public enum Pooling {
  /** The pooler where the base has one, else the mean. */
  AUTO,
  /** The first token, through the base's pooler where it has one. */
  CLS,
  /** The mean over the text's tokens. */
  MEAN;

  /**
   * Reads a choice as the user writes it.
   *
   * @param setting name of the setting, for the message
   * @param text {@code auto}, {@code cls} or {@code mean}
   */
  public static Pooling parse(String setting, String text) {
    return Arrays.stream(values())
        .filter(choice -> choice.word().equals(text))
        .findFirst()
        .orElseThrow(() -> new UserError(setting + " must be one of auto, cls, mean, got " + text));
  }

  /** As the user writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** This choice for a base: never {@link #AUTO}. */
  public Pooling resolve(Encoder encoder) {
    return this != AUTO ? this : encoder.pooler() == null ? MEAN : CLS;
  }

  /**
   * One vector a text.
   *
   * @param tape computes in its type
   * @param encoder reads the texts
   * @param batch the texts
   * @param adaptation which adapter sits where
   * @param checkpointing whether each layer is computed again for its gradient, which saves memory
   * @return {@code [rows, hidden]}
   */
  public Variable apply(
      Tape tape, Encoder encoder, TextBatch batch, Adaptation adaptation, boolean checkpointing) {
    return apply(tape, encoder, batch, adaptation, checkpointing, HiddenDropout.NONE);
  }

  /**
   * One vector a text, with dropout inside the base.
   *
   * @param tape computes in its type
   * @param encoder reads the texts
   * @param batch the texts
   * @param adaptation which adapter sits where
   * @param checkpointing whether each layer is computed again for its gradient, which saves memory
   * @param dropout masks of this pass
   * @return {@code [rows, hidden]}
   */
  public Variable apply(
      Tape tape,
      Encoder encoder,
      TextBatch batch,
      Adaptation adaptation,
      boolean checkpointing,
      HiddenDropout dropout) {
    if (resolve(encoder) == MEAN) {
      Variable hidden = encoder.hidden(tape, batch, adaptation, checkpointing, dropout);
      return MeanTokens.apply(tape, hidden, batch.meanWeights(tape.dtype()));
    }
    Variable first =
        encoder.hiddenAt(tape, batch, batch.firsts(), adaptation, checkpointing, dropout);
    Pooler pooler = encoder.pooler();
    return pooler == null ? first : pooler.apply(tape, first, adaptation);
  }
}
