/**
 * Texts in words with one tag each, such as names of people and positions. {@link
 * io.haori.inference.task.tagging.TaggingTask} is the task, {@link
 * io.haori.inference.task.tagging.WordTags} what a row says.
 *
 * <pre>{@code
 * {"tokens": ["Anna", "is", "in", "Oslo"], "tags": ["B-PER", "O", "O", "B-LOC"]}    // of a file
 * Row row = Row.ofWords(List.of("in", "Oslo"), new WordTags(List.of("O", "B-LOC")));
 * }</pre>
 */
@NullMarked
package io.haori.inference.task.tagging;

import org.jspecify.annotations.NullMarked;
