package io.haori.training.mix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyBase;
import io.haori.training.baseline.Baselines;
import io.haori.training.baseline.TaskFitter;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which modules a mix uses and how small it can be stored, on a tiny base. */
class MixMeasuresTest {
  @TempDir Path temporary;
  private TextBase base;
  private Dataset data;
  private TaskFitter fitter;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    fit(Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false)));
  }

  private void fit(Dataset newData) {
    data = newData;
    fitter =
        new TaskFitter(
            base,
            data,
            method ->
                new TuneSettings(
                    method,
                    LoopConfig.DEFAULT
                        .withEpochs(3)
                        .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01)),
                    new TextOptions(Pooling.AUTO, 16, DType.F32),
                    8,
                    false));
  }

  @AfterEach
  void close() {
    base.close();
  }

  private Path module(String name, int rank, long seed) {
    Random random = new Random(seed);
    try (Scope scope = Scope.open();
        AdapterModule module =
            AdapterModule.create(
                name,
                MethodCatalogue.create("lora", Map.of("rank", String.valueOf(rank))),
                base.backbone(),
                random)) {
      for (TrainedParameter part : module.parameters()) {
        part.parameter()
            .value()
            .addInPlace(Tensors.normal(random, 0.2, part.parameter().value().shape()));
      }
      Path folder = temporary.resolve("modules").resolve(name);
      PeftFolder.write(folder, module, Map.of(), PeftSettings.bare(null));
      return folder;
    }
  }

  private void mixed(Consumer<TextModel> look) {
    List<MixedModule> modules =
        MixFolder.open(List.of(module("one", 2, 1), module("two", 3, 2)), base.backbone());
    List<String> seen = new ArrayList<>();
    try {
      fitter.fit(
          "mix",
          new DomixMethod(DomixConfig.DEFAULT, modules),
          null,
          false,
          (tuned, predictions, fit) -> {
            look.accept(tuned.model());
            seen.add(fit.name());
          });
    } finally {
      modules.forEach(one -> one.module().close());
    }
    assertThat(seen).containsExactly("mix");
  }

  @Test
  void sharesSumToOneAndLeavingAModuleOutIsMeasuredOnTheTestRows() {
    mixed(
        model -> {
          ModuleShares shares = ModuleShares.of(model, data, 3);

          assertThat(shares.modules()).containsExactly("one", "two");
          assertThat(shares.shares()).allSatisfy(one -> assertThat(one).isBetween(0.0, 1.0));
          assertThat(shares.shares().get(0) + shares.shares().get(1)).isCloseTo(1, within(1e-12));
          assertThat(shares.byLayer()).isNotEmpty();
          shares
              .byLayer()
              .forEach((layer, by) -> assertThat(by[0] + by[1]).isCloseTo(1, within(1e-12)));
          double with = Predictions.of(model, data.test()).scores().byName().get("accuracy");
          for (int k = 0; k < 2; k++) {
            double change = shares.leaveOneOut().get(k).estimate();
            assertThat(with + change).isBetween(-1e-12, 1 + 1e-12);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"labels, microF1", "tags, f1", "numbers, pearson"})
  void leavingAModuleOutIsMeasuredInTheTasksScore(String kind, String score) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve(kind));
    for (Split split : Split.values()) {
      StringBuilder rows = new StringBuilder();
      for (int row = 0; row < 16; row++) {
        boolean even = row % 2 == 0;
        rows.append(
            switch (kind) {
              case "labels" ->
                  even
                      ? "{\"text\": \"the cat sat\", \"labels\": [\"a\", \"b\"]}"
                      : "{\"text\": \"a dog ran\", \"labels\": [\"c\"]}";
              case "tags" ->
                  even
                      ? "{\"tokens\": [\"the\", \"cat\"], \"tags\": [\"O\", \"B-A\"]}"
                      : "{\"tokens\": [\"dog\", \"ran\"], \"tags\": [\"B-A\", \"O\"]}";
              default ->
                  "{\"text\": \"%s\", \"label\": %d}"
                      .formatted(even ? "the cat sat" : "a dog ran", even ? row : -row);
            });
        rows.append('\n');
      }
      Files.writeString(folder.resolve(split.fileName() + ".jsonl"), rows);
    }
    fit(Dataset.read(folder));
    mixed(
        model -> {
          ModuleShares shares = ModuleShares.of(model, data, 3);

          assertThat(shares.score()).isEqualTo(score);
          double with = Predictions.of(model, data.test()).scores().byName().get(score);
          assertThat(shares.leaveOneOut()).hasSize(2);
          for (int k = 0; k < 2; k++) {
            try (AdapterModule rest = MixFolder.parts(model.module()).without(k)) {
              TextModel without = new TextModel(base, rest, model.heads(), model.options());
              double alone = Predictions.of(without, data.test()).scores().byName().get(score);
              assertThat(shares.leaveOneOut().get(k).estimate())
                  .isCloseTo(alone - with, within(1e-9));
            }
          }
        });
  }

  @Test
  void aMixIsBuiltAndScoredAsALoraOfEachRank() {
    mixed(
        model -> {
          MixSize whole = MixSize.asLora(model, data, 5);
          MixSize small = MixSize.asLora(model, data, 1);

          // Two and three are the ranks of the modules: nothing is cut off at five.
          assertThat(whole.energyLost()).isCloseTo(0, within(1e-6));
          assertThat(whole.test()).isEqualTo(Predictions.of(model, data.test()).scores().byName());
          assertThat(small.energyLost()).isBetween(1e-4, 1.0);
          assertThat(small.storedBytes()).isLessThan(whole.storedBytes());
          assertThatThrownBy(() -> MixSize.asLora(model, data, 0))
              .isInstanceOf(UserError.class)
              .hasMessage("rank must be at least 1, got 0");
        });
  }

  @Test
  void aMixWithItsModulesIsAsLargeAsTheirFiles() throws IOException {
    Path mix = Files.createDirectories(temporary.resolve("mix"));
    Files.write(mix.resolve("mix.json"), new byte[10]);
    Path module = Files.createDirectories(temporary.resolve("module"));
    Files.write(module.resolve("a"), new byte[7]);

    MixSize size = MixSize.withModules(mix, List.of(module, module), Map.of(), Map.of("f1", 0.5));

    assertThat(size).isEqualTo(new MixSize(null, 24, 0, Map.of(), Map.of("f1", 0.5)));
  }

  @Test
  void whatIsNoMixHasNoShares() {
    fitter.fit(
        "head",
        Baselines.frozen(),
        null,
        false,
        (tuned, predictions, fit) ->
            assertThatThrownBy(() -> ModuleShares.of(tuned.model(), data, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("frozen is no mix"));
  }
}
