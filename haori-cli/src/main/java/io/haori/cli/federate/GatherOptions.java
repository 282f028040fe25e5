package io.haori.cli.federate;

import io.haori.cli.output.ForceOption;
import io.haori.cli.session.CommonOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands have that gather files of sites: which round, and whose files. */
final class GatherOptions {
  @Parameters(
      index = "0",
      paramLabel = "ROUND",
      description = "Folder of the round, or its name on --server.")
  Path folder;

  @Option(
      names = "--without",
      paramLabel = "SITE",
      split = ",",
      description = "With --server: sites that are left out (default: none).")
  @Nullable List<String> without;

  @Mixin final ForceOption force = new ForceOption();

  @Mixin final RoundOptions server = new RoundOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /**
   * Refuses bad options before anything is read.
   *
   * @param files that were given; null for none
   */
  void check(@Nullable List<Path> files) {
    common.check();
    server.check();
    server.requireFiles(files, without);
  }

  /** Whether a server has the round. */
  boolean isOnServer() {
    return server.server != null;
  }

  /** Sites that are left out. */
  List<String> left() {
    return Objects.requireNonNullElse(without, List.of());
  }
}
