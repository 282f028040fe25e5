/**
 * Several domains learnt by one model, and many such models learnt side by side on one base: models
 * of each domain alone, of pairs, of all but one, of all.
 *
 * <p>Start at {@link io.haori.training.multidomain.DomainSetTrainer} (trains what was not trained
 * before; a {@code DomainSetQueue} hands the models out to {@code DomainSetWorker}s), {@link
 * io.haori.training.multidomain.Domains} (what is learnt) and {@link
 * io.haori.training.multidomain.DomainSetSettings} (how). One model's training is a {@code
 * DomainSetRun}; {@link io.haori.training.multidomain.study} says what follows from them; how much
 * each domain's loss counts is decided by {@code DomainWeights} and {@code GradientSurgery}.
 */
@NullMarked
package io.haori.training.multidomain;

import org.jspecify.annotations.NullMarked;
