package io.haori.cli.registry;

import io.haori.registry.name.Place;
import picocli.CommandLine.Option;

/** For which task or site. */
public final class PlaceOption {
  @Option(
      names = "--for",
      paramLabel = "PLACE",
      defaultValue = "",
      description = "The task or site that is meant (default: everywhere).")
  public String place;

  public Place place() {
    return new Place(place);
  }
}
