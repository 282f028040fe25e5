package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.HeadChoice;
import io.haori.training.pretrain.PretrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The help page about runs as data names every setting, with its default, and no other. */
class SettingsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "help", "describe-a-run-as-data.md");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final AdapterMethod LORA = MethodCatalogue.create("lora", Map.of());

  @Test
  void hasEverySettingOfAFit() throws IOException {
    Map<String, Object> settings = withoutMethod(TuneSettings.of(LORA).byName());
    settings.put("training.learningRate", "the method's");
    settings.put("training.headLearningRateRatio", "the method's");
    assertThat(section("A fit")).isEqualTo(texts(settings));
  }

  @Test
  void hasEverySettingOfEachMethod() throws IOException {
    Map<String, Object> settings = new TreeMap<>();
    for (String name : MethodCatalogue.names()) {
      Map<String, Object> defaults = MethodCatalogue.create(name, Map.of()).settings();
      for (String setting : MethodCatalogue.settings(name)) {
        settings.put(name + "." + setting, defaults.getOrDefault(setting, "none"));
      }
    }
    assertThat(section("Methods")).isEqualTo(texts(settings));
  }

  @Test
  void hasEverySettingOfSeveralDomains() throws IOException {
    TuneSettings tune = TuneSettings.of(LORA);
    Map<String, Object> settings =
        new DomainSetSettings(
                tune,
                DomainSetSettings.DEFAULT_WEIGHTING,
                DomainSetSettings.DEFAULT_TEMPERATURE,
                HeadChoice.OWN)
            .byName();
    settings.keySet().removeAll(tune.byName().keySet());
    assertThat(section("Several domains")).isEqualTo(texts(settings));
  }

  @Test
  void hasEverySettingOfPreTraining() throws IOException {
    assertThat(section("Pre-training"))
        .isEqualTo(texts(withoutMethod(PretrainSettings.of(LORA).byName())));
  }

  private static Map<String, Object> withoutMethod(Map<String, Object> settings) {
    settings.keySet().removeIf(name -> name.startsWith("lora."));
    settings.put("method", "must be given");
    settings.put("precision", "the fastest of the processor");
    return settings;
  }

  private static Map<String, String> texts(Map<String, Object> settings) {
    Map<String, String> texts = new TreeMap<>();
    settings.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    return texts;
  }

  /** The defaults in the table under a heading, by name. */
  private static Map<String, String> section(String heading) throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        inside = line.equals("## " + heading);
      } else if (inside && line.startsWith("| `")) {
        String[] cells = line.split("\\|", -1);
        NAME.matcher(cells[1])
            .results()
            .forEach(name -> assertThat(defaults.put(name.group(1), cells[2].strip())).isNull());
      }
    }
    return defaults;
  }
}
