package io.haori.cli.output;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Protects what is in the folder of {@code --out} already: earlier results and files of others. */
public final class OutFolder {
  /** What helps where only results of Haori's are in the way. */
  static final String FORCE = "; --force replaces what Haori wrote there";

  private static final String RESUME = "; --resume continues the interrupted run";

  /** Up to this many names are all listed. */
  private static final int NAMED = 3;

  private OutFolder() {}

  /**
   * Refuses a place that a result will replace as a whole, when something is in it that must not be
   * lost.
   *
   * @param out as given with {@code --out}
   * @param force whether what Haori wrote there may be replaced
   * @throws UserError that says what is there and what helps
   * @throws IOException when the folder cannot be listed
   */
  public static void requireReplaceable(Path out, boolean force) throws IOException {
    List<String> names = requirePlace(out);
    if (names.isEmpty()) {
      return;
    }
    Optional<String> foreign = HaoriFiles.foreign(out);
    if (!force) {
      boolean helps = foreign.isEmpty();
      throw refused(out, names, helps ? FORCE : "");
    }
    requireOurs(out, "--force", foreign);
  }

  /**
   * The same for a command that continues an interrupted run.
   *
   * @param out as given with {@code --out}
   * @param force whether what Haori wrote there may be replaced
   * @param resume whether an interrupted run is to be continued
   * @throws UserError that says what is there and what helps
   * @throws IOException when the folder cannot be listed
   */
  public static void requireReplaceable(Path out, boolean force, boolean resume)
      throws IOException {
    List<String> names = requirePlace(out);
    boolean unfinished = HaoriFiles.isUnfinished(out);
    if (names.isEmpty() || (!unfinished && !resume)) {
      requireReplaceable(out, force);
      return;
    }
    Optional<String> foreign = HaoriFiles.foreign(out);
    if (resume && !unfinished && !force) {
      throw new UserError(
          "--resume must find an interrupted run in --out, got "
              + out
              + ", which holds "
              + listed(names)
              + (foreign.isEmpty() ? FORCE : ""));
    }
    if (!resume && !force) {
      throw refused(out, names, foreign.isEmpty() ? RESUME + FORCE.replace(";", ",") : "");
    }
    requireOurs(out, resume ? "--resume" : "--force", foreign);
  }

  /**
   * Refuses a place into which files are written, when something is in it. What was not written by
   * Haori stays there.
   *
   * @param out as given with {@code --out}
   * @param force whether what Haori wrote there may be replaced
   * @param marks names of which one at least is in a folder that the command wrote
   * @throws UserError that says what is there and what helps
   * @throws IOException when the folder cannot be listed
   */
  public static void requireFillable(Path out, boolean force, Set<String> marks)
      throws IOException {
    List<String> names = requirePlace(out);
    if (names.isEmpty()) {
      return;
    }
    boolean ours = names.stream().anyMatch(marks::contains);
    if (!force) {
      throw refused(out, names, ours ? FORCE : "");
    }
    if (!ours) {
      throw new UserError(
          "--force must find a result of this command in --out, got "
              + out
              + ", which holds "
              + listed(names));
    }
  }

  /** Refuses a file and a place that cannot be written; gives what is in the folder. */
  public static List<String> requirePlace(Path out) throws IOException {
    require(!Files.exists(out) || Files.isDirectory(out), "--out", "a folder", out + " (a file)");
    requireWritable(out);
    return HaoriFiles.names(out);
  }

  /** Refuses a folder that is to be replaced as a whole and holds what Haori did not write. */
  public static void requireOurs(Path folder, String flag, Optional<String> foreign) {
    if (foreign.isPresent()) {
      throw new UserError(
          flag
              + " must find only what Haori wrote in --out, got "
              + folder
              + ", which holds "
              + foreign.get());
    }
  }

  /**
   * The sentence for a folder with something in it.
   *
   * @param out the folder
   * @param names of what it holds
   * @param cure behind it; may be empty
   */
  public static UserError refused(Path out, List<String> names, String cure) {
    return new UserError(
        "--out must be a new or empty folder, got "
            + out
            + ", which holds "
            + listed(names)
            + cure);
  }

  /** The last part of a folder's path. */
  public static String name(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? folder.toString() : name.toString();
  }

  /** Some names, and how many more there are. */
  static String listed(List<String> names) {
    if (names.size() > NAMED) {
      int more = names.size() - NAMED + 1;
      return String.join(", ", names.subList(0, NAMED - 1)) + " and " + more + " more";
    }
    int last = names.size() - 1;
    return last == 0
        ? names.get(0)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  /**
   * Refuses a place that cannot be written. Results are written beside their place and renamed, so
   * the folder around it counts, which is made where it is missing.
   *
   * @param out as given with {@code --out}
   */
  public static void requireWritable(Path out) {
    Path around = out.toAbsolutePath().normalize().getParent();
    Path folder = around == null ? out.toAbsolutePath() : around;
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".haori-", ".probe"));
    } catch (IOException e) {
      throw new UserError(
          "--out must be in a folder that can be written, got " + out + " (" + reason(e) + ")", e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
  }

  /**
   * Refuses a place with something in it, for files that have names of others and would replace
   * them.
   *
   * @param option that named it
   * @param folder need not exist
   * @throws UserError when it is no folder, or has files
   * @throws IOException when it cannot be listed
   */
  public static void requireNewOrEmpty(String option, Path folder) throws IOException {
    boolean free = !Files.exists(folder) || Files.isDirectory(folder);
    require(free && requirePlace(folder).isEmpty(), option, "a new or empty folder", folder);
  }
}
