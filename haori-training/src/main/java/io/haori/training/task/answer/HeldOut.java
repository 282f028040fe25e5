package io.haori.training.task.answer;

/**
 * What a model says of labelled rows that it was not trained on. The rows may be validation rows,
 * or all rows by cross-validation, each answered by a model that had not seen it; its distance is
 * then measured among the vectors of that model's training rows.
 *
 * @param logits {@code [n][classes]} scores before they become probabilities
 * @param classes {@code [n]} the right class of each
 * @param distances {@code [n]} how far each is from the training rows, as {@link
 *     io.haori.analysis.calibration.UnknownScore} measures it
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record HeldOut(double[][] logits, int[] classes, double[] distances) {
  /** Checks that there is one of each a row. */
  public HeldOut {
    if (logits.length != classes.length || logits.length != distances.length) {
      throw new IllegalArgumentException(
          logits.length + " scores, " + classes.length + " classes, " + distances.length);
    }
  }
}
