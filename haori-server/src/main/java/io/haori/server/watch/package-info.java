/**
 * Which version a name means at this moment: {@link io.haori.server.watch.RegistryWatch} looks at
 * the registry a few times a second, {@link io.haori.server.watch.ModuleDirectory} is what it saw
 * last.
 */
@NullMarked
package io.haori.server.watch;

import org.jspecify.annotations.NullMarked;
