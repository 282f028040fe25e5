/**
 * Data as they were read, as JSON that another machine makes equal data of. Start at {@link
 * io.haori.training.data.json.DataJson}.
 */
@NullMarked
package io.haori.training.data.json;

import org.jspecify.annotations.NullMarked;
