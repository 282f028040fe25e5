/**
 * The modules of a registry over HTTP.
 *
 * <pre>{@code
 * ServerSettings settings = ServerSettings.usual().withPort(8080);
 * try (HaoriServer server = HaoriServer.start(settings, registry, bases)) {
 *   System.out.println(server.url());
 * }
 * }</pre>
 *
 * <p>Start at {@link io.haori.server.HaoriServer}, then {@code io.haori.server.api} (what is asked
 * and answered), {@code io.haori.server.watch} (which version a name means at this moment), {@code
 * io.haori.server.engine} (versions in memory and the queue in which rows of all of them share
 * passes) and {@code io.haori.server.auth} (who may do what).
 */
@NullMarked
package io.haori.server;

import org.jspecify.annotations.NullMarked;
