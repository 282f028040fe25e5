/**
 * {@code haori federate}: sites learn one model together and exchange modules, never rows. Start at
 * {@link io.haori.cli.federate.FederateJoinCommand}; the work is done in {@code
 * io.haori.training.federated}.
 */
@NullMarked
package io.haori.cli.federate;

import org.jspecify.annotations.NullMarked;
