/**
 * What a command runs in: its streams and clock ({@link io.haori.cli.session.CommandContext}), the
 * options that every command has ({@link io.haori.cli.session.CommonOptions}), the engine and the
 * base ({@link io.haori.cli.session.EngineSetup}).
 */
@NullMarked
package io.haori.cli.session;

import org.jspecify.annotations.NullMarked;
