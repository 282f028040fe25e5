/**
 * Versions of modules, which never change: what an adapter folder holds ({@link
 * io.haori.registry.version.FolderContent}), how it came to be ({@link
 * io.haori.registry.version.Origin}), and their rows ({@link
 * io.haori.registry.version.VersionTable}).
 */
@NullMarked
package io.haori.registry.version;

import org.jspecify.annotations.NullMarked;
