/**
 * Asks a Haori server from Java. Start at {@link io.haori.client.HaoriClient}; where the server is
 * and how patient the client is, says {@link io.haori.client.ClientSettings}; what goes wrong is a
 * {@link io.haori.client.ProblemException}.
 *
 * <pre>{@code
 * HaoriClient client =
 *     new HaoriClient(ClientSettings.of("https://haori.example:8443").withToken(token));
 * Classified answer = client.classify(Asked.model("food@live"), List.of("a rich soup"));
 * System.out.println(answer.rows().get(0).label() + " from " + answer.by().digest());
 * }</pre>
 */
@NullMarked
package io.haori.client;

import org.jspecify.annotations.NullMarked;
