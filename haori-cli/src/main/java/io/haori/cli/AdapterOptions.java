package io.haori.cli;

import io.haori.cli.module.CheckedOut;
import io.haori.cli.module.RegistryPlace;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which adapter is meant: a folder, or a version of a registry. */
final class AdapterOptions {
  @Option(
      names = "--adapter",
      paramLabel = "DIR|reg:MODULE",
      required = true,
      description = "From tune or mix, or of the registry, for example reg:food@live.")
  String adapter;

  @Mixin final RegistryPlace registry = new RegistryPlace();

  /**
   * The folder to load from.
   *
   * @param session what the command runs in
   */
  CheckedOut open(Session session) {
    return CheckedOut.of(adapter, registry, session.desk());
  }
}
