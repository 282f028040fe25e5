/**
 * What is in rows, and what is doubtful about them: {@link
 * io.haori.training.data.summary.DataSummary} of texts and labels, {@link
 * io.haori.training.data.summary.ImageSummary} of pictures, each with {@link
 * io.haori.training.data.summary.DataWarning}s for a person.
 */
@NullMarked
package io.haori.training.data.summary;

import org.jspecify.annotations.NullMarked;
