/**
 * Training at two levels on two parts of the training rows: one set of parameters learns on the
 * inner part, the other learns on the outer part what the first one's next step would lead to.
 *
 * <p>Start at {@link io.haori.training.bilevel.BiLevelTraining}; the upper level's step is in
 * {@link io.haori.training.bilevel.UpperLevel}. Which parameters belong to which level a method
 * says as {@link io.haori.adapter.spi.TrainingStrategy.BiLevel}; nothing else of it is known here.
 */
@NullMarked
package io.haori.training.bilevel;

import org.jspecify.annotations.NullMarked;
