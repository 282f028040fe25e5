package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.lora.LoraMethod;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.Schedule;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TuneSettingsBuilderTest {
  static List<String> methods() {
    return MethodCatalogue.names();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void nothingChosenIsTheUsual(String method) {
    assertThat(TuneSettings.builder(method).build())
        .isEqualTo(TuneSettings.of(MethodCatalogue.create(method, Map.of())));
  }

  @Test
  void everySettingGoesWhereItsNameSays() {
    TuneSettings settings =
        TuneSettings.builder("lora")
            .set("rank", 16)
            .set("lora.dropout", 0.1)
            .epochs(4)
            .learningRate(2e-3)
            .headLearningRateRatio(3)
            .batchSize(16)
            .accumulation(2)
            .patience(5)
            .seed(7)
            .maxGradientNorm(0.5)
            .checkpointEverySteps(11)
            .schedule(Schedule.Shape.COSINE)
            .warmupShare(0.2)
            .beta1(0.8)
            .beta2(0.99)
            .epsilon(1e-6)
            .weightDecay(0.1)
            .maxLength(64)
            .pooling(Pooling.MEAN)
            .precision(DType.F32)
            .gradientCheckpointing(true)
            .build();
    assertThat(settings.method())
        .isInstanceOfSatisfying(
            LoraMethod.class,
            lora -> {
              assertThat(lora.config().rank()).isEqualTo(16);
              assertThat(lora.config().dropout()).isEqualTo(0.1);
            });
    assertThat(settings.loop().runSettings().values())
        .containsEntry("training.epochs", "4")
        .containsEntry("training.learningRate", "0.002")
        .containsEntry("training.accumulation", "2")
        .containsEntry("training.patience", "5")
        .containsEntry("training.seed", "7")
        .containsEntry("training.maxGradientNorm", "0.5")
        .containsEntry("training.schedule", "cosine")
        .containsEntry("training.warmupShare", "0.2")
        .containsEntry("training.warmupSteps", "0")
        .containsEntry("training.beta1", "0.8")
        .containsEntry("training.beta2", "0.99")
        .containsEntry("training.epsilon", "1.0E-6")
        .containsEntry("training.weightDecay", "0.1");
    assertThat(settings.loop().checkpointEverySteps()).isEqualTo(11);
    assertThat(settings.headLearningRateRatio()).isEqualTo(3);
    assertThat(settings.batchSize()).isEqualTo(16);
    assertThat(settings.gradientCheckpointing()).isTrue();
    assertThat(settings.text()).isEqualTo(new TextOptions(Pooling.MEAN, 64, DType.F32));
  }

  @Test
  void everySettingOfTheLoopHasItsNameInTheBuilder() {
    Set<String> chosenByTheTask = Set.of("training.metric", "training.greaterIsBetter");
    Set<String> methods =
        Arrays.stream(TuneSettingsBuilder.class.getMethods())
            .map(Method::getName)
            .collect(Collectors.toSet());
    for (String name : LoopConfig.DEFAULT.runSettings().values().keySet()) {
      if (!chosenByTheTask.contains(name)) {
        assertThat(methods).contains(name.substring("training.".length()));
      }
    }
  }

  @Test
  void warmupStepsReplaceTheShare() {
    Schedule schedule = TuneSettings.builder("lora").warmupSteps(9).build().loop().schedule();
    assertThat(schedule.warmupSteps()).isEqualTo(9);
    assertThat(schedule.warmupShare()).isZero();
  }

  @Test
  void anotherLearningRateLeavesThatOfTheHeadsRatioAlone() {
    TuneSettings settings =
        TuneSettings.builder("lora").headLearningRateRatio(3).build().withLearningRate(1e-3);
    assertThat(settings.headLearningRateRatio()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rank    | 0 | lora.rank must be at least 1, got 0
          alpha   | x | lora.alpha must be a number, got x
          ranks   | 4 | setting of lora must be one of [rank, alpha, dropout, rankStabilized, \
          learningRateRatio, targets, rankPattern, alphaPattern], got ranks
          """)
  void aWrongSettingOfTheMethodIsNamed(String name, String value, String sentence) {
    TuneSettingsBuilder builder = TuneSettings.builder("lora").set(name, value);
    assertThatThrownBy(builder::build).isInstanceOf(UserError.class).hasMessage(sentence);
  }

  @Test
  void aWrongSettingOfTheRunIsNamed() {
    assertThatThrownBy(() -> TuneSettings.builder("lora").epochs(0).build())
        .isInstanceOf(UserError.class)
        .hasMessage("training.epochs must be at least 1, got 0");
    assertThatThrownBy(() -> TuneSettings.builder("lora").learningRate(Double.NaN).build())
        .isInstanceOf(UserError.class)
        .hasMessage("training.learningRate must be above 0 and at most 1000000.0, got NaN");
    assertThatThrownBy(() -> TuneSettings.builder("lora").batchSize(0).build())
        .isInstanceOf(UserError.class)
        .hasMessage("batchSize must be at least 1, got 0");
    assertThatThrownBy(() -> TuneSettings.builder("lora").maxLength(2).build())
        .isInstanceOf(UserError.class)
        .hasMessage("maxLength must be at least 3, got 2");
    assertThatThrownBy(() -> TuneSettings.builder("laura").build())
        .isInstanceOf(UserError.class)
        .hasMessage("method must be one of " + MethodCatalogue.names() + ", got laura");
  }
}
