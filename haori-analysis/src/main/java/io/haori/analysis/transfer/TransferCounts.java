package io.haori.analysis.transfer;

/**
 * Test samples counted by what became of them. With whole numbers the identity
 *
 * <pre>{@code accuracy(joint) − accuracy(independent) = transfer − interference}</pre>
 *
 * holds to the last bit: both sides are the same whole number over the same number of samples.
 *
 * @param bothRight samples right alone and together
 * @param transferred samples wrong alone, right together
 * @param interfered samples right alone, wrong together
 * @param bothWrong samples wrong alone and together
 */
public record TransferCounts(long bothRight, long transferred, long interfered, long bothWrong) {
  /** Checks that something was counted. */
  public TransferCounts {
    if (bothRight < 0 || transferred < 0 || interfered < 0 || bothWrong < 0) {
      throw new IllegalArgumentException("counts must be at least 0");
    }
    if (bothRight + transferred + interfered + bothWrong == 0) {
      throw new IllegalArgumentException("there must be at least one sample");
    }
  }

  /** All samples, each once a seed. */
  public long samples() {
    return bothRight + transferred + interfered + bothWrong;
  }

  /** Samples that the model alone has right. */
  public long independentRight() {
    return bothRight + interfered;
  }

  /** Samples that the joint model has right. */
  public long jointRight() {
    return bothRight + transferred;
  }

  /** Accuracy of the model alone, in [0, 1]. */
  public double independent() {
    return share(independentRight());
  }

  /** Accuracy of the joint model, in [0, 1]. */
  public double joint() {
    return share(jointRight());
  }

  /** Share of samples wrong alone and right together, in [0, 1]. */
  public double transfer() {
    return share(transferred);
  }

  /** Share of samples right alone and wrong together, in [0, 1]. */
  public double interference() {
    return share(interfered);
  }

  /** {@code transfer − interference}, which is the difference of the accuracies. */
  public double gain() {
    long byKind = transferred - interfered;
    long byAccuracy = jointRight() - independentRight();
    if (byKind != byAccuracy) {
      throw new IllegalStateException(
          "transfer less interference is " + byKind + ", the accuracies differ by " + byAccuracy);
    }
    return share(byKind);
  }

  private double share(long count) {
    return (double) count / samples();
  }
}
