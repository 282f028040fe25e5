package io.haori.adapter.combine;

/**
 * What can be chosen for a gate.
 *
 * @param kind what the gate looks at
 * @param learningRate the highest learning rate of AdamW when the user chooses none; the gate's
 *     numbers are logarithms of shares
 */
public record GateConfig(Kind kind, double learningRate) {
  /** What a gate looks at. */
  public enum Kind {
    /** Nothing: each layer has the same shares for all texts of the task. */
    TASK,
    /** The layer's input: each token of each text has its own shares. */
    INPUT
  }

  /** Shares for the task. */
  public static final GateConfig DEFAULT = new GateConfig(Kind.TASK, 3e-2);

  /** The same looking at something else. */
  public GateConfig withKind(Kind newKind) {
    return new GateConfig(newKind, learningRate);
  }
}
