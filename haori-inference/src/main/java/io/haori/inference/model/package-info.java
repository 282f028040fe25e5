/**
 * A base with an adapter and heads: text in, answers out. Start at {@link
 * io.haori.inference.model.TextBase} (a loaded base) and {@link io.haori.inference.model.TextModel}
 * (a base fitted to a task).
 *
 * <pre>{@code
 * try (TextBase base = TextBase.open("minilm");
 *     TextModel model = AdapterFolder.load(folder, base)) {
 *   System.out.println(model.predict("pump leaks at the seal").label());
 * }
 * }</pre>
 */
@NullMarked
package io.haori.inference.model;

import org.jspecify.annotations.NullMarked;
