package io.haori.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.tensor.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorflowWeightsTest {
  static final byte[] DATA = OnnxWeightsTest.floats(1, 2, 3, 4, 5, 6, 7, 8, 9);

  @TempDir Path folder;
  Path index;
  Path data;

  @BeforeEach
  void writeSoundFiles() throws Exception {
    index = Files.write(folder.resolve("variables.index"), sound());
    data = Files.write(folder.resolve("variables.data"), DATA);
  }

  /** A bias of three and a kernel [2, 3]; the second key shares its beginning with the first. */
  static byte[] sound() {
    return table(
        entry(1, 0, 24, 12, 3),
        entry(1, 0, 0, 24, 2, 3),
        "module/bert/encoder/layer_0/output/dense/",
        "bias",
        "kernel");
  }

  @Test
  void renamesVariablesAndTransposesKernels() {
    try (Scope scope = Scope.open();
        Weights weights = TensorflowWeights.open(index, data)) {
      assertThat(weights.names())
          .containsExactly(
              "bert.encoder.layer.0.output.dense.bias", "bert.encoder.layer.0.output.dense.weight");
      assertThat(weights.load("bert.encoder.layer.0.output.dense.bias").toFloats())
          .containsExactly(7, 8, 9);
      assertThat(weights.shape("bert.encoder.layer.0.output.dense.weight")).containsExactly(3, 2);
      assertThat(weights.load("bert.encoder.layer.0.output.dense.weight").toFloats())
          .containsExactly(1, 4, 2, 5, 3, 6);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "module/bert/embeddings/word_embeddings, bert.embeddings.word_embeddings.weight",
    "module/bert/embeddings/LayerNorm/gamma, bert.embeddings.LayerNorm.weight",
    "module/bert/embeddings/LayerNorm/beta, bert.embeddings.LayerNorm.bias",
    "module/bert/encoder/layer_11/attention/self/key/kernel,"
        + " bert.encoder.layer.11.attention.self.key.weight",
    "module/bert/pooler/dense/bias, bert.pooler.dense.bias",
    "module/cls/predictions/transform/dense/kernel, cls.predictions.transform.dense.weight",
    "module/cls/predictions/output_bias, cls.predictions.bias",
    "global_step, global_step"
  })
  void namesAVariableAsHuggingFaceDoes(String variable, String name) {
    assertThat(TensorflowWeights.name(variable)).isEqualTo(name);
  }

  @Test
  void refusesWhatIsNoIndex() throws Exception {
    Files.write(index, new byte[100]);
    assertRefused(index + ": is no index of TensorFlow variables");
    Files.write(index, new byte[0]);
    assertRefused(index + ": is no index of TensorFlow variables");
  }

  @Test
  void refusesDataThatIsCutOff() throws Exception {
    Files.write(data, new byte[30]);
    assertRefused(
        index
            + ": has a variable 'module/bert/encoder/layer_0/output/dense/bias'"
            + " of shape [3] with 12 bytes at 24 of 30");
  }

  @Test
  void refusesVariablesOfAnotherTypeOrPart() throws Exception {
    Files.write(index, table(entry(9, 0, 24, 12, 3), entry(1, 0, 0, 24, 2, 3), "a/", "b", "c"));
    assertRefused(index + ": has a variable 'a/b' of type 9 in part 0, must be type 1 in part 0");
    Files.write(index, table(entry(1, 1, 24, 12, 3), entry(1, 0, 0, 24, 2, 3), "a/", "b", "c"));
    assertRefused(index + ": has a variable 'a/b' of type 1 in part 1, must be type 1 in part 0");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> TensorflowWeights.open(index, data))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  private static ProtobufBytes entry(int type, int part, long offset, long size, long... shape) {
    ProtobufBytes lengths = new ProtobufBytes();
    for (long length : shape) {
      lengths.message(2, new ProtobufBytes().number(1, length));
    }
    return new ProtobufBytes()
        .number(1, type)
        .message(2, lengths)
        .number(3, part)
        .number(4, offset)
        .number(5, size);
  }

  private static byte[] table(
      ProtobufBytes first, ProtobufBytes second, String prefix, String one, String two) {
    ProtobufBytes block = new ProtobufBytes();
    record(block, 0, "", new ProtobufBytes().number(1, 1));
    record(block, 0, prefix + one, first);
    record(block, prefix.length(), two, second);
    end(block);
    int blockBytes = block.size();
    ProtobufBytes index = new ProtobufBytes();
    record(index, 0, prefix + two, new ProtobufBytes().varint(0).varint(blockBytes));
    end(index);
    ProtobufBytes footer =
        new ProtobufBytes().varint(0).varint(0).varint(blockBytes + 5).varint(index.size());
    ByteBuffer padded = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    padded.put(footer.toBytes()).putLong(40, 0xdb4775248b80fb57L);
    return block
        .raw(new byte[5])
        .raw(index.toBytes())
        .raw(new byte[5])
        .raw(padded.array())
        .toBytes();
  }

  private static void record(ProtobufBytes block, int shared, String key, ProtobufBytes value) {
    byte[] suffix = key.getBytes(StandardCharsets.UTF_8);
    block.varint(shared).varint(suffix.length).varint(value.size());
    block.raw(suffix).raw(value.toBytes());
  }

  /** One restart point, and how many there are. */
  private static void end(ProtobufBytes block) {
    block.raw(new byte[] {0, 0, 0, 0, 1, 0, 0, 0});
  }
}
