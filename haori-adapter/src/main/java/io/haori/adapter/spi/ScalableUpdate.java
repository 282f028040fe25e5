package io.haori.adapter.spi;

/** A layer whose change of the frozen weight can be multiplied, exactly. */
public interface ScalableUpdate {
  /**
   * Multiplies the change.
   *
   * @param factor finite
   */
  void multiplyUpdate(double factor);
}
