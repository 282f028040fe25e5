/**
 * Adapter folders on disk: {@link io.haori.inference.folder.AdapterFolder} saves and loads those of
 * Haori, {@link io.haori.inference.folder.ForeignFolder} reads those of PEFT, {@link
 * io.haori.inference.folder.HaoriJson} is what {@code haori.json} says.
 */
@NullMarked
package io.haori.inference.folder;

import org.jspecify.annotations.NullMarked;
