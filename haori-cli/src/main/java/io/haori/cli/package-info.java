/**
 * The command line: {@link io.haori.cli.Main} turns arguments into one command's run and its
 * outcome into an exit code and a sentence. Start there, then read {@link
 * io.haori.cli.session.CommonOptions} (what every command takes) and one command. How things are
 * shown is in {@code io.haori.cli.terminal}.
 */
@NullMarked
package io.haori.cli;

import org.jspecify.annotations.NullMarked;
