package io.haori.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Commands of sites that learn together on a tiny base.
 *
 * @param folder in which all files are
 * @param base of the rounds
 */
record RoundCommands(Path folder, Path base) {
  /** The path of a file. */
  String at(String name) {
    return folder.resolve(name).toString();
  }

  /** Writes round 0 of a fit that takes no time. */
  Cli init(String out, String... more) {
    List<String> usual =
        List.of(
            "federate",
            "init",
            "--base",
            base.toString(),
            "--rank",
            "2",
            "--epochs",
            "1",
            "--max-length",
            "16",
            "--out",
            at(out));
    return Cli.run(Stream.concat(usual.stream(), Stream.of(more)).toArray(String[]::new));
  }
}
