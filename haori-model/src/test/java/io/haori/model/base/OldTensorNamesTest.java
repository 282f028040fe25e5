package io.haori.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Weight;
import io.haori.testkit.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that call the parts of a layer normalisation gamma and beta. */
class OldTensorNamesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;
  private Path today;
  private Path old;

  @BeforeEach
  void copyTheModelTwice() throws Exception {
    today = Golden.copy("models/bert-mlm", Files.createDirectory(temporary.resolve("today")));
    old = Golden.copy("models/bert-mlm", Files.createDirectory(temporary.resolve("old")));
    for (Path folder : List.of(today, old)) {
      Files.write(
          folder.resolve("vocab.txt"), List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBaseWithOldNamesIsTheSameBase(boolean withoutPrefix) throws Exception {
    rewrite(name -> withoutPrefix ? old(name).replaceFirst("^bert\\.", "") : old(name));
    assertTheSame();
  }

  @Test
  void aShardedBaseWithOldNamesIsTheSameBase() throws Exception {
    Map<String, Tensor> first = new TreeMap<>();
    Map<String, Tensor> second = new TreeMap<>();
    ObjectNode index = JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    Path file = old.resolve("model.safetensors");
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      for (String name : stored.names()) {
        boolean inFirst = first.size() <= second.size();
        (inFirst ? first : second).put(old(name), stored.load(name));
        map.put(old(name), inFirst ? "a.safetensors" : "b.safetensors");
      }
      SafetensorsWriter.write(old.resolve("a.safetensors"), first, Map.of());
      SafetensorsWriter.write(old.resolve("b.safetensors"), second, Map.of());
    }
    Files.delete(file);
    JSON.writeValue(old.resolve("model.safetensors.index.json").toFile(), index);
    assertTheSame();
  }

  @Test
  void aTensorUnderBothNamesIsRefused() throws Exception {
    Path file = old.resolve("model.safetensors");
    String name = "bert.embeddings.LayerNorm.weight";
    Map<String, Tensor> tensors = new TreeMap<>();
    try (Scope scope = Scope.open()) {
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        stored.names().forEach(each -> tensors.put(each, stored.load(each)));
      }
      tensors.put(old(name), tensors.get(name).copy());
      SafetensorsWriter.write(file, tensors, Map.of());
    }
    assertThatThrownBy(() -> Bases.open(old.toString(), FetchListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": must have one tensor for "
                + name
                + ", got 'bert.embeddings.LayerNorm.gamma' and 'bert.embeddings.LayerNorm.weight'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert.embeddings.word_embeddings.weight",
        "bert.encoder.layer.1.attention.self.key.bias",
        "cls.predictions.bias"
      })
  void aTensorWithoutANumberIsNamed(String damaged) throws Exception {
    for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      rewrite(UnaryOperator.identity(), damaged, value);
      try (BaseModel base = Bases.open(old.toString(), FetchListener.SILENT)) {
        assertThatThrownBy(
                () -> FamilyCatalogue.build(base.config(), base.weights(), DType.F32).close())
            .isInstanceOf(UserError.class)
            .hasMessage(
                "the base's tensor " + damaged + " must hold finite numbers, got NaN or infinity");
      }
    }
  }

  private static String old(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }

  private void rewrite(UnaryOperator<String> rename) {
    rewrite(rename, "", 0);
  }

  private void rewrite(UnaryOperator<String> rename, String damaged, double value) {
    Map<String, Tensor> tensors = new TreeMap<>();
    try (Scope scope = Scope.open()) {
      try (SafetensorsFile stored = SafetensorsFile.open(today.resolve("model.safetensors"))) {
        for (String name : stored.names()) {
          Tensor tensor = stored.load(name);
          if (name.equals(damaged)) {
            tensor
                .view(tensor.count())
                .narrow(0, 7, 1)
                .mulInPlace(0)
                .addInPlace(Tensors.full(value, DType.F32, 1));
          }
          tensors.put(rename.apply(name), tensor);
        }
      }
      SafetensorsWriter.write(old.resolve("model.safetensors"), tensors, Map.of());
    }
  }

  private void assertTheSame() {
    try (Scope scope = Scope.open();
        BaseModel one = Bases.open(today.toString(), FetchListener.SILENT);
        BaseModel other = Bases.open(old.toString(), FetchListener.SILENT);
        Backbone expected = FamilyCatalogue.build(one.config(), one.weights(), DType.F32);
        Backbone backbone = FamilyCatalogue.build(other.config(), other.weights(), DType.F32)) {
      List<Weight> wanted = expected.weights();
      List<Weight> got = backbone.weights();
      assertThat(got).hasSameSizeAs(wanted);
      for (int i = 0; i < got.size(); i++) {
        assertThat(got.get(i).current().equalTo(wanted.get(i).current())).isTrue();
      }
    }
  }
}
