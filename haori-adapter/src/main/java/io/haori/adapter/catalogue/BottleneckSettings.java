package io.haori.adapter.catalogue;

import io.haori.adapter.bottleneck.BottleneckConfig;
import io.haori.core.json.SettingsReader;

/** The bottleneck's choices out of settings, under the names that its config gives them. */
final class BottleneckSettings {
  private BottleneckSettings() {}

  static BottleneckConfig read(SettingsReader settings) {
    BottleneckConfig otherwise = BottleneckConfig.DEFAULT;
    return new BottleneckConfig(
        settings.whole("width", otherwise.width()),
        settings.choice("activation", otherwise.activation()),
        settings.choice("places", otherwise.places()));
  }
}
