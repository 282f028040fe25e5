/**
 * Sites that learn one model together and show each other numbers of modules, never a row.
 *
 * <p>A round is a folder ({@link io.haori.training.federated.RoundFolder}) that every site gets by
 * whatever way files travel. Each site fits the round's model to its own rows ({@link
 * io.haori.training.federated.SiteFit}) and hands in one signed file ({@link
 * io.haori.training.federated.UpdateFile}); {@link io.haori.training.federated.RoundMerge} makes
 * the next round of these. Start at {@link io.haori.training.federated.Round}.
 */
@NullMarked
package io.haori.training.federated;

import org.jspecify.annotations.NullMarked;
