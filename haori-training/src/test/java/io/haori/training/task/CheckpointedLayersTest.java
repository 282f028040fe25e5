package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.testkit.TinyBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gradient checkpointing computes again. */
class CheckpointedLayersTest {
  private static final String TOP = "encoder.layer.1.output.dense";

  @TempDir Path temporary;

  /** Layers that look for adapters while derivatives run, which is when they compute again. */
  private Set<String> computedAgain(List<String> adapted, List<float[]> gradients) {
    List<String> asked = new ArrayList<>();
    AdapterMethod lora =
        MethodCatalogue.create("lora", Map.of("targets", String.join(";", adapted)));
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        Scope scope = Scope.open();
        AdapterModule module =
            AdapterModule.create("task", lora, base.backbone(), new SplittableRandom(1))) {
      // B begins at zero, under which nothing would reach A.
      module
          .parameters()
          .forEach(
              one -> {
                Tensor value = one.parameter().value();
                value.copyInPlace(Tensors.full(0.1, DType.F32, value.shape()));
              });
      Adaptation watched =
          slot -> {
            asked.add(slot.name());
            return module.at(slot);
          };
      TextOptions options = new TextOptions(Pooling.CLS, 16, DType.F32);
      List<Row> rows = List.of(new Row("wordaa wordab wordac", null, null, null, 1));
      TokenizedRows tokens = TokenizedRows.of(rows, base.tokenizer(), 16);
      try (Tape tape = Tape.recording(DType.F32, 1);
          TextBatch batch = TextPass.batch(tokens.batch(new int[] {0}))) {
        Variable pooled = TextVectors.pooled(tape, base, batch, watched, options, true);
        asked.clear();
        pooled.accumulate(Tensors.full(1, DType.F32, pooled.value().shape()));
        tape.backwardFromGradients();
      }
      module.parameters().forEach(one -> gradients.add(one.parameter().gradient().toFloats()));
    }
    return new TreeSet<>(asked);
  }

  @Test
  void layersBelowTheLowestAdaptedOneAreNotComputedAgain() {
    List<float[]> gradients = new ArrayList<>();
    assertThat(computedAgain(List.of(TOP), gradients))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("encoder.layer.1.") || name.startsWith("pooler."));
    assertThat(gradients).anyMatch(gradient -> gradient[0] != 0);
  }

  @Test
  void thoseAboveAnAdaptedOneAre() {
    List<float[]> gradients = new ArrayList<>();
    assertThat(computedAgain(List.of("encoder.layer.0.attention.self.query"), gradients))
        .anyMatch(name -> name.startsWith("encoder.layer.0."))
        .anyMatch(name -> name.startsWith("encoder.layer.1."));
    assertThat(gradients).anyMatch(gradient -> gradient[0] != 0);
  }
}
