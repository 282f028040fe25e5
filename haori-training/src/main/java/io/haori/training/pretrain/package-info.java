/**
 * Domain-adaptive pre-training: modules learnt from texts without labels, all domains at once.
 *
 * <p>Start at {@link io.haori.training.pretrain.Pretrainer}; {@link
 * io.haori.training.pretrain.DomainCorpus} is what goes in, {@link
 * io.haori.training.pretrain.ModuleFolder} what comes out. What is learnt is an {@code Objective}:
 * {@code MaskedLanguageObjective} or {@code ContrastiveObjective}.
 */
@NullMarked
package io.haori.training.pretrain;

import org.jspecify.annotations.NullMarked;
