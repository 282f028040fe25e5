package io.haori.adapter.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.modular.ModularMethod;
import io.haori.adapter.sparse.SparseConfig;
import io.haori.adapter.sparse.SparseMethod;
import io.haori.adapter.sparse.Structure;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.ComponentMethod;
import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonSettings;
import io.haori.testkit.RecordVariants;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method, with each of its settings changed, is the same after a way through JSON. */
class MethodSettingsContractTest {
  private static final RecordVariants VARIANTS =
      new RecordVariants()
          .with(
              Targets.class,
              List.of(
                  Targets.all(),
                  Targets.named(List.of("key", "intermediate.dense")),
                  Targets.matching(".*layer\\.[01]\\.(?:query|key)")))
          .with(
              "DomixConfig.trained",
              List.of(EnumSet.of(DomixConfig.Part.B), EnumSet.of(DomixConfig.Part.P)))
          .with("SparseConfig.stages", stages());

  /** The usual ones, and for each component of a stage some in which it is another. */
  private static List<List<Stage>> stages() {
    Stage top = SparseConfig.USUAL_STAGES.get(1);
    Stage prune = SparseConfig.USUAL_STAGES.get(3);
    List<List<Stage>> all = new ArrayList<>(List.of(SparseConfig.USUAL_STAGES));
    new RecordVariants()
        .of(top)
        .forEach((component, stages) -> stages.forEach(stage -> all.add(List.of(stage, prune))));
    return all;
  }

