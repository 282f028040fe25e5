package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonSettings;
import io.haori.core.json.SettingsReader;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Task;
import io.haori.tensor.quant.BasePrecision;
import io.haori.testkit.RecordVariants;
import io.haori.training.augment.Alteration;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.ComparisonPlan;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.Selection;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.HeadChoice;
import io.haori.training.multidomain.Weighting;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.pretrain.PretrainSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of settings, with each of its choices changed, is the same after a way through JSON: a
 * run is described by data. The methods' own choices have a contract of their own in the catalogue.
 */
class RunSettingsContractTest {
  private static final List<AdapterMethod> METHODS =
      MethodCatalogue.names().stream().map(name -> MethodCatalogue.create(name, Map.of())).toList();

  private static final RecordVariants VARIANTS =
      new RecordVariants()
          .with(AdapterMethod.class, METHODS)
          .with(DType.class, List.of(DType.F32, DType.BF16))
          .with(
              "BaseOptions.precision",
              Stream.concat(
                      Stream.of(Optional.empty()),
                      Stream.of(BasePrecision.values()).map(Optional::of))
                  .toList())
          .with("Augmentation.alterations", List.of(Set.of(Alteration.DROP)));

  /** Without a share of the steps, a number of steps can be chosen for the warm-up. */
  private static final Schedule BY_STEPS = new Schedule(Schedule.Shape.CONSTANT, 0, 5);

  private static <R extends Record> void assertCarried(
      List<R> starts, Function<R, JsonNode> write, Function<JsonNode, R> read)
      throws JsonProcessingException {
    Map<String, List<R>> variants = new LinkedHashMap<>();
    for (R start : starts) {
      assertThat(read.apply(parsed(write.apply(start)))).isEqualTo(start);
      VARIANTS
          .of(start)
          .forEach(
              (component, changed) ->
                  variants.computeIfAbsent(component, key -> new ArrayList<>()).addAll(changed));
    }
    assertThat(variants).isNotEmpty();
    for (Map.Entry<String, List<R>> component : variants.entrySet()) {
      assertThat(component.getValue()).as(component.getKey()).isNotEmpty();
      for (R changed : component.getValue()) {
        assertThat(read.apply(parsed(write.apply(changed))))
            .as(component.getKey())
            .isEqualTo(changed);
      }
    }
  }

