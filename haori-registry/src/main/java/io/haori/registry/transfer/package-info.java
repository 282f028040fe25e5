/**
 * Registries as wholes: {@link io.haori.registry.transfer.Backup} writes one into a file, {@link
 * io.haori.registry.transfer.Restoration} makes one of it, and {@link
 * io.haori.registry.transfer.RegistryImport} takes modules of one into another.
 */
@NullMarked
package io.haori.registry.transfer;

import org.jspecify.annotations.NullMarked;
