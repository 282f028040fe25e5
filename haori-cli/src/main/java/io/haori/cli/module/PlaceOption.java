package io.haori.cli.module;

import io.haori.registry.name.Place;
import picocli.CommandLine.Option;

/** For which task or site. */
final class PlaceOption {
  @Option(
      names = "--for",
      paramLabel = "PLACE",
      defaultValue = "",
      description = "The task or site that is meant (default: everywhere).")
  String place;

  Place place() {
    return new Place(place);
  }
}
