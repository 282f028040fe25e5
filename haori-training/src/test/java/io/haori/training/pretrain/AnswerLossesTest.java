package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyDecoder;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.PromptedDataset;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Losses row by row are those that a training measures, and gradients are theirs. */
class AnswerLossesTest {
  @TempDir Path temporary;
  private TextBase base;
  private PromptedDataset data;
  private PretrainSettings settings;

  @BeforeEach
  void open() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < 20; row++) {
      lines.add(
          "{\"prompt\": \"A cat %d is\", \"completion\": \" %s.\"}"
              .formatted(row, row % 3 == 0 ? "red" : "green at home"));
    }
    Path rows = Files.createDirectories(temporary.resolve("rows"));
    Files.write(rows.resolve("train.jsonl"), lines);
    Files.write(rows.resolve("validation.jsonl"), lines.subList(3, 9));
    data = PromptedDataset.read(rows, DataOptions.USUAL);
    String json =
        """
        {"method": "lora", "training.epochs": 2, "batchSize": 8, "maxLength": 32, "precision": "fp32"}
        """;
    settings = AnswerSettings.of(TuneSettings.fromJson(new ObjectMapper().readTree(json)));
    base = TextBase.open(TinyDecoder.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
  }

  @AfterEach
  void close() {
    base.close();
  }

  @Test
  void theMeanIsTheLossOfHeldOutRows() {
    DataFile validation = Objects.requireNonNull(data.validation());
    DomainCorpus corpus = new DomainCorpus("answers", List.of(data.train()), List.of(validation));
    AnswerLosses heldOut = AnswerLosses.ofHeldOut(base, settings, corpus);
    AnswerLosses rows = AnswerLosses.of(base, settings, validation, validation.rows());
    List<DomainResult> results = new ArrayList<>();
    List<AnswerLosses.RowLosses> learnt = new ArrayList<>();
    new Pretrainer(base, settings)
        .listener(
            new PretrainListener() {
              @Override
              public void onModule(DomainResult result, AdapterModule module) {
                results.add(result);
                learnt.add(heldOut.with(module));
                learnt.add(rows.with(module));
              }
            })
        .run(List.of(corpus));
    DomainResult result = results.get(0);
    assertThat(heldOut.with(Adaptation.NONE).mean()).isCloseTo(result.lossStart(), within(1e-6));
    assertThat(learnt.get(0).mean()).isCloseTo(result.lossEnd(), within(1e-6));
    // The same rows in the order of the file.
    assertThat(learnt.get(1).mean()).isCloseTo(result.lossEnd(), within(1e-6));
    assertThat(learnt.get(1).tokens()).hasSize(6);
    assertThat(learnt.get(1).means()[0])
        .isEqualTo(learnt.get(1).sums()[0] / learnt.get(1).tokens()[0]);
  }

  @Test
  void theGradientIsThatOfTheMean() {
    AnswerLosses losses = AnswerLosses.of(base, settings, data.train(), data.train().rows());
    try (AdapterModule module =
            AdapterModule.create("a", settings.method(), base.backbone(), new SplittableRandom(3));
        Scope scope = Scope.open()) {
      float[] gradient = losses.gradient(module);
      double squares = 0;
      for (float one : gradient) {
        squares += one * one;
      }
      double step = 1e-3 / Math.sqrt(squares);
      double up = moved(losses, module, gradient, step);
      double down = moved(losses, module, gradient, -2 * step);
      assertThat((up - down) / (2 * step)).isCloseTo(squares, within(0.01 * squares));
      assertThat(squares).isPositive();
    }
  }

  /** The loss after a step along a direction from where the module is. */
  private static double moved(
      AnswerLosses losses, AdapterModule module, float[] direction, double step) {
    int at = 0;
    for (TrainedParameter one : module.parameters()) {
      Tensor value = one.parameter().value();
      int count = Math.toIntExact(value.count());
      float[] part = Arrays.copyOfRange(direction, at, at + count);
      value.addScaledInPlace(Tensors.of(part, value.shape()), step);
      at += count;
    }
    return losses.with(module).mean();
  }
}
