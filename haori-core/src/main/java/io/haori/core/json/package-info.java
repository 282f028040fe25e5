/**
 * Strict reading of small JSON files that others wrote: start at {@link
 * io.haori.core.json.JsonFile}. Duplicate keys, bad UTF-8 and oversized files are the user's
 * mistakes, reported in one sentence that begins with the file's name.
 */
@NullMarked
package io.haori.core.json;

import org.jspecify.annotations.NullMarked;
