/**
 * What can be chosen for a server, with the defaults; {@link
 * io.haori.server.settings.ServerSettings} holds all of it.
 */
@NullMarked
package io.haori.server.settings;

import org.jspecify.annotations.NullMarked;
