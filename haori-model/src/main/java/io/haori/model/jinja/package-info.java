/**
 * The part of the template language Jinja that chat templates of language models are written in,
 * with Python's rules for texts and lists. Start at {@link io.haori.model.jinja.JinjaTemplate}: a
 * template is read once and filled in as often as wanted.
 *
 * <pre>{@code
 * JinjaTemplate.parse("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}")
 *     .render(Map.of("messages", List.of(Map.of("role", "user", "content", "Hello"))), clock);
 * }</pre>
 *
 * <p>A template comes from whoever made the base. It reaches nothing but the values that it is
 * given: there is no way from a value to a class, a file or a process. Its steps, the characters it
 * makes and the depth of its calls are bounded. What is not known is an error, never an empty text,
 * as a prompt that is silently another one would spoil a base's answers.
 *
 * <p>Values are {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@link
 * java.util.List}, {@link java.util.Map}, {@link io.haori.model.jinja.None} and {@link
 * io.haori.model.jinja.Undefined}.
 *
 * <p>Source of the rules: the documentation of Jinja 3 ("Template Designer Documentation"), and the
 * options that Hugging Face's transformers sets: {@code trim_blocks}, {@code lstrip_blocks}, {@code
 * break} and {@code continue}.
 */
@NullMarked
package io.haori.model.jinja;

import org.jspecify.annotations.NullMarked;
