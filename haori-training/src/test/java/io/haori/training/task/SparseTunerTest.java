package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sparse modules from the data to the folder and back, on a tiny base. */
class SparseTunerTest {
  private static final Provenance NOTHING =
      new Provenance(Map.of(), Map.of(), 42, 1, 1, Map.of(), Map.of());

  @TempDir Path temporary;

  /** {@code key=value} words, on four layers of rank 8. */
  private static TuneSettings settings(String choices) {
    Map<String, String> chosen = new HashMap<>();
    for (String choice : choices.split(" ", -1)) {
      chosen.put(choice.split("=", -1)[0], choice.split("=", -1)[1]);
    }
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(4)
            .withCheckpointEverySteps(1)
            .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01));
    return new TuneSettings(
        MethodCatalogue.create("sparse", chosen),
        loop,
        new TextOptions(Pooling.AUTO, 16, DType.F32),
        8,
        false);
  }

  private Dataset data() throws IOException {
    return Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
  }

  private static long zeros(AdapterModule module) {
    long zeros = 0;
    for (var layer : module.layers().values()) {
      for (Tensor tensor : layer.tensors().values()) {
        for (float number : tensor.toFloats()) {
          zeros += number == 0 ? 1 : 0;
        }
      }
    }
    return zeros;
  }

  private static long numbers(AdapterModule module) {
    return module.layers().values().stream()
        .flatMap(layer -> layer.tensors().values().stream())
        .mapToLong(Tensor::count)
        .sum();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sparsity=0.75 structure=none score=snip                  | 2048 | 1536
          sparsity=0.9 structure=none score=magnitude scope=layer  | 2048 | 1844
          sparsity=0.75 structure=rank score=snip                  | 512  | 0
          sparsity=0.75 structure=rank scope=layer schedule=oneshot | 512 | 0
          sparsity=0.75 structure=layer score=movement             | 512  | 0
          sparsity=0.5 structure=rank enlargement=2                | 1024 | 0
          sparsity=0.5 structure=rank stages=usual                 | 1024 | 0
          """)
  void aStoredModelHasItsSparsityAndAnswersAsTheOneThatWasTrained(
      String choices, long numbers, long zeros) throws IOException {
    Dataset data = data();
    Path folder = temporary.resolve("adapter");
    float[][] trained;
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(choices)).tune(data)) {
      AdapterModule module = tuned.model().module();
      assertThat(numbers(module)).isEqualTo(numbers);
      // Scope layer rounds once a layer.
      assertThat(zeros(module)).isBetween(zeros, zeros + 4);
      assertThat(tuned.validation()).containsKey("accuracy");
      trained = Predictions.of(tuned.model(), data.test()).answers();
      AdapterFolder.save(folder, tuned.model(), NOTHING);
    }
    boolean sparse = choices.contains("none");
    assertThat(Files.exists(folder.resolve(PeftFolder.SPARSE))).isEqualTo(sparse);
    assertThat(Files.exists(folder.resolve(PeftFolder.TENSORS))).isEqualTo(!sparse);
    assertThat(AdapterFolder.describe(folder).method()).isEqualTo("sparse");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
      assertThat(Predictions.of(loaded, data.test()).answers()).isDeepEqualTo(trained);
    }
  }

  @Test
  void aSmallerModuleAnswersAsTheOneWithItsZeros() throws IOException {
    Dataset data = data();
    TuneSettings settings = settings("sparsity=0.75 structure=rank");
    List<Double> whileTraining = new ArrayList<>();
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onEpoch(io.haori.inference.folder.EpochResult result, boolean best) {
            whileTraining.add(result.metrics().get("accuracy"));
          }
        };
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings).listener(listener).tune(data)) {
      int best = tuned.training().bestEpoch();
      // 40 % of the 12 steps are done within the second epoch.
      assertThat(best).isBetween(2, 4);
      assertThat(tuned.validation().get("accuracy"))
          .isCloseTo(whileTraining.get(best - 1), within(1e-9));
    }
  }

  @Test
  void anExportToPeftHoldsTheZerosAndAnswersAlike() throws IOException {
    Dataset data = data();
    Path folder = temporary.resolve("peft");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings("sparsity=0.9 structure=none")).tune(data)) {
      PeftFolder.write(folder, tuned.model().module(), Map.of(), PeftSettings.bare("tiny"));
      assertThat(folder.resolve(PeftFolder.TENSORS)).exists();
      try (PeftAdapter again = PeftFolder.read(folder, base.backbone())) {
        assertThat(zeros(again.module())).isEqualTo(zeros(tuned.model().module()));
        assertThat(again.module().method().name()).isEqualTo("lora");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sparsity=0.75 structure=none score=movement l1=0.05",
        "sparsity=0.75 structure=rank score=snip",
        "sparsity=0.5 structure=rank stages=head:1;all:1;prune:2;final:1"
      })
  void aRunStoppedAnywhereEndsInTheSameFiles(String choices) throws IOException {
    Dataset data = data();
    TuneSettings settings = settings(choices);
    Path whole = temporary.resolve("whole");
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      int steps;
      try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
        AdapterFolder.save(whole, tuned.model(), NOTHING);
        steps = tuned.training().steps();
      }
      for (int stop = 1; stop < steps; stop += 3) {
        Path checkpoint = temporary.resolve("checkpoint-" + stop);
        Path resumed = temporary.resolve("resumed-" + stop);
        AtomicInteger asked = new AtomicInteger();
        int at = stop;
        try (TunedModel stopped =
            new Tuner(base, settings)
                .checkpoints(checkpoint, false)
                .stopWhen(() -> asked.getAndIncrement() == at)
                .tune(data)) {
          assertThat(stopped.training().interrupted()).isTrue();
          assertThat(stopped.training().steps()).isEqualTo(at);
        }
        try (TunedModel tuned =
            new Tuner(base, settings).checkpoints(checkpoint, true).tune(data)) {
          AdapterFolder.save(resumed, tuned.model(), NOTHING);
        }
        String file = choices.contains("none") ? PeftFolder.SPARSE : PeftFolder.TENSORS;
        assertThat(resumed.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
      }
    }
  }

  @Test
  void aSparsityThatLeavesNothingIsRefusedBeforeTraining() throws IOException {
    Dataset data = data();
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      Tuner tuner = new Tuner(base, settings("sparsity=0.99 structure=rank"));
      assertThatThrownBy(() -> tuner.tune(data))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "sparse.sparsity must be low enough to leave at least 1 of 32 components of the"
                  + " module, got 0.99");
    }
  }

  @Test
  void anL1PenaltyThatLeavesNothingIsReported() throws IOException {
    Dataset data = data();
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      Map<String, String> chosen = Map.of("sparsity", "0", "structure", "rank", "l1", "1");
      LoopConfig loop =
          LoopConfig.DEFAULT
              .withEpochs(6)
              .withOptimizer(new AdamWConfig(0.2, 0.9, 0.999, 1e-8, 0.01));
      TuneSettings settings =
          new TuneSettings(
              MethodCatalogue.create("sparse", chosen),
              loop,
              new TextOptions(Pooling.AUTO, 16, DType.F32),
              8,
              false);
      assertThatThrownBy(() -> new Tuner(base, settings).tune(data))
          .isInstanceOf(UserError.class)
          .hasMessage("sparse.l1 must be low enough to leave something, got 1.0");
    }
  }

  @Test
  void aDamagedSparseFileIsReportedInOneSentence() throws IOException {
    Dataset data = data();
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      try (TunedModel tuned = new Tuner(base, settings("sparsity=0.9 structure=none")).tune(data)) {
        AdapterFolder.save(folder, tuned.model(), NOTHING);
      }
      Path file = folder.resolve(PeftFolder.SPARSE);
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      try (Scope scope = Scope.open()) {
        assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
            .isInstanceOf(UserError.class)
            .hasMessageStartingWith(file + ": ");
      }
    }
  }
}
