package io.haori.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.tokens.RowReader;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.BaseModel;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A base in fewer bits is made one matrix at a time: no second dense one is in memory. */
class OneMatrixAtATimeTest {
  @TempDir Path temporary;

  /** Counts the bytes of the matrices that were read and whose memory somebody still holds. */
  private static final class Counting implements Weights {
    private final Weights stored;
    private final List<Tensor> matrices = new ArrayList<>();
    private long most;
    private long largest;
    private int reads;

    Counting(Weights stored) {
      this.stored = stored;
    }

    @Override
    public Tensor load(String name) {
      Tensor tensor = stored.load(name);
      if (tensor.rank() == 2) {
        matrices.add(tensor.retain());
        largest = Math.max(largest, tensor.byteCount());
        most = Math.max(most, held());
        reads++;
      }
      return tensor;
    }

    /** Bytes of matrices that others hold, too. */
    long held() {
      return matrices.stream().filter(one -> one.holders() > 1).mapToLong(Tensor::byteCount).sum();
    }

    @Override
    public Set<String> names() {
      return stored.names();
    }

    @Override
    public boolean contains(String name) {
      return stored.contains(name);
    }

    @Override
    public long[] shape(String name) {
      return stored.shape(name);
    }

    @Override
    public DType dtype(String name) {
      return stored.dtype(name);
    }

    @Override
    public void close() {
      matrices.forEach(Tensor::close);
      stored.close();
    }
  }

  private static void quantise(BaseModel files, Backbone backbone) {
    CalibrationRows.quantise(backbone, RowReader.of(files.input()), InputGradients.INT8);
  }

  private BaseModel files(String base) {
    Path place =
        base.endsWith(".gguf")
            ? Golden.file("gguf/" + base, temporary)
            : Golden.copy("models/" + base, temporary);
    return Bases.open(place.toString(), FetchListener.SILENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-f32.gguf"})
  void asManyBytesAreDenseAsOneMatrixHas(String base) {
    BaseModel files = files(base);
    try (Counting counting = new Counting(files.weights())) {
      try (Backbone backbone = FamilyCatalogue.deferring(files.config(), counting, Pooling.AUTO)) {
        assertThat(counting.reads).isZero();
        quantise(files, backbone);
        assertThat(counting.reads).isGreaterThan(10);
        assertThat(counting.most).isEqualTo(counting.largest);
        assertThat(counting.held()).isZero();
        assertThat(backbone.slots())
            .allMatch(slot -> slot.weight().precision() == BasePrecision.INT8);
      }
    }
    BaseModel again = files(base);
    try (Counting counting = new Counting(again.weights());
        Backbone backbone =
            FamilyCatalogue.build(again.config(), counting, BasePrecision.INT4, Pooling.AUTO)) {
      assertThat(counting.most).isEqualTo(counting.largest);
      assertThat(counting.held()).isZero();
      assertThat(backbone.slots())
          .allMatch(slot -> slot.weight().precision() == BasePrecision.INT4);
    }
  }

  /** The counter sees a base whose matrices are kept as they were read. */
  @Test
  void aDenseBaseIsSeenByTheCounter() {
    BaseModel files = files("tiny-llama");
    try (Counting counting = new Counting(files.weights());
        Backbone dense =
            FamilyCatalogue.build(files.config(), counting, BasePrecision.FP32, Pooling.AUTO)) {
      assertThat(counting.held()).isGreaterThan(counting.largest);
      assertThat(dense.slots()).isNotEmpty();
    }
  }

  /** What is rounded while texts pass is what was rounded after they had passed. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "xlm-roberta-unigram"})
  void theNumbersAreThoseOfADenseBaseThatIsRoundedAfterwards(String base) {
    BaseModel files = files(base);
    try (Backbone before =
            FamilyCatalogue.build(
                files.config(),
                files.weights(),
                BasePrecision.of(BasePrecision.INT8.otherWeights()),
                Pooling.AUTO);
        Backbone now = FamilyCatalogue.deferring(files.config(), files.weights(), Pooling.AUTO)) {
      quantise(files, before);
      quantise(files, now);
      List<Weight> ours = now.weights();
      List<Weight> theirs = before.weights();
      for (int i = 0; i < theirs.size(); i++) {
        assertThat(ours.get(i).name()).isEqualTo(theirs.get(i).name());
        assertThat(ours.get(i).bytes()).isEqualTo(theirs.get(i).bytes());
        try (Scope scope = Scope.open()) {
          assertThat(ours.get(i).frozen().toFloats())
              .as(ours.get(i).name())
              .isEqualTo(theirs.get(i).frozen().toFloats());
        }
      }
    } finally {
      files.weights().close();
    }
  }
}
