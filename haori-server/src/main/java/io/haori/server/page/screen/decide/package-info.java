/**
 * Screens on which somebody decides what becomes live: a version with its evidence, trials, and
 * modules that act together. Start at {@link io.haori.server.page.screen.decide.VersionScreen}.
 */
@NullMarked
package io.haori.server.page.screen.decide;

import org.jspecify.annotations.NullMarked;
