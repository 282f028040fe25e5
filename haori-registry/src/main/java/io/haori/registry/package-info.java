/**
 * Modules as versions that never change: who made what of which data, what is live, who approved
 * it, how to go back, and what may be deleted.
 *
 * <p>Start at {@link io.haori.registry.Registry}, the door, which leads to the {@link
 * io.haori.registry.ModuleCatalogue shelf}, the {@link io.haori.registry.lifecycle.LifeCycle
 * life-cycle}, the {@link io.haori.registry.AccessControl accounts} and the {@link
 * io.haori.registry.Maintenance maintenance}. Every one of them goes through {@link
 * io.haori.registry.ledger.Ledger}, which checks the role and writes the log.
 */
@NullMarked
package io.haori.registry;

import org.jspecify.annotations.NullMarked;
