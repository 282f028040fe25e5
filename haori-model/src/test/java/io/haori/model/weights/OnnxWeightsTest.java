package io.haori.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWeightsTest {
  @TempDir Path folder;

  /** One named bias and one anonymous weight [2, 3] of the layer encoder.layer.0.dense. */
  static byte[] sound() {
    ProtobufBytes graph =
        new ProtobufBytes()
            .message(1, node("/encoder/layer.0/dense/MatMul", "MatMul", "x", "onnx::MatMul_7"))
            .message(
                1, node("/encoder/layer.0/dense/Add", "Add", "y", "encoder.layer.0.dense.bias"))
            .message(5, tensor("onnx::MatMul_7", 1, floats(1, 2, 3, 4, 5, 6), 2, 3))
            .message(5, tensor("encoder.layer.0.dense.bias", 1, floats(7, 8, 9), 3))
            .message(5, tensor("ids", 7, new byte[16], 1, 2));
    return model(graph);
  }

  @Test
  void namesAnAnonymousWeightAfterItsNodeAndTransposesIt() throws Exception {
    Path file = Files.write(folder.resolve("model.onnx"), sound());
    try (Scope scope = Scope.open();
        Weights weights = OnnxWeights.open(file)) {
      assertThat(weights.names())
          .containsExactly("encoder.layer.0.dense.bias", "encoder.layer.0.dense.weight", "ids");
      String name = "encoder.layer.0.dense.weight";
      assertThat(weights.contains(name)).isTrue();
      assertThat(weights.shape(name)).containsExactly(3, 2);
      assertThat(weights.load(name).shape()).containsExactly(3, 2);
      assertThat(weights.load(name).toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(weights.load("encoder.layer.0.dense.bias").toFloats()).containsExactly(7, 8, 9);
      assertThat(weights.dtype("ids")).isEqualTo(DType.I64);
      assertThatThrownBy(() -> weights.load("pooler"))
          .isInstanceOf(UserError.class)
          .hasMessage(file + ": holds no tensor 'pooler'");
    }
  }

  @Test
  void readsPackedDimensions() throws Exception {
    ProtobufBytes packed =
        new ProtobufBytes()
            .bytes(1, new ProtobufBytes().varint(3).varint(1).toBytes())
            .number(2, 1)
            .bytes(9, floats(7, 8, 9))
            .text(8, "a");
    Path file =
        Files.write(folder.resolve("model.onnx"), model(new ProtobufBytes().message(5, packed)));
    try (Weights weights = OnnxWeights.open(file)) {
      assertThat(weights.shape("a")).containsExactly(3, 1);
    }
  }

  @Test
  void refusesInOneSentence() {
    assertRefused(new ProtobufBytes(), "is no ONNX file with weights");
    assertRefused(
        tensors(tensor("a", 8, new byte[4], 1)),
        "has a tensor 'a' of ONNX type 8, which cannot be read");
    assertRefused(
        tensors(tensor("a", 1, new byte[4], 2)), "has a tensor 'a' of F32[2], 8 bytes, but has 4");
    assertRefused(
        tensors(tensor("a", 1, new byte[4], 1L << 40, 1L << 40)),
        "has a tensor 'a' of F32[1099511627776, 1099511627776],"
            + " more bytes than can be counted, but has 4");
    assertRefused(
        tensors(tensor("a", 1, new byte[4], -1)),
        "has a tensor of a negative length or of more than 64 dimensions");
    assertRefused(
        tensors(new ProtobufBytes().text(8, "a").number(2, 1).number(1, 1)),
        "has a tensor 'a' without raw data");
    assertRefused(
        tensors(tensor("a", 1, new byte[4], 1)).message(5, tensor("a", 1, new byte[4], 1)),
        "has two tensors 'a'");
  }

  private void assertRefused(ProtobufBytes graph, String message) {
    Path file = folder.resolve("model.onnx");
    assertThatThrownBy(() -> OnnxWeights.open(Files.write(file, model(graph))))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + message);
  }

  private static byte[] model(ProtobufBytes graph) {
    return new ProtobufBytes().number(1, 6).text(2, "test").message(7, graph).toBytes();
  }

  private static ProtobufBytes tensors(ProtobufBytes tensor) {
    return new ProtobufBytes().message(5, tensor);
  }

  private static ProtobufBytes node(String name, String operation, String... inputs) {
    ProtobufBytes node = new ProtobufBytes();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, "out").text(3, name).text(4, operation);
  }

  private static ProtobufBytes tensor(String name, int type, byte[] data, long... shape) {
    ProtobufBytes tensor = new ProtobufBytes();
    for (long length : shape) {
      tensor.number(1, length);
    }
    return tensor.number(2, type).text(8, name).bytes(9, data);
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
