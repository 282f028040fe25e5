package io.haori.cli.pretrain;

import io.haori.cli.output.HaoriFiles;
import io.haori.cli.output.OutFolder;
import io.haori.core.check.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Protects what is in the folder of {@code pretrain --out}, which gets one folder a domain. */
final class PretrainOut {
  private PretrainOut() {}

  /**
   * Refuses to learn what is there already, and a folder with anything but modules in it. Modules
   * of other names are never touched, so a domain may be added to them.
   *
   * @param out as given with {@code --out}
   * @param names of the folders that the run will write
   * @param force whether modules of these names may be replaced
   * @param resume whether an interrupted run is to be continued
   * @throws UserError that says what is there and what helps
   * @throws IOException when a folder cannot be listed
   */
  static void check(Path out, Collection<String> names, boolean force, boolean resume)
      throws IOException {
    List<String> present = OutFolder.requirePlace(out);
    boolean ours = present.stream().map(out::resolve).anyMatch(PretrainOut::isOurs);
    for (String name : present) {
      Path entry = out.resolve(name);
      if (names.contains(name)) {
        if (HaoriFiles.names(entry).isEmpty() && Files.isDirectory(entry)) {
          continue;
        }
        if (!force && !resume) {
          throw known(out, entry, name);
        }
        // A base that was trained as a whole has no mark of Haori's but its name.
        boolean known = isOurs(entry);
        OutFolder.requireOurs(
            entry, force ? "--force" : "--resume", HaoriFiles.foreign(entry, known));
      } else if (!ours || (!force && !resume && !isOurs(entry))) {
        throw OutFolder.refused(
            out, present, ours ? "; --force leaves what is not of its --corpus" : "");
      }
    }
  }

  private static UserError known(Path out, Path entry, String name) throws IOException {
    if (isBase(entry)) {
      return new UserError(
          "--out must be a folder without " + name + ", got " + out + "; --force replaces it");
    }
    if (!HaoriFiles.isModule(entry)) {
      return OutFolder.refused(entry, HaoriFiles.names(entry), "");
    }
    boolean done = Files.exists(entry.resolve("haori.json"));
    return new UserError(
        "--out must be a folder without "
            + (done ? "the module " : "a run of ")
            + name
            + ", got "
            + out
            + (done
                ? "; --resume keeps it and learns the others, --force replaces it"
                : "; --resume continues it, --force begins anew"));
  }

  private static boolean isOurs(Path entry) {
    return HaoriFiles.isModule(entry) || isBase(entry);
  }

  private static boolean isBase(Path entry) {
    return String.valueOf(entry.getFileName()).startsWith(SequentialRun.ORDER)
        && Files.exists(entry.resolve("model.safetensors"));
  }
}
