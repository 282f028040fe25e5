package io.haori.inference.folder;

import io.haori.tensor.quant.BasePrecision;
import java.util.Optional;

/**
 * A use of an adapter on a base that is kept in another way than in training.
 *
 * @param trained how it was kept in training
 * @param kept how it is kept now
 * @param measured what that does, as far as the adapter's folder says it
 */
public record OtherBase(
    BasePrecision trained, BasePrecision kept, Optional<BaseDifference> measured) {
  /**
   * A warning.
   *
   * @param adapter what it is about
   * @return one sentence without a full stop; what it says where nothing was measured can be added
   *     to
   */
  public String words(String adapter) {
    String both =
        adapter
            + " was trained on a base kept as "
            + trained.id()
            + " and is used on one kept as "
            + kept.id();
    return both
        + measured
            .map(found -> ": measured after the training, " + found.words())
            .orElse(": its scores may differ");
  }
}
