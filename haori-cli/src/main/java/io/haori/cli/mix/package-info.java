/**
 * {@code haori mix}: domain modules mixed for a task; start at {@link io.haori.cli.mix.MixCommand}.
 */
@NullMarked
package io.haori.cli.mix;

import org.jspecify.annotations.NullMarked;
