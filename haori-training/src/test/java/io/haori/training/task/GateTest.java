package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.combine.GateConfig;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.combine.GatedLinear;
import io.haori.adapter.merge.MergeConfig;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.live.LiveModel;
import io.haori.inference.live.LivePart;
import io.haori.inference.live.LiveSnapshot;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyBase;
import io.haori.training.condense.MeasuredMerge;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gate is learnt by the ordinary training, serves on a live model, and is merged away. */
class GateTest {
  @TempDir Path temporary;

  private TextBase base;
  private Dataset data;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 96, false));
  }

  @AfterEach
  void close() {
    base.close();
  }

  private static TuneSettings settings(AdapterMethod method, int epochs, double rate) {
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(epochs)
            .withOptimizer(new AdamWConfig(rate, 0.9, 0.999, 1e-8, 0.01));
    return new TuneSettings(method, loop, options(DType.F32), 8, false);
  }

  /** A module that was fitted to the data, without its head. */
  private AdapterModule useful() {
    Path folder = temporary.resolve("useful");
    try (TunedModel tuned =
        new Tuner(base, settings(lora("query,value,output.dense"), 12, 1e-2)).tune(data)) {
      PeftFolder.write(folder, tuned.model().module(), Map.of(), PeftSettings.bare(null));
    }
    PeftAdapter adapter = PeftFolder.read(folder, base.backbone());
    return adapter.module();
  }

  private static double meanShare(AdapterModule gate, String module) {
    double sum = 0;
    for (AdaptedLinear layer : gate.layers().values()) {
      sum += ((GatedLinear) layer).shares().get(module);
    }
    return sum / gate.layers().size();
  }

  @Test
  void theGateLearnsWhichModuleHelps() {
    try (AdapterModule useful = useful();
        AdapterModule noise = moved(base, lora("query,value,output.dense"), "noise", 9)) {
      byte[] before = useful.parameters().get(1).parameter().value().toBytes();
      GateMethod method = new GateMethod(GateConfig.DEFAULT, List.of(noise, useful));
      try (TunedModel tuned = new Tuner(base, settings(method, 8, 5e-2)).tune(data)) {
        assertThat(meanShare(tuned.model().module(), "useful")).isGreaterThan(0.6);
        assertThat(tuned.trainable())
            .as("shares of two modules on each layer, and the head")
            .isEqualTo(2L * useful.layers().size() + headNumbers(tuned));
      }
      assertThat(useful.parameters().get(1).parameter().value().toBytes()).isEqualTo(before);
    }
  }

  private static long headNumbers(TunedModel tuned) {
    return tuned.model().heads().parameters().stream().mapToLong(p -> p.count()).sum();
  }

  @ParameterizedTest
  @EnumSource(GateConfig.Kind.class)
  void aLiveGateAnswersAsTheOneThatWasTrained(GateConfig.Kind kind) {
    AdapterModule food = moved(base, lora("query,value"), "food", 1);
    AdapterModule plants = moved(base, lora("query,output.dense"), "plants", 2);
    GateMethod method = new GateMethod(GateConfig.DEFAULT.withKind(kind), List.of(food, plants));
    TextModel trained = new Tuner(base, settings(method, 2, 3e-2)).tune(data).model();
    List<Integer> gated =
        bits(trained.pass().logits(trained.tokenize(data.test().rows()), new int[12]));
    try (LiveModel live = new LiveModel(base, null, options(DType.F32))) {
      live.attach("food", LivePart.of(food));
      live.attach("plants", LivePart.of(plants));
      live.attach("shop", LivePart.of(trained));
      assertThat(logits(live)).isEqualTo(gated);
      try (LiveSnapshot snapshot = live.snapshot()) {
        TextPass alone = snapshot.pass("shop");
        assertThat(bits(alone.logits(alone.tokenize(data.test().rows()), new int[12])))
            .as("a mix takes its modules along")
            .isEqualTo(gated);
      }
      assertThat(live.modules().get(2).uses()).containsExactly("food", "plants");
      live.disable("shop");
      assertThat(logits(live)).as("the plain sum").isNotEqualTo(gated);
      live.change(change -> change.enable("shop").disable("plants"));
      List<Integer> foodAlone = logits(live);
      assertThat(foodAlone).as("all shares fall to food").isNotEqualTo(gated);
      live.enable("plants");
      assertThat(logits(live)).isEqualTo(gated);
      assertThatThrownBy(() -> live.rollback("food"))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "module food must be free of mixes to be rolled back, got the mix shop, which uses"
                  + " it");
    }
  }

  private List<Integer> logits(LiveModel live) {
    try (LiveSnapshot snapshot = live.snapshot()) {
      var pass = snapshot.passOfAll("shop");
      return bits(pass.logits(pass.tokenize(data.test().rows()), new int[12]));
    }
  }

  @Test
  void aMergeIsMeasuredOnTheRows() {
    AdapterModule useful = useful();
    try (LiveModel live = new LiveModel(base, heads(base), options(DType.F32));
        LiveSnapshot nothing = live.snapshot()) {
      assertThatThrownBy(
              () ->
                  MeasuredMerge.of(
                      nothing, "one", MergeConfig.SUM, OptionalInt.empty(), data.validation()))
          .isInstanceOf(UserError.class)
          .hasMessage("modules to merge must be at least one that is enabled, got none");
      live.attach("useful", LivePart.of(useful));
      live.attach("noise", LivePart.of(moved(base, lora("query,value,output.dense"), "n", 9)));
      live.weight("noise", 0.5);
      try (LiveSnapshot snapshot = live.snapshot();
          MeasuredMerge exact =
              MeasuredMerge.of(
                  snapshot, "one", MergeConfig.SUM, OptionalInt.empty(), data.validation());
          MeasuredMerge thin =
              MeasuredMerge.of(
                  snapshot, "one", MergeConfig.SUM, OptionalInt.of(1), data.validation())) {
        assertThat(exact.energyLost()).isZero();
        assertThat(exact.lost("accuracy")).isCloseTo(0, within(1e-9));
        assertThat(exact.after()).isEqualTo(exact.before());
        assertThat(thin.energyLost()).isBetween(0.01, 0.99);
        assertThat(thin.before()).isEqualTo(exact.before());
        assertThat(thin.lost("accuracy"))
            .isEqualTo(thin.before().get("accuracy") - thin.after().get("accuracy"));
      }
    }
  }

  private static AdapterMethod lora(String targets) {
    return MethodCatalogue.create("lora", Map.of("rank", "3", "alpha", "6", "targets", targets));
  }

  private static TextOptions options(DType precision) {
    return new TextOptions(Pooling.MEAN, 16, precision);
  }

  /** A module whose parameters were moved away from their start. */
  private static AdapterModule moved(TextBase base, AdapterMethod method, String name, long seed) {
    Random random = new Random(seed);
    AdapterModule module = AdapterModule.create(name, method, base.backbone(), random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        Tensor value = part.parameter().value();
        value.addInPlace(Tensors.normal(random, 0.1, value.shape()));
      }
    }
    return module;
  }

  private static List<Integer> bits(float[][] rows) {
    List<Integer> bits = new ArrayList<>();
    for (float[] row : rows) {
      for (float value : row) {
        bits.add(Float.floatToRawIntBits(value));
      }
    }
    return bits;
  }

  private static Heads heads(TextBase base) {
    return Heads.create(
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("a", "b", "c"))),
        base.backbone().width(),
        new Random(1));
  }
}
