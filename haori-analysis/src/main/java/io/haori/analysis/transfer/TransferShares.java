package io.haori.analysis.transfer;

/**
 * What learning together does to the scores of a domain's samples, as means over samples and seeds:
 *
 * <pre>{@code joint − independent = transfer − interference}</pre>
 *
 * Of right and wrong answers these are the accuracies and the shares of samples that only one of
 * the models has right; of losses, {@code transfer} is the mean over all samples of what the loss
 * falls by where it falls, {@code interference} of what it rises by where it rises.
 *
 * @param independent mean score of the model alone
 * @param joint mean score of the joint model
 * @param transfer mean of what samples win, at least 0
 * @param interference mean of what samples lose, at least 0
 */
public record TransferShares(
    double independent, double joint, double transfer, double interference) {
  /** {@code transfer − interference}, which is the difference of the scores. */
  public double gain() {
    return transfer - interference;
  }
}