  private static JsonNode parsed(JsonNode json) {
    try {
      return new JsonMapper().readTree(json.toString());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theOptimizerComesBack() throws JsonProcessingException {
    assertCarried(
        List.of(AdamWConfig.DEFAULT),
        config -> JsonSettings.of(config.byName()),
        json -> JsonSettings.read(json, s -> AdamWConfig.read(s, AdamWConfig.DEFAULT)));
  }

  @Test
  void theScheduleComesBack() throws JsonProcessingException {
    assertCarried(
        List.of(Schedule.DEFAULT, BY_STEPS),
        config -> JsonSettings.of(config.byName()),
        json -> JsonSettings.read(json, s -> Schedule.read(s, Schedule.DEFAULT)));
  }

  @Test
  void theSelectionComesBack() throws JsonProcessingException {
    assertCarried(
        List.of(new Selection("macroF1", true, 0)),
        config -> JsonSettings.of(config.byName()),
        json -> JsonSettings.read(json, s -> Selection.read(s, LoopConfig.DEFAULT.selection())));
  }

  @Test
  void theLoopComesBack() throws JsonProcessingException {
    assertCarried(
        List.of(LoopConfig.DEFAULT, LoopConfig.DEFAULT.withSchedule(BY_STEPS)),
        config -> JsonSettings.of(config.byName()),
        json -> JsonSettings.read(json, s -> LoopConfig.read(s, LoopConfig.DEFAULT)));
  }

  @Test
  void theOptionsOfTextsComeBack() throws JsonProcessingException {
    assertCarried(
        List.of(TextOptions.usual()),
        config -> JsonSettings.of(config.byName()),
        json -> JsonSettings.read(json, s -> TextOptions.read(s, TextOptions.usual())));
  }

  static Stream<AdapterMethod> methods() {
    return METHODS.stream();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aFitComesBack(AdapterMethod method) throws JsonProcessingException {
    TuneSettings usual = TuneSettings.of(method);
    assertCarried(
        List.of(usual, usual.withLoop(usual.loop().withSchedule(BY_STEPS))),
        TuneSettings::toJson,
        TuneSettings::fromJson);
    assertThat(TuneSettings.fromJson(parsed(json("{\"method\": \"" + method.name() + "\"}"))))
        .isEqualTo(usual);
  }

  static Stream<AdapterMethod> methodsAndMixes() {
    AdapterModule food = new AdapterModule("food", METHODS.get(0), Map.of());
    MixedModule mixed = new MixedModule("food", Path.of("food"), "f00d", food);
    return Stream.concat(
        METHODS.stream(),
        Stream.of(
            new GateMethod(GateConfig.DEFAULT, List.of(food)),
            new DomixMethod(DomixConfig.DEFAULT, List.of(mixed))));
  }

  /** What a checkpoint of a version without one of the settings is compared with. */
  @ParameterizedTest
  @MethodSource("methodsAndMixes")
  void aStoredRunWithoutASettingIsTheOneWithItsDefault(AdapterMethod method) {
    TuneSettings usual = TuneSettings.of(method);
    assertDefaultsMayBeMissing(usual.runSettings());
    assertThat(usual.runSettings().values()).doesNotContainKey("threads");
  }

  @Test
  void soItIsForPreTraining() {
    AdapterMethod lora = METHODS.get(MethodCatalogue.names().indexOf("lora"));
    assertDefaultsMayBeMissing(PretrainSettings.of(lora).runSettings());
  }

  private static void assertDefaultsMayBeMissing(RunSettings run) {
    for (String name : run.values().keySet()) {
      if (!name.equals("method") && !name.equals("modules")) {
        Map<String, String> before = new TreeMap<>(run.values());
        before.remove(name);
        assertThat(run.differences(before)).as(name).isEmpty();
      }
    }
  }

  /** Each choice counts but those that only trade memory or safety for time. */
  @ParameterizedTest
  @MethodSource("methods")
  void aRunWithAnotherChoiceIsAnotherRun(AdapterMethod method) {
    TuneSettings usual = TuneSettings.of(method);
    Set<String> withoutEffect =
        Set.of("LoopConfig.checkpointEverySteps", "TuneSettings.gradientCheckpointing");
    VARIANTS
        .of(usual)
        .forEach(
            (component, changed) -> {
              for (TuneSettings other : changed) {
                assertThat(other.runSettings().differences(usual.runSettings().values()).isEmpty())
                    .as(component)
                    .isEqualTo(withoutEffect.contains(component));
              }
            });
  }

  @Test
  void aMixOfOtherModulesIsAnotherRun() {
    AdapterModule food = new AdapterModule("food", METHODS.get(0), Map.of());
    List<RunSettings> runs =
        Stream.of("f00d", "beef")
            .map(digest -> new MixedModule("food", Path.of("food"), digest, food))
            .map(one -> new DomixMethod(DomixConfig.DEFAULT, List.of(one)))
            .map(mix -> TuneSettings.of(mix).runSettings())
            .toList();
    assertThat(runs.get(1).differences(runs.get(0).values()))
        .containsExactly("modules was food@f00d and is food@beef");
  }

  @Test
  void aFitOfSeveralDomainsComesBack() throws JsonProcessingException {
    TuneSettings usual = TuneSettings.of(METHODS.get(MethodCatalogue.names().indexOf("lora")));
    TuneSettings bySteps = usual.withLoop(usual.loop().withSchedule(BY_STEPS));
    assertCarried(
        List.of(
            new DomainSetSettings(usual, DomainSetSettings.DEFAULT_WEIGHTING, 2.0, HeadChoice.OWN),
            new DomainSetSettings(bySteps, Weighting.DWA, 3.5, HeadChoice.SHARED)),
        DomainSetSettings::toJson,
        DomainSetSettings::fromJson);
    assertThat(DomainSetSettings.fromJson(json("{\"method\": \"lora\"}")))
        .isEqualTo(
            new DomainSetSettings(
                usual,
                DomainSetSettings.DEFAULT_WEIGHTING,
                DomainSetSettings.DEFAULT_TEMPERATURE,
                HeadChoice.OWN));
  }

  @Test
  void preTrainingComesBack() throws JsonProcessingException {
    AdapterMethod lora = METHODS.get(MethodCatalogue.names().indexOf("lora"));
    PretrainSettings usual = PretrainSettings.of(lora);
    ObjectNode bySteps =
        usual.toJson().put("training.warmupShare", 0).put("training.warmupSteps", 5);
    assertCarried(
        List.of(usual, PretrainSettings.fromJson(bySteps)),
        PretrainSettings::toJson,
        PretrainSettings::fromJson);
    assertThat(PretrainSettings.fromJson(json("{\"method\": \"lora\"}"))).isEqualTo(usual);
  }

  @Test
  void aPlanOfAComparisonComesBack() throws JsonProcessingException {
    List<ComparedMethod> methods =
        METHODS.stream().map(one -> new ComparedMethod(one.name(), TuneSettings.of(one))).toList();
    ComparisonPlan plan = new ComparisonPlan(methods, List.of(42L, -1L, 9_000_000_000L));
    assertThat(ComparisonPlan.fromJson(parsed(plan.toJson()))).isEqualTo(plan);
  }

  @Test
  void theFitOfAMixComesBackWhenItsModulesAreThere() throws JsonProcessingException {
    AdapterModule food =
        new AdapterModule("food", METHODS.get(MethodCatalogue.names().indexOf("lora")), Map.of());
    GateConfig input = new GateConfig(GateConfig.Kind.INPUT, 0.125);
    TuneSettings chosen =
        TuneSettings.of(new GateMethod(input, List.of(food))).withBatchSize(7).withSeed(3);
    JsonNode json = parsed(chosen.toJson());
    Function<SettingsReader, TuneSettings> read =
        settings ->
            TuneSettings.read(
                settings, new GateMethod(GateConfig.read(settings.within("gated")), List.of(food)));
    assertThat(JsonSettings.read(json, read)).isEqualTo(chosen);
    JsonNode lora = json("{\"method\": \"lora\"}");
    assertThatThrownBy(() -> JsonSettings.read(lora, read))
        .isInstanceOf(UserError.class)
        .hasMessage("method must be gated, got lora");
  }

  @Test
  void everyTaskComesBackFromItsName() {
    for (Task task : TaskCatalogue.all()) {
      assertThat(TaskCatalogue.ofFile(TaskCatalogue.fileName(task))).contains(task);
    }
  }

  @Test
  void stepsOfAWarmUpReplaceTheDefaultShare() throws JsonProcessingException {
    TuneSettings read =
        TuneSettings.fromJson(json("{\"method\": \"lora\", \"training.warmupSteps\": 9}"));
    assertThat(read.loop().schedule()).isEqualTo(new Schedule(Schedule.Shape.LINEAR, 0, 9));
  }

  /** What a folder says about its data beside the settings does not keep a run from its JSON. */
  @Test
  void theSettingsOfAFolderDescribeItsRun() throws JsonProcessingException {
    TuneSettings chosen = TuneSettings.builder("dora").set("rank", 3).epochs(2).seed(7).build();
    ObjectNode json = chosen.toJson().put("trainRows", 30).put("data.split", "70/15/15, seed 42");
    assertThat(TuneSettings.fromJson(parsed(json))).isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"method": "lora", "trainig.epochs": 3}           | unknown setting "trainig.epochs"; did you mean "training.epochs"?
          {"method": "lora", "epochs": 3}                   | unknown setting "epochs"; did you mean "training.epochs"?
          {"method": "lora", "lora.gradient": "full"}       | unknown setting "lora.gradient"; there are "method", "lora.rank"
          {"method": "lora", "batch-size": 3}               | unknown setting "batch-size"; did you mean "batchSize"?
          {"method": "lora", "training.epochs": 0}          | training.epochs must be at least 1, got 0
          {"method": "lora", "training.epochs": 1.5}        | training.epochs must be a whole number, got 1.5
          {"method": "lora", "training.seed": "x"}          | training.seed must be a whole number, got x
          {"method": "lora", "training.schedule": "LINEAR"} | training.schedule must be one of [constant, linear, cosine], got LINEAR
          {"method": "lora", "training.metric": 1}          | training.metric must be a text, got 1
          {"method": "lora", "training.greaterIsBetter": 1} | training.greaterIsBetter must be true or false, got 1
          {"method": "lora", "pooling": "max"}              | pooling must be one of auto, cls, mean, first, first_and_patches, last, mean_sqrt_len, weighted_mean, got max
          {"method": "lora", "precision": "fp16"}           | precision must be fp32 or bf16, got fp16
          {"method": "lora", "gradientCheckpointing": "on"} | gradientCheckpointing must be true or false, got on
          [1]                                               | settings must be a JSON object, got [1]
          """)
  void refusesInOneSentence(String text, String sentence) throws JsonProcessingException {
    JsonNode json = json(text);
    assertThatThrownBy(() -> TuneSettings.fromJson(json))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"method": "bidora"}                      | method must be one that trains in a single stage when several domains are learnt, got bidora
          {"method": "lora", "weighting": "equal"}  | weighting must be one of [uniform, size, temperature, uncertainty, dwa, pcgrad], got equal
          {"method": "lora", "temperature": 0}      | temperature must be at least 1 and at most 1000000, got 0.0
          {"method": "lora", "heads": true}         | heads must be one of [own, shared], got true
          """)
  void refusesSettingsOfSeveralDomainsInOneSentence(String text, String sentence)
      throws JsonProcessingException {
    JsonNode json = json(text);
    assertThatThrownBy(() -> DomainSetSettings.fromJson(json))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"method": "lora", "objective": "clm"}       | objective must be one of auto, causal, mlm, simcse, pairs, crops, masks, got clm
          {"method": "lora", "pretrain.dropout": 0}    | pretrain.dropout must be above 0 and below 1, got 0.0
          {"method": "lora", "pretrain.passToken": 1}  | unknown setting "pretrain.passToken"; did you mean "pretrain.passTokens"?
          """)
  void refusesSettingsOfPreTrainingInOneSentence(String text, String sentence)
      throws JsonProcessingException {
    JsonNode json = json(text);
    assertThatThrownBy(() -> PretrainSettings.fromJson(json))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []                                     | plan must be a JSON object, got []
          {}                                     | methods must be an array, got nothing
          {"methods": [], "seeds": [1]}          | methods must be at least one, got none
          {"methods": [], "seed": [1]}           | plan has an unknown key "seed"; did you mean "seeds"? There are "methods", "seeds"
          {"methods": [{"name": "a"}], "seeds": [1]} | settings must be a JSON object, got nothing
          {"methods": [{"name": 1}], "seeds": [1]}   | name of a method must be a text, got 1
          {"methods": [3], "seeds": [1]}         | method of a plan must be a JSON object, got 3
          {"methods": [{"name": "a", "settings": {"method": "lora"}}], "seeds": []}  | seeds must be at least one, got none
          {"methods": [{"name": "a", "settings": {"method": "lora"}}], "seeds": [1, 1]} | seeds must be different ones, got [1, 1]
          {"methods": [{"name": "a", "settings": {"method": "lora"}}], "seeds": [0.5]} | seeds must be whole numbers, got 0.5
          {"methods": [{"name": "a", "settings": {"method": "lora"}}, {"name": "a", "settings": {"method": "dora"}}], "seeds": [1]} | methods must be of different names, got a twice
          """)
  void refusesAPlanInOneSentence(String text, String sentence) throws JsonProcessingException {
    JsonNode json = json(text);
    assertThatThrownBy(() -> ComparisonPlan.fromJson(json))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new JsonMapper().readTree(text);
  }
}
