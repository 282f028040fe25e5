/** Haori's own file of a module, for methods that no other program's format can hold. */
@NullMarked
package io.haori.adapter.file;

import org.jspecify.annotations.NullMarked;
