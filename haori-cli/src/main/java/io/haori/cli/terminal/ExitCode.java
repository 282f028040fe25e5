package io.haori.cli.terminal;

/** What a run returns to the shell. */
public final class ExitCode {
  /** The work is done. */
  public static final int DONE = 0;

  /** A fault of ours. */
  public static final int INTERNAL = 1;

  /** Invalid input or option, which the user can fix. */
  public static final int USER = 2;

  /** Ctrl-C: the work is saved and can be resumed. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
