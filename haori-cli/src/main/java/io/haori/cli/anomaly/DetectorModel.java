package io.haori.cli.anomaly;

import picocli.CommandLine.Option;

/** Which detector is meant. */
final class DetectorModel {
  @Option(
      names = "--model",
      paramLabel = "DIR|reg:MODULE",
      required = true,
      description =
          "A folder of haori anomaly fit, or of the registry, for example reg:parts@live.")
  String name;
}
