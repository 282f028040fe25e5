package io.haori.adapter.catalogue;

import io.haori.adapter.dora.DoraConfig;
import io.haori.adapter.spi.Targets;
import io.haori.core.json.SettingsReader;

/** DoRA's choices out of settings, under the names that {@link DoraConfig} gives them. */
final class DoraSettings {
  private DoraSettings() {}

  static DoraConfig read(SettingsReader settings) {
    return read(settings, DoraConfig.DEFAULT);
  }

  static DoraConfig read(SettingsReader settings, DoraConfig otherwise) {
    return new DoraConfig(
        settings.whole("rank", otherwise.rank()),
        settings.number("alpha", otherwise.alpha()),
        settings.number("dropout", otherwise.dropout()),
        settings.flag("rankStabilized", otherwise.rankStabilized()),
        settings.number("learningRateRatio", otherwise.learningRateRatio()),
        Targets.parse(settings.text("targets", otherwise.targets().toString())),
        settings.wholePattern("rankPattern", otherwise.rankPattern()),
        settings.numberPattern("alphaPattern", otherwise.alphaPattern()),
        settings.choice("gradient", otherwise.gradient()));
  }
}
