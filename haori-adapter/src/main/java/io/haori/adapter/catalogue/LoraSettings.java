package io.haori.adapter.catalogue;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.spi.Targets;
import io.haori.core.json.SettingsReader;

/** LoRA's choices out of settings, under the names that {@link LoraConfig} gives them. */
final class LoraSettings {
  private LoraSettings() {}

  static LoraConfig read(SettingsReader settings) {
    LoraConfig otherwise = LoraConfig.DEFAULT;
    return new LoraConfig(
        settings.whole("rank", otherwise.rank()),
        settings.number("alpha", otherwise.alpha()),
        settings.number("dropout", otherwise.dropout()),
        settings.flag("rankStabilized", otherwise.rankStabilized()),
        settings.number("learningRateRatio", otherwise.learningRateRatio()),
        Targets.parse(settings.text("targets", otherwise.targets().toString())),
        settings.wholePattern("rankPattern", otherwise.rankPattern()),
        settings.numberPattern("alphaPattern", otherwise.alphaPattern()));
  }
}
