/**
 * Texts and answers that decoders write, in OpenAI's shapes. Start at {@link
 * io.haori.server.api.write.WritingRoutes}.
 */
@NullMarked
package io.haori.server.api.write;

import org.jspecify.annotations.NullMarked;
