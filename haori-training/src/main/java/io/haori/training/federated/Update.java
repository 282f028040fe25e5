package io.haori.training.federated;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.Heads;
import io.haori.training.privacy.NoisySteps;
import org.jspecify.annotations.Nullable;

/**
 * What one site learnt in a round. Owns module and heads.
 *
 * @param site its name
 * @param rows training rows that it learnt from
 * @param key public key that the file is signed with, in Base64
 * @param noise of the site's steps; null when it learnt without noise
 * @param module the whole module, not a difference from the round's
 * @param heads one head for the labels that the site knows
 */
public record Update(
    String site,
    int rows,
    String key,
    @Nullable NoisySteps noise,
    AdapterModule module,
    Heads heads)
    implements AutoCloseable {
  @Override
  public void close() {
    module.close();
    heads.close();
  }
}
