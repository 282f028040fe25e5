/**
 * Adapters out of a folder or a registry, for all commands that read or register one: start at
 * {@link io.haori.cli.registry.AdapterOptions} and {@link io.haori.cli.registry.RegistryAddress}.
 */
@NullMarked
package io.haori.cli.registry;

import org.jspecify.annotations.NullMarked;
