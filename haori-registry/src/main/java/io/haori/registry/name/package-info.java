/**
 * How modules, their versions and the places where they are live are called: start at {@link
 * io.haori.registry.name.ModuleReference}.
 */
@NullMarked
package io.haori.registry.name;

import org.jspecify.annotations.NullMarked;
