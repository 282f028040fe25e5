/** Commands that ask a Haori server in place of loading a base: {@code --server}. */
@NullMarked
package io.haori.cli.remote;

import org.jspecify.annotations.NullMarked;
