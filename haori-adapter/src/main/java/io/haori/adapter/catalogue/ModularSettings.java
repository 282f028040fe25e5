package io.haori.adapter.catalogue;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.modular.ModularConfig;
import io.haori.adapter.modular.ModularMethod;
import io.haori.adapter.spi.Targets;
import io.haori.core.json.SettingsReader;
import java.util.Map;

/**
 * The choices of a modular module out of settings, under the names that {@link ModularConfig} and
 * {@link LoraConfig} give them. It may sit on every linear layer unless another is given.
 */
final class ModularSettings {
  private ModularSettings() {}

  static ModularMethod read(SettingsReader settings) {
    ModularConfig otherwise = ModularConfig.DEFAULT;
    LoraConfig lora = LoraConfig.DEFAULT;
    ModularConfig config =
        new ModularConfig(
            settings.text("name", otherwise.name()),
            settings.whole("rank", otherwise.rank()),
            settings.whole("startRank", otherwise.startRank()),
            settings.wholePattern("rankPattern", otherwise.rankPattern()),
            settings.wholeLong("budget", otherwise.budget()));
    return new ModularMethod(
        new LoraMethod(
            new LoraConfig(
                config.rank(),
                settings.number("alpha", lora.alpha()),
                settings.number("dropout", lora.dropout()),
                settings.flag("rankStabilized", lora.rankStabilized()),
                settings.number("learningRateRatio", lora.learningRateRatio()),
                Targets.parse(settings.text("targets", Targets.ALL_LINEAR)),
                Map.of(),
                settings.numberPattern("alphaPattern", lora.alphaPattern()))),
        config);
  }
}
