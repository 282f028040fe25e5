package io.haori.adapter.catalogue;

import io.haori.adapter.dora.BidoraConfig;
import io.haori.core.json.SettingsReader;

/**
 * BiDoRA's choices out of settings, under the names that {@link BidoraConfig} gives them, besides
 * those of its layers.
 */
final class BidoraSettings {
  private BidoraSettings() {}

  static BidoraConfig read(SettingsReader settings) {
    BidoraConfig otherwise = BidoraConfig.DEFAULT;
    return new BidoraConfig(
        DoraSettings.read(settings, otherwise.dora()),
        settings.number("outerShare", otherwise.outerShare()),
        settings.whole("unroll", otherwise.unroll()),
        settings.choice("hypergradient", otherwise.hypergradient()),
        settings.number("penalty", otherwise.penalty()),
        settings.number("upperRate", otherwise.upperRate()),
        settings.whole("lastEpochs", otherwise.lastEpochs()),
        settings.number("lastRate", otherwise.lastRate()),
        settings.choice("lastStart", otherwise.lastStart()));
  }
}
