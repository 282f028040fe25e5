package io.haori.cli.federate;

import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.core.check.UserError;
import io.haori.training.federated.UpdateFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who a site is and where what it says is written. */
final class SiteOptions {
  @Option(
      names = "--site",
      paramLabel = "NAME",
      required = true,
      description = "Name of this site, the same in every round.")
  String site;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "Key that this site signs with, made at the first use (default: the site's name in the"
              + " folder '.haori' of the home folder). Keep it: later updates must be signed with"
              + " the same.")
  @Nullable Path key;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Gets the file to hand in.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  /** Refuses a bad name and an output that is there already. */
  void check() {
    UpdateFile.requireName("--site", site);
    requireReplaceable(out, force.force);
  }

  /**
   * Refuses an output that is there already, a folder, and a place that cannot be written, whose
   * folder is made.
   *
   * @param out a file
   * @param replace whether a file may be replaced
   */
  static void requireReplaceable(Path out, boolean replace) {
    if (Files.isDirectory(out) || (Files.exists(out) && !replace)) {
      throw new UserError(
          "--out must be a new file, got "
              + out
              + (Files.isDirectory(out) ? ", a folder" : ", which exists; --force replaces it"));
    }
    OutFolder.requireWritable(out);
  }

  /** The key's file. */
  Path keyFile() {
    return key == null ? Path.of(System.getProperty("user.home"), ".haori", site + ".pem") : key;
  }
}
