/**
 * Strict reading of small JSON files that others wrote: start at {@link
 * io.haori.core.json.JsonFile}. Duplicate keys, bad UTF-8 and oversized files are the user's
 * mistakes, reported in one sentence that begins with the file's name.
 *
 * <p>Settings as data: {@link io.haori.core.json.JsonSettings} writes them as one flat object,
 * {@link io.haori.core.json.SettingsReader} reads them by name and refuses what does not exist.
 */
@NullMarked
package io.haori.core.json;

import org.jspecify.annotations.NullMarked;