  static Stream<String> names() {
    return MethodCatalogue.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void comesBackFromJsonWhateverSettingIsChanged(String name) throws JsonProcessingException {
    Map<String, List<AdapterMethod>> variants = new LinkedHashMap<>();
    for (AdapterMethod start : starts(name)) {
      assertThat(throughJson(start)).isEqualTo(start);
      VARIANTS
          .of((Record) start)
          .forEach(
              (component, changed) ->
                  changed.forEach(
                      one ->
                          variants
                              .computeIfAbsent(component, key -> new ArrayList<>())
                              .add(possible((AdapterMethod) one))));
    }
    for (Map.Entry<String, List<AdapterMethod>> component : variants.entrySet()) {
      for (AdapterMethod method : component.getValue()) {
        assertThat(throughJson(method)).as(component.getKey()).isEqualTo(method);
        assertThat(MethodCatalogue.create(name, method.settings()))
            .as(component.getKey())
            .isEqualTo(method);
      }
      assertThat(component.getValue()).as(component.getKey()).isNotEmpty();
    }
  }

  /** The defaults, and where others are usual for a choice, those. */
  private static List<AdapterMethod> starts(String name) {
    AdapterMethod usual = MethodCatalogue.create(name, Map.of());
    return usual instanceof SparseMethod sparse
        ? List.of(usual, SparseMethod.of(sparse.module(), SparseConfig.usual(Structure.NONE)))
        : List.of(usual);
  }

  /** A modular module has its own config's ranks; a sparse one is as much larger as it says. */
  private static AdapterMethod possible(AdapterMethod method) {
    if (method instanceof ModularMethod modular && modular.module() instanceof LoraMethod lora) {
      Map<String, Object> settings = new TreeMap<>(lora.settings());
      settings.remove("rankPattern");
      settings.put("rank", modular.config().rank());
      ComponentMethod module = (ComponentMethod) MethodCatalogue.create("lora", settings);
      return new ModularMethod(module, modular.config());
    }
    if (method instanceof SparseMethod sparse && sparse.config().enlargement() > 1) {
      return SparseMethod.of(sparse.module(), sparse.config());
    }
    return method;
  }

  private static AdapterMethod throughJson(AdapterMethod method) throws JsonProcessingException {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("method", method.name());
    method.settings().forEach((name, value) -> settings.put(method.name() + "." + name, value));
    return JsonSettings.read(json(JsonSettings.of(settings).toString()), MethodCatalogue::read);
  }

  @Test
  void theChoicesOfMixesComeBackWhateverIsChanged() throws JsonProcessingException {
    for (List<DomixConfig> changed : VARIANTS.of(DomixConfig.DEFAULT).values()) {
      assertThat(changed).isNotEmpty();
      for (DomixConfig config : changed) {
        JsonNode json = json(JsonSettings.of(config.byName()).toString());
        assertThat(JsonSettings.read(json, DomixConfig::read)).isEqualTo(config);
      }
    }
    for (List<GateConfig> changed : VARIANTS.of(GateConfig.DEFAULT).values()) {
      assertThat(changed).isNotEmpty();
      for (GateConfig config : changed) {
        JsonNode json = json(JsonSettings.of(config.byName()).toString());
        assertThat(JsonSettings.read(json, GateConfig::read)).isEqualTo(config);
      }
    }
    assertThat(JsonSettings.read(json("{}"), DomixConfig::read)).isEqualTo(DomixConfig.DEFAULT);
    assertThat(JsonSettings.read(json("{}"), GateConfig::read)).isEqualTo(GateConfig.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []                                        | settings must be a JSON object, got []
          {}                                        | method must be one of [frozen, full, bottleneck, lora, dora, bidora, modular, sparse], got nothing
          {"method": 3}                             | method must be a text, got 3
          {"method": "lora", "lora.rnak": 4}        | unknown setting "lora.rnak"; did you mean "lora.rank"? There are "method", "lora.rank", "lora.alpha", "lora.dropout", "lora.rankStabilized", "lora.learningRateRatio", "lora.targets", "lora.rankPattern", "lora.alphaPattern"
          {"method": "lora", "dora.rank": 4}        | unknown setting "dora.rank"; did you mean "lora.rank"? There are "method", "lora.rank", "lora.alpha", "lora.dropout", "lora.rankStabilized", "lora.learningRateRatio", "lora.targets", "lora.rankPattern", "lora.alphaPattern"
          {"method": "frozen", "rank": 4}           | unknown setting "rank"; there is "method"
          {"method": "lora", "lora.rank": "many"}   | lora.rank must be a whole number, got many
          {"method": "lora", "lora.rank": 4.5}      | lora.rank must be a whole number, got 4.5
          {"method": "lora", "lora.rank": null}     | lora.rank must be a whole number, got null
          {"method": "lora", "lora.rank": [4]}      | lora.rank must be a whole number, got [4]
          {"method": "lora", "lora.rank": 3000000000} | lora.rank must be a whole number, got 3000000000
          {"method": "lora", "lora.alpha": true}    | lora.alpha must be a number, got true
          {"method": "lora", "lora.targets": 7}     | lora.targets must be a text, got 7
          {"method": "lora", "lora.targets": null}  | lora.targets must be a text, got null
          {"method": "lora", "lora.rankStabilized": 1} | lora.rankStabilized must be true or false, got 1
          {"method": "dora", "dora.gradient": 1}    | dora.gradient must be one of [detached, full], got 1
          {"method": "sparse", "sparse.stages": "top:2:1:0:2;prune"} | top share of stage top must be in [0, 1], got 2.0
          """)
  void refusesInOneSentence(String text, String sentence) throws JsonProcessingException {
    JsonNode json = json(text);
    assertThatThrownBy(() -> JsonSettings.read(json, MethodCatalogue::read))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  @Test
  void refusesBadChoicesOfMixes() throws JsonProcessingException {
    JsonNode parts = json("{\"train\": \"P,A\"}");
    assertThatThrownBy(() -> JsonSettings.read(parts, DomixConfig::read))
        .isInstanceOf(UserError.class)
        .hasMessage("train must be P, B or P,B, got P,A");
    assertThatThrownBy(() -> new GateConfig(GateConfig.Kind.TASK, 0))
        .isInstanceOf(UserError.class)
        .hasMessage("gated.learningRate must be finite and above 0, got 0.0");
  }

  @Test
  void stagesHaveTheirUsualPhase() {
    Stage top = SparseConfig.USUAL_STAGES.get(1);
    Stage prune = SparseConfig.USUAL_STAGES.get(3);
    Stage other = new Stage("top", 1, prune.phase(), true, 1, 1, 0);
    assertThatThrownBy(() -> withStages(List.of(other)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "sparse.stages must be with the usual phase of top, growing, got shaping, required");
    Stage unknown = new Stage("body", 1, top.phase(), false, 1, 1, 0);
    assertThatThrownBy(() -> withStages(List.of(unknown, prune)))
        .isInstanceOf(UserError.class)
        .hasMessage("sparse.stages must be out of [head, top, all, prune, final], got body");
  }

  private static SparseConfig withStages(List<Stage> stages) {
    SparseConfig usual = SparseConfig.DEFAULT;
    return new SparseConfig(
        usual.sparsity(),
        usual.structure(),
        usual.score(),
        usual.scope(),
        usual.schedule(),
        usual.l1(),
        usual.enlargement(),
        stages);
  }

  /** Numbers and truth values as texts, as files of earlier versions have them. */
  @Test
  void textsAreReadAsNumbers() throws JsonProcessingException {
    JsonNode json =
        json("{\"method\": \"lora\", \"lora.rank\": \"4\", \"lora.rankStabilized\": \"true\"}");
    assertThat(JsonSettings.read(json, MethodCatalogue::read))
        .isEqualTo(MethodCatalogue.create("lora", Map.of("rank", 4, "rankStabilized", true)));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new JsonMapper().readTree(text);
  }
}
