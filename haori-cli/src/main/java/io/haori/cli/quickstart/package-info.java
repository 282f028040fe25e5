/** {@code haori quickstart}: the main job on the embedded example. */
@NullMarked
package io.haori.cli.quickstart;

import org.jspecify.annotations.NullMarked;
