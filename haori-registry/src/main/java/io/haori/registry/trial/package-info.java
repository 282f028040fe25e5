/**
 * Candidates beside what is live: a {@link io.haori.registry.trial.Trial} gives one a share of the
 * traffic or has it answer in the shadow, a {@link io.haori.registry.trial.LiveRule} says from
 * which accuracy on what is live is rolled back; all of it through {@link
 * io.haori.registry.trial.Trials}.
 */
@NullMarked
package io.haori.registry.trial;

import org.jspecify.annotations.NullMarked;
