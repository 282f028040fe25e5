package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.EpochResult;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** BiDoRA from the data to the folder and back, on a tiny base. */
class BidoraTunerTest {
  @TempDir Path temporary;

  private static TuneSettings settings(String choices, DType precision) {
    Map<String, String> chosen = new HashMap<>();
    for (String choice : choices.split(" ", -1)) {
      chosen.put(choice.split("=", -1)[0], choice.split("=", -1)[1]);
    }
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(3)
            .withCheckpointEverySteps(1)
            .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01));
    return new TuneSettings(
        MethodCatalogue.create("bidora", chosen),
        loop,
        new TextOptions(Pooling.AUTO, 16, precision),
        8,
        false);
  }

  private Dataset data() throws IOException {
    return Dataset.read(TinyBase.data(temporary.resolve("data"), 30, false));
  }

  private void save(Path folder, Dataset data, TuneSettings settings, TunedModel tuned) {
    AdapterFolder.save(folder, tuned.model(), tuned.provenance(data, settings, Map.of()));
  }

  @Test
  void aStoredModelIsAnOrdinaryDoraAdapterAndAnswersAsTheOneThatWasTrained() throws IOException {
    Dataset data = data();
    Path folder = temporary.resolve("adapter");
    float[][] trained;
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      TuneSettings settings = settings("lastEpochs=2 dropout=0.1", DType.F32);
      try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
        assertThat(tuned.training().epochs()).isEqualTo(5);
        // 24 of 30 rows in 3 batches of 8, then all in 4.
        assertThat(tuned.training().steps()).isEqualTo(3 * 3 + 2 * 4);
        trained = Predictions.of(tuned.model(), data.test()).answers();
        save(folder, data, settings, tuned);
      }
      assertThat(Files.readString(folder.resolve(PeftFolder.CONFIG)))
          .contains("\"use_dora\" : true");
      assertThat(AdapterFolder.describe(folder).method()).isEqualTo("bidora");
      String json = Files.readString(folder.resolve("haori.json"));
      assertThat(json.split("\"outerLoss\"", -1)).hasSize(4);
      assertThat(json.split("\"loss\"", -1)).hasSize(6);
      try (PeftAdapter again = PeftFolder.read(folder, base.backbone())) {
        assertThat(again.module().method().name()).isEqualTo("dora");
      }
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(Predictions.of(loaded, data.test()).answers()).isDeepEqualTo(trained);
      }
    }
  }

  @Test
  void differencesLearnWhatTheExactHypergradientLearns() throws IOException {
    Dataset data = data();
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel finite =
            new Tuner(base, settings("lastEpochs=0 hypergradient=finite", DType.F32)).tune(data);
        TunedModel exact =
            new Tuner(base, settings("lastEpochs=0 hypergradient=exact", DType.F32)).tune(data)) {
      List<EpochResult> ours = finite.training().history();
      List<EpochResult> theirs = exact.training().history();
      for (int epoch = 0; epoch < ours.size(); epoch++) {
        double loss = ours.get(epoch).metrics().get("outerLoss");
        assertThat(loss)
            .isCloseTo(
                theirs.get(epoch).metrics().get("outerLoss"),
                org.assertj.core.api.Assertions.within(1e-2 * loss));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lastEpochs=2 unroll=2 lastStart=fresh dropout=0.1",
        "lastEpochs=1 hypergradient=exact lastStart=continued"
      })
  void aRunStoppedAnywhereEndsInTheSameFiles(String choices) throws IOException {
    Dataset data = data();
    TuneSettings settings = settings(choices, DType.F32);
    Path whole = temporary.resolve("whole");
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      int steps;
      try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
        save(whole, data, settings, tuned);
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
          assertThat(stopped.training().steps()).isEqualTo(at);
        }
        try (TunedModel tuned =
            new Tuner(base, settings).checkpoints(checkpoint, true).tune(data)) {
          save(resumed, data, settings, tuned);
        }
        for (String file : List.of(PeftFolder.TENSORS, "haori.json")) {
          assertThat(resumed.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
      }
    }
  }

  @Test
  void differencesAreTakenInFullPrecisionWhateverTheRunHas() throws IOException {
    Dataset data = data();
    // A probe would be fitted to vectors of the run's precision.
    TuneSettings inF32 = settings("lastEpochs=0", DType.F32).withHeadStart(HeadStart.RANDOM);
    TuneSettings inBf16 = settings("lastEpochs=0", DType.BF16).withHeadStart(HeadStart.RANDOM);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel low = new Tuner(base, inBf16).tune(data);
        TunedModel full = new Tuner(base, inF32).tune(data)) {
      double expected = full.training().history().get(0).metrics().get("outerLoss");
      assertThat(low.training().history().get(0).metrics().get("outerLoss"))
          .isCloseTo(expected, org.assertj.core.api.Assertions.within(0.05 * expected));
    }
  }

  @Test
  void aClassOfOneRowIsReportedInOneSentence() throws IOException {
    Path folder = TinyBase.data(temporary.resolve("data"), 30, false);
    Files.writeString(
        folder.resolve("train.jsonl"),
        "{\"text\":\"wordbc\",\"label\":\"rare\"}\n",
        StandardOpenOption.APPEND);
    Dataset data = Dataset.read(folder);
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      Tuner tuner = new Tuner(base, settings("lastEpochs=0", DType.F32));
      assertThatThrownBy(() -> tuner.tune(data))
          .isInstanceOf(UserError.class)
          .hasMessage(
              folder.resolve("train.jsonl")
                  + ": label \"rare\" must have at least 2 rows for training at two levels, got 1");
    }
  }
}
