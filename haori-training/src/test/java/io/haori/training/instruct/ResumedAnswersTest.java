package io.haori.training.instruct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.folder.ModuleTensors;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyDecoder;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.PromptedDataset;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that are learnt in several runs are those of one run. */
class ResumedAnswersTest {
  @TempDir static Path temporary;
  private static Path folder;
  private static PromptedDataset data;

  @BeforeAll
  static void makeFiles() throws IOException {
    folder = TinyDecoder.folder(temporary);
    Path rows = Files.createDirectories(temporary.resolve("rows"));
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < 20; row++) {
      lines.add(
          "{\"prompt\": \"A cat %d is\", \"completion\": \" %s.\"}"
              .formatted(row, row % 3 == 0 ? "red" : "green at home"));
    }
    Files.write(rows.resolve("train.jsonl"), lines);
    Files.write(rows.resolve("validation.jsonl"), lines.subList(3, 6));
    data = PromptedDataset.read(rows, DataOptions.USUAL);
  }

  /** What a run made. */
  private static final class Made implements PretrainListener {
    private final TextBase base;
    final Map<String, float[]> values = new TreeMap<>();
    final List<Double> losses = new ArrayList<>();
    @Nullable DomainResult result;

    Made(TextBase base) {
      this.base = base;
    }

    DomainResult result() {
      return Objects.requireNonNull(result);
    }

    @Override
    public void onStep(
        int done, int total, List<String> active, double loss, double tokensPerSecond) {
      losses.add(loss);
    }

    @Override
    public void onModule(DomainResult learnt, AdapterModule module) {
      result = learnt;
      if (module.method().trainsBase()) {
        ModuleTensors.moved(base).stream()
            .flatMap(weight -> weight.parts().stream())
            .forEach(part -> values.put(part.name(), part.current().toFloats()));
      }
      for (TrainedParameter part : module.parameters()) {
        values.put(part.parameter().name(), part.parameter().value().toFloats());
      }
    }
  }

  /** Each run opens its base anew, as a process does. */
  private static Made run(String method, Path checkpoint, boolean resume, BooleanSupplier stop)
      throws IOException {
    String json =
        """
        {"method": "METHOD", "training.epochs": 3, "batchSize": 8, "maxLength": 32, "precision": "fp32"}
        """
            .replace("METHOD", method);
    PretrainSettings settings =
        AnswerSettings.of(TuneSettings.fromJson(new ObjectMapper().readTree(json)));
    DataFile validation = Objects.requireNonNull(data.validation());
    DomainCorpus corpus = new DomainCorpus("answers", List.of(data.train()), List.of(validation));
    try (TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT)) {
      Made made = new Made(base);
      new Pretrainer(base, settings)
          .listener(made)
          .stopWhen(stop)
          .checkpoints(domain -> checkpoint, resume)
          .run(List.of(corpus));
      return made;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lora, 9",
    "dora, 9",
    "bottleneck, 9",
    "modular, 9",
    "full, 9",
    // Two of three steps an epoch on the inner rows, then eight epochs on all.
    "bidora, 30"
  })
  void anInterruptedRunGivesTheModuleOfAnUninterruptedOne(
      String method, int steps, @TempDir Path own) throws IOException {
    Made whole = run(method, own.resolve("whole"), false, () -> false);
    assertThat(whole.losses).hasSize(steps);
    assertThat(whole.values).isNotEmpty();
    // In the middle of the first epoch, then of the third.
    Path checkpoint = own.resolve("parts");
    int[] asked = {0};
    Made first = run(method, checkpoint, false, () -> ++asked[0] > 2);
    asked[0] = 0;
    Made second = run(method, checkpoint, true, () -> ++asked[0] > 5);
    Made third = run(method, checkpoint, true, () -> false);

    assertThat(first.result).isNull();
    assertThat(second.result).isNull();
    List<Double> losses = new ArrayList<>(first.losses);
    losses.addAll(second.losses);
    losses.addAll(third.losses);
    assertThat(first.losses).hasSize(2);
    assertThat(second.losses).hasSize(5);
    assertThat(losses).isEqualTo(whole.losses);
    assertThat(third.values.keySet()).isEqualTo(whole.values.keySet());
    whole.values.forEach((name, value) -> assertThat(third.values.get(name)).isEqualTo(value));
    assertThat(third.result().lossStart()).isEqualTo(whole.result().lossStart());
    assertThat(third.result().lossEnd()).isEqualTo(whole.result().lossEnd());
    assertThat(third.result().steps()).isEqualTo(whole.result().steps());
    assertThat(third.result().tokens()).isEqualTo(whole.result().tokens());
  }

  /** What is left to do shows that a resumed run does continue. */
  @Test
  void aRunThatIsNotResumedTakesAllStepsAgain(@TempDir Path own) throws IOException {
    int[] asked = {0};
    Path checkpoint = own.resolve("parts");
    run("lora", checkpoint, false, () -> ++asked[0] > 4);
    Made resumed = run("lora", checkpoint, true, () -> false);
    assertThat(resumed.losses).hasSize(5);
    Made again = run("lora", checkpoint, false, () -> false);
    assertThat(again.losses).hasSize(9);
  }
}
