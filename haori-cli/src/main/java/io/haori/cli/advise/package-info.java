/** {@code haori advise}: what to try first, what it will take, and whether it pays. */
@NullMarked
package io.haori.cli.advise;

import org.jspecify.annotations.NullMarked;
