package io.haori.cli.session;

import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Progress;
import io.haori.core.check.UserError;
import io.haori.core.files.FolderLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command is given to run in; what it claims is free again when the command has ended.
 *
 * @param context its streams, its clock and, for a registry, its environment
 * @param claims folders that only this command writes meanwhile
 */
public record Session(CommandContext context, List<FolderLock> claims) implements AutoCloseable {
  /** Name of a variable that is {@code json} where a program reads the progress. */
  public static final String PROGRESS = "HAORI_PROGRESS";

  /** Without a claim. */
  public Session(CommandContext context) {
    this(context, new ArrayList<>());
  }

  /** The streams. */
  public Console console() {
    return context.console();
  }

  /** For durations. */
  public InstantSource clock() {
    return context.clock();
  }

  /**
   * Sees to it that nobody else writes a folder until the command has ended.
   *
   * @param out need not exist
   * @throws io.haori.core.check.UserError when another command has claimed it
   * @throws IOException when the lock's file cannot be made
   */
  public void claim(Path out) throws IOException {
    FolderLock lock =
        FolderLock.tryTake(out)
            .orElseThrow(
                () ->
                    new UserError(
                        "--out must be a folder that no other running command writes, got "
                            + out
                            + " (another one does)"));
    claims.add(lock);
  }

  @Override
  public void close() {
    claims.forEach(FolderLock::close);
    claims.clear();
  }

  /**
   * Progress on stderr, unless the user wants quiet.
   *
   * @param common says so
   * @param task what is done, in a word or two
   * @param before units that were done before now
   * @param total units in all
   */
  public Progress progress(CommonOptions common, String task, long before, long total) {
    return "json".equals(context.environment().get(PROGRESS))
        ? Progress.forPrograms(console(), clock(), task, before, total)
        : Progress.of(console(), common.quiet, clock(), task, before, total);
  }

  /** Seconds since a moment. */
  public double secondsSince(Instant start) {
    return Duration.between(start, clock().instant()).toMillis() / 1000.0;
  }

  /** A line on stderr for a person, unless they want quiet. */
  public void note(CommonOptions common, String line) {
    if (!common.quiet) {
      console().err().println(line);
    }
  }
}
