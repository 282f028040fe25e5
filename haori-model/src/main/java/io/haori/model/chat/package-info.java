/**
 * Conversations as a decoder reads them. Start at {@link io.haori.model.chat.Conversation}, what
 * was said, then {@link io.haori.model.chat.ChatTemplate}, which writes it as the text that the
 * base was trained on, by the template in the base's own folder.
 */
@NullMarked
package io.haori.model.chat;

import org.jspecify.annotations.NullMarked;
