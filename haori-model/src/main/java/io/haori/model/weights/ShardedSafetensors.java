package io.haori.model.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.core.weights.WeightFiles;
import io.haori.tensor.Tensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Weights spread over several safetensors files, with an index that says which tensor is in which
 * file: {@code {"weight_map": {"<tensor>": "<file>", …}}}.
 */
public final class ShardedSafetensors implements Weights {
  private static final long MAX_INDEX_BYTES = 100_000_000;

  private final Path index;
  private final Map<String, SafetensorsFile> shards;
  private final Map<String, SafetensorsFile> byTensor;

  private ShardedSafetensors(
      Path index, Map<String, SafetensorsFile> shards, Map<String, SafetensorsFile> byTensor) {
    this.index = index;
    this.shards = shards;
    this.byTensor = byTensor;
  }

  /**
   * Opens all files that an index names.
   *
   * @param index usually {@code model.safetensors.index.json}; its files lie beside it
   * @return the tensors of all files
   * @throws UserError when the index or a file of it is missing or unsound
   */
  public static ShardedSafetensors open(Path index) {
    Map<String, SafetensorsFile> shards = new TreeMap<>();
    Map<String, SafetensorsFile> byTensor = new TreeMap<>();
    boolean sound = false;
    try {
      JsonNode map = JsonFile.readObject(index, MAX_INDEX_BYTES).get("weight_map");
      if (map == null || !map.isObject()) {
        throw Check.in(index, "must have a weight_map, an object of file names");
      }
      for (var entry : map.properties()) {
        Path file = shardFile(index, entry.getValue());
        SafetensorsFile shard =
            shards.computeIfAbsent(file.toString(), name -> SafetensorsFile.open(file));
        if (!shard.contains(entry.getKey())) {
          String what = "says that tensor " + WeightFiles.quote(entry.getKey()) + " is in ";
          throw Check.in(index, what + file.getFileName() + ", but it is not");
        }
        byTensor.put(entry.getKey(), shard);
      }
      sound = true;
      return new ShardedSafetensors(index, shards, byTensor);
    } finally {
      if (!sound) {
        shards.values().forEach(SafetensorsFile::close);
      }
    }
  }

  /** The file, which must lie right beside the index: an index must not reach other folders. */
  private static Path shardFile(Path index, JsonNode value) {
    String name = value.isTextual() ? value.textValue() : "";
    boolean plain =
        name.endsWith(".safetensors")
            && name.chars().noneMatch(c -> "/\\:".indexOf(c) >= 0 || c < 32);
    if (!plain) {
      String bound = "weight_map must name .safetensors files of its own folder, got ";
      throw Check.in(index, bound + JsonFile.printable(value.toString()));
    }
    return index.resolveSibling(name);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(byTensor.keySet());
  }

  @Override
  public boolean contains(String name) {
    return byTensor.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return WeightFiles.find(index, byTensor, name).shape(name);
  }

  @Override
  public DType dtype(String name) {
    return WeightFiles.find(index, byTensor, name).dtype(name);
  }

  @Override
  public Tensor load(String name) {
    return WeightFiles.find(index, byTensor, name).load(name);
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }
}
