/**
 * What moves parameters: the optimizer and the schedule of its learning rate.
 *
 * <p>Start at {@link io.haori.training.optim.AdamW}, which keeps all parameters in one flat array,
 * then {@link io.haori.training.optim.ParameterGroup} for what may differ between parameters, and
 * {@link io.haori.training.optim.Schedule}.
 */
@NullMarked
package io.haori.training.optim;

import org.jspecify.annotations.NullMarked;
