package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.folder.MergedFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyDecoder;
import io.haori.training.data.DataFile;
import io.haori.training.optim.AdamWConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A base all of whose weights learn. */
class WholeBaseTest {
  @TempDir static Path temporary;
  private static Path folder;
  private static DomainCorpus corpus;

  @BeforeAll
  static void makeFiles() {
    folder = TinyDecoder.folder(temporary);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(new Row("A hen " + i + " says moo at home.", null, null, null, i + 1L));
    }
    corpus = new DomainCorpus("hens", List.of(new DataFile(Path.of("hens"), rows, "0")));
  }

  private static PretrainSettings settings() {
    PretrainSettings usual = PretrainSettings.of(MethodCatalogue.create("full", Map.of()));
    return new PretrainSettings(
        ObjectiveChoice.CAUSAL,
        usual.method(),
        2,
        8,
        32,
        DType.F32,
        usual.base(),
        AdamWConfig.DEFAULT.withLearningRate(1e-3),
        usual.schedule(),
        usual.maxGradientNorm(),
        usual.dropout(),
        usual.heldOutShare(),
        usual.passTokens(),
        false,
        usual.checkpointEverySteps(),
        usual.seed());
  }

  private static @Nullable DomainResult run(
      Path out, Path checkpoint, boolean resume, BooleanSupplier stop) {
    try (TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT)) {
      DomainResult[] result = new DomainResult[1];
      PretrainListener kept =
          new PretrainListener() {
            @Override
            public void onModule(DomainResult learnt, AdapterModule module) {
              try {
                MergedFolder.write(Files.createDirectories(out), base);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
              result[0] = learnt;
            }
          };
      new Pretrainer(base, settings())
          .listener(kept)
          .stopWhen(stop)
          .checkpoints(domain -> checkpoint, resume)
          .run(List.of(corpus));
      return result[0];
    }
  }

  @Test
  void anInterruptedRunMakesTheBaseOfAnUninterruptedOne(@TempDir Path own) throws IOException {
    DomainResult whole = run(own.resolve("whole"), own.resolve("c"), false, () -> false);
    int[] asked = {0};
    Path parts = own.resolve("parts");
    assertThat(run(parts, own.resolve("d"), false, () -> ++asked[0] > 3)).isNull();
    assertThat(parts).doesNotExist();
    DomainResult resumed = run(parts, own.resolve("d"), true, () -> false);

    assertThat(whole).isNotNull();
    assertThat(whole.lossEnd()).isLessThan(whole.lossStart() / 2);
    assertThat(resumed).isEqualTo(whole);
    assertThat(Files.readAllBytes(parts.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(own.resolve("whole/model.safetensors")));
  }

  @Test
  void theBaseHasItsFirstWeightsAgain(@TempDir Path own) {
    try (TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT)) {
      float[] before = base.backbone().weights().get(0).current().toFloats();
      new Pretrainer(base, settings()).run(List.of(corpus));
      assertThat(base.backbone().weights().get(0).current().toFloats()).isEqualTo(before);
    }
  }
}
