/**
 * Adapter folders on disk: {@link io.haori.inference.folder.AdapterFolder} saves and loads those of
 * Haori, {@link io.haori.inference.folder.ForeignFolder} reads those of PEFT, {@link
 * io.haori.inference.folder.HaoriJson} is what {@code haori.json} says.
 *
 * <pre>{@code
 * HaoriJson said = AdapterFolder.describe(folder);   // without an engine and without the base
 * System.out.println(said.method() + " " + said.methodSettings() + " on " + said.baseName());
 * try (TextBase base = TextBase.open(said.baseName());
 *     TextModel model = AdapterFolder.load(folder, base)) { // refused on another base
 *   System.out.println(model.predict("a rich soup thickened with okra").label());
 *   AdapterFolder.save(copy, model, provenance);
 * }
 * }</pre>
 */
@NullMarked
package io.haori.inference.folder;

import org.jspecify.annotations.NullMarked;
