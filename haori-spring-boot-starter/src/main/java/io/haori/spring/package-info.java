/**
 * Haori in a Spring Boot application: {@link io.haori.core.text.Classifier} and {@link
 * io.haori.core.text.Embedder} as beans, of a server or in the process, with a health indicator and
 * metrics. Start at {@link io.haori.spring.HaoriProperties}.
 *
 * <pre>{@code
 * haori.server.url=https://haori.example:8443
 * haori.server.token=${HAORI_TOKEN}
 * haori.model=tickets@live
 * }</pre>
 */
@NullMarked
package io.haori.spring;

import org.jspecify.annotations.NullMarked;
