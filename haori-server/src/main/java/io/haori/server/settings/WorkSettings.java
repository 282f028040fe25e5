package io.haori.server.settings;

import static io.haori.core.check.Check.require;

import java.nio.file.Path;
import java.util.List;

/**
 * What a server may do besides answering: take data and run jobs on them.
 *
 * @param folder where data and jobs are kept; no request reaches any other part of the disk
 * @param command the program that runs a job, with its first arguments; those of the job follow
 * @param threads of one operation of a job
 * @param uploadBytes of one upload
 * @param totalBytes of all data together
 */
public record WorkSettings(
    Path folder, List<String> command, int threads, long uploadBytes, long totalBytes) {
  /** The folder unless another one is chosen. */
  public static final String DEFAULT_FOLDER = "haori-work";

  /** In megabytes. */
  public static final int DEFAULT_UPLOAD = 100;

  private static final long MEGABYTE = 1 << 20;
  private static final long DEFAULT_TOTAL_BYTES = 20_000 * MEGABYTE;

  /** Checks the bounds. */
  public WorkSettings {
    require(threads >= 1, "work.threads", "at least 1", threads);
    require(uploadBytes >= 1, "work.uploadBytes", "at least 1", uploadBytes);
    require(totalBytes >= 1, "work.totalBytes", "at least 1", totalBytes);
    command = List.copyOf(command);
    require(!command.isEmpty(), "work.command", "a program", "nothing");
  }

  /**
   * With the usual bounds.
   *
   * @param folder where data and jobs are kept
   * @param command the program that runs a job
   */
  public static WorkSettings usual(Path folder, List<String> command) {
    return new WorkSettings(
        folder, command, usualThreads(), DEFAULT_UPLOAD * MEGABYTE, DEFAULT_TOTAL_BYTES);
  }

  /** Half of the processors, so that requests are answered meanwhile. */
  public static int usualThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /** The same with another number of threads. */
  public WorkSettings withThreads(int newThreads) {
    return new WorkSettings(folder, command, newThreads, uploadBytes, totalBytes);
  }

  /** The same with other bounds on data, in bytes. */
  public WorkSettings withBytes(long newUploadBytes, long newTotalBytes) {
    return new WorkSettings(folder, command, threads, newUploadBytes, newTotalBytes);
  }
}
