/**
 * Texts in words with one tag each, such as names of people and places. {@link
 * io.haori.inference.task.tagging.TaggingTask} is the task, {@link
 * io.haori.inference.task.tagging.WordTags} what a row says.
 */
@NullMarked
package io.haori.inference.task.tagging;

import org.jspecify.annotations.NullMarked;
