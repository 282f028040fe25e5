package io.haori.model.weights;

import io.haori.core.weights.DType;
import io.haori.core.weights.SafetensorsHeader;
import io.haori.core.weights.StoredTensor;
import io.haori.core.weights.WeightFiles;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of an ONNX file's graph is needed to find its weights. Field numbers are those of the
 * published {@code onnx.proto}.
 */
final class OnnxGraph {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_NAME = 3;
  private static final int NODE_OPERATION = 4;
  private static final int TENSOR_DIMENSIONS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW_DATA = 9;

  /** The engine's own bound. */
  private static final int MAX_RANK = 64;

  /** More than any model has; keeps a hostile file of tiny entries from filling the heap. */
  private static final int MAX_ENTRIES = 1_000_000;

  private static final String MULTIPLY = "/MatMul";

  private final FileBytes bytes;
  private final Map<String, StoredTensor> initializers = new TreeMap<>();

  /** Names of nodes that multiply, by their second input. */
  private final Map<String, String> multipliers = new HashMap<>();

  OnnxGraph(FileBytes bytes) {
    this.bytes = bytes;
    ProtobufFields model = new ProtobufFields(bytes, 0, bytes.size());
    while (model.next()) {
      if (model.number() == MODEL_GRAPH) {
        readGraph(model.message());
      }
    }
    if (initializers.isEmpty()) {
      throw bytes.error("is no ONNX file with weights");
    }
  }

  /** The weights under the names of Hugging Face. */
  TransposableTensors tensors(Path file, FileChannel channel) {
    Map<String, StoredTensor> tensors = new TreeMap<>();
    Set<String> transposed = new HashSet<>();
    initializers.forEach(
        (initializer, tensor) -> {
          String layer = layerName(initializer, tensor);
          String name = layer == null ? initializer : layer;
          if (layer != null) {
            transposed.add(name);
          }
          if (tensors.put(name, tensor) != null) {
            throw bytes.error("has two tensors " + WeightFiles.quote(name));
          }
        });
    return new TransposableTensors(file, channel, tensors, transposed);
  }

  private @Nullable String layerName(String initializer, StoredTensor tensor) {
    String node = multipliers.get(initializer);
    boolean anonymous = initializer.startsWith("onnx::") && tensor.shape().length == 2;
    if (!anonymous || node == null || !node.startsWith("/") || !node.endsWith(MULTIPLY)) {
      return null;
    }
    String path = node.substring(1, Math.max(1, node.length() - MULTIPLY.length()));
    return path.replace('/', '.') + ".weight";
  }

  private void readGraph(ProtobufFields graph) {
    int entries = 0;
    while (graph.next()) {
      if (graph.number() == GRAPH_NODE) {
        readNode(graph.message());
        entries++;
      } else if (graph.number() == GRAPH_INITIALIZER) {
        readInitializer(graph.message());
        entries++;
      }
      if (entries > MAX_ENTRIES) {
        throw bytes.error("must have at most " + MAX_ENTRIES + " nodes and weights, has more");
      }
    }
  }

  private void readNode(ProtobufFields node) {
    List<String> inputs = new ArrayList<>();
    String name = "";
    String operation = "";
    while (node.next()) {
      switch (node.number()) {
        case NODE_INPUT -> {
          if (inputs.size() < 2) {
            inputs.add(node.text());
          }
        }
        case NODE_NAME -> name = node.text();
        case NODE_OPERATION -> operation = node.text();
        default -> {}
      }
    }
    if (operation.equals("MatMul") && inputs.size() == 2) {
      multipliers.put(inputs.get(1), name);
    }
  }

  private void readInitializer(ProtobufFields tensor) {
    List<Long> shape = new ArrayList<>();
    long type = 0;
    String name = "";
    long start = -1;
    long length = -1;
    while (tensor.next()) {
      switch (tensor.number()) {
        case TENSOR_DIMENSIONS -> readDimensions(tensor, shape);
        case TENSOR_TYPE -> type = tensor.value();
        case TENSOR_NAME -> name = tensor.text();
        case TENSOR_RAW_DATA -> {
          start = tensor.start();
          length = tensor.length();
        }
        default -> {}
      }
    }
    String what = "has a tensor " + WeightFiles.quote(name);
    DType dtype = dtype(what, type);
    long[] lengths = shape.stream().mapToLong(Long::longValue).toArray();
    Long needed = SafetensorsHeader.bytes(lengths, dtype);
    if (start < 0) {
      throw bytes.error(what + " without raw data");
    }
    if (needed == null || needed != length) {
      String need = needed == null ? "more bytes than can be counted" : needed + " bytes";
      throw bytes.error(what + " of " + dtype + shape + ", " + need + ", but has " + length);
    }
    if (initializers.put(name, new StoredTensor(dtype, lengths, start)) != null) {
      throw bytes.error("has two tensors " + WeightFiles.quote(name));
    }
  }

  private void readDimensions(ProtobufFields tensor, List<Long> shape) {
    if (tensor.isBytes()) {
      ProtobufFields packed = tensor.message();
      while (!packed.atEnd()) {
        addDimension(packed.nextPacked(), shape);
      }
    } else {
      addDimension(tensor.value(), shape);
    }
  }

  private void addDimension(long length, List<Long> shape) {
    if (length < 0 || shape.size() == MAX_RANK) {
      throw bytes.error(
          "has a tensor of a negative length or of more than " + MAX_RANK + " dimensions");
    }
    shape.add(length);
  }

  private DType dtype(String what, long type) {
    return switch ((int) Math.max(0, Math.min(type, Integer.MAX_VALUE))) {
      case 1 -> DType.F32;
      case 2 -> DType.U8;
      case 6 -> DType.I32;
      case 7 -> DType.I64;
      case 9 -> DType.BOOL;
      case 10 -> DType.F16;
      case 11 -> DType.F64;
      case 16 -> DType.BF16;
      default -> throw bytes.error(what + " of ONNX type " + type + ", which cannot be read");
    };
  }
}
