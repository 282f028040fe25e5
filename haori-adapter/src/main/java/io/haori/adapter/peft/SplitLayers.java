package io.haori.adapter.peft;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer of ours that is several modules in PEFT's model, each with an equal part of the outputs:
 *
 * <pre>{@code
 * lora_A   [r, i]   each has the whole
 * lora_B   [o, r]   each has its rows, as of the magnitudes [o]
 * }</pre>
 */
final class SplitLayers {
  private static final String A = "lora_A.weight";
  private static final String B = "lora_B.weight";

  private SplitLayers() {}

  /**
   * What a module has of a layer's tensor.
   *
   * @param name of the tensor
   * @param part counted from 0
   * @param parts modules of the layer
   */
  static Tensor part(String name, Tensor whole, int part, int parts) {
    if (parts == 1 || name.equals(A)) {
      return whole;
    }
    long rows = whole.size(0) / parts;
    return whole.narrow(0, part * rows, rows).contiguous();
  }

  /** Whether modules have their inner factor in common, so that their layer has its rank. */
  static boolean shareInner(List<Map<String, Tensor>> parts) {
    return parts.stream().allMatch(part -> required(part, A).equalTo(required(parts.get(0), A)));
  }

  /**
   * The tensors of the layer: where modules differ in their inner factors, these lie one below the
   * other, and the layer has the sum of the ranks.
   *
   * @param parts tensors of the modules by name, in F32, in the order of the outputs
   */
  static Map<String, Tensor> joined(List<Map<String, Tensor>> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    boolean shared = shareInner(parts);
    Map<String, Tensor> joined = new LinkedHashMap<>();
    for (String name : parts.get(0).keySet()) {
      List<Tensor> all = parts.stream().map(part -> required(part, name)).toList();
      if (name.equals(A) && shared) {
        joined.put(name, all.get(0));
      } else if (name.equals(B) && !shared) {
        joined.put(name, diagonal(all));
      } else {
        joined.put(name, Tensors.cat(all, 0));
      }
    }
    return joined;
  }

  private static Tensor diagonal(List<Tensor> blocks) {
    long columns = blocks.stream().mapToLong(block -> block.size(1)).sum();
    List<Tensor> rows = new ArrayList<>();
    long before = 0;
    for (Tensor block : blocks) {
      long behind = columns - before - block.size(1);
      List<Tensor> row = new ArrayList<>();
      if (before > 0) {
        row.add(Tensors.zeros(DType.F32, block.size(0), before));
      }
      row.add(block);
      if (behind > 0) {
        row.add(Tensors.zeros(DType.F32, block.size(0), behind));
      }
      rows.add(Tensors.cat(row, 1));
      before += block.size(1);
    }
    return Tensors.cat(rows, 0);
  }

  private static Tensor required(Map<String, Tensor> tensors, String name) {
    Tensor found = tensors.get(name);
    if (found == null) {
      throw new IllegalStateException(name + " is missing");
    }
    return found;
  }
}
