/**
 * {@code haori module}: the registry's commands. {@link io.haori.cli.module.ModuleCommands} lists
 * them, {@link io.haori.cli.registry.RegistryOptions} says which registry is meant.
 */
@NullMarked
package io.haori.cli.module;

import org.jspecify.annotations.NullMarked;
