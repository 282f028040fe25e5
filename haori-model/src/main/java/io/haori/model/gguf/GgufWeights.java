package io.haori.model.gguf;

import io.haori.core.check.Check;
import io.haori.core.weights.DType;
import io.haori.core.weights.WeightFiles;
import io.haori.model.config.LlamaCppNames;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model's tensors under the names of Hugging Face, with the rows of heads in their order here.
 */
final class GgufWeights implements Weights {
  private static final String LAYER = "blk.";

  private final GgufFile file;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, Integer> heads = new LinkedHashMap<>();
  private final Set<String> turned = new HashSet<>();

  /**
   * Takes a file over.
   *
   * @param file of a model
   * @param layout of its family
   * @throws io.haori.core.check.UserError when it has a tensor that is not known
   */
  GgufWeights(GgufFile file, LlamaCppNames layout) {
    this.file = file;
    GgufNames family = GgufNames.of(layout.architecture());
    Map<String, String> parts = new LinkedHashMap<>(family.norms());
    layout.layers().forEach((here, there) -> parts.put(there, here));
    for (String stored : file.names()) {
      String whole = family.whole().get(stored);
      String name = whole == null ? ofLayer(stored, parts, layout, family) : whole;
      if (name == null) {
        throw Check.in(
            file.path(), GgufBytes.quote(stored) + " is no tensor of " + layout.architecture());
      }
      if (!name.isEmpty()) {
        names.put(name, stored);
      }
    }
  }

  private @Nullable String ofLayer(
      String stored, Map<String, String> parts, LlamaCppNames layout, GgufNames family) {
    int number = stored.indexOf('.', LAYER.length());
    int kind = stored.lastIndexOf('.');
    if (!stored.startsWith(LAYER) || number < 0 || kind <= number) {
      return null;
    }
    String part = stored.substring(number + 1, kind);
    String here = parts.get(part);
    if (here == null) {
      return null;
    }
    String name =
        family.layer()
            + stored.substring(LAYER.length(), number)
            + "."
            + here
            + stored.substring(kind);
    Integer interleaved = layout.interleavedHeads().get(part);
    if (interleaved != null) {
      heads.put(name, interleaved);
    }
    if (family.inputsFirst() && file.shape(stored).length == 2) {
      turned.add(name);
    }
    return name;
  }

  private String stored(String name) {
    return WeightFiles.find(file.path(), names, name);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(names.keySet());
  }

  @Override
  public boolean contains(String name) {
    return names.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    long[] shape = file.shape(stored(name));
    return turned.contains(name) ? new long[] {shape[1], shape[0]} : shape;
  }

  @Override
  public DType dtype(String name) {
    DType plain = file.type(stored(name)).dtype();
    return plain == null ? DType.F32 : plain;
  }

  @Override
  public Tensor load(String name) {
    if (turned.contains(name)) {
      // As the family's own files have it; whoever reads those turns it back.
      try (Scope scope = Scope.open()) {
        return scope.keep(file.load(stored(name)).t());
      }
    }
    Integer interleaved = heads.get(name);
    if (interleaved == null) {
      return file.load(stored(name));
    }
    try (Scope scope = Scope.open()) {
      return scope.keep(halvesApart(file.load(stored(name)), interleaved));
    }
  }

  /** Row {@code 2j + half} of a head becomes its row {@code half · d/2 + j}. */
  private static Tensor halvesApart(Tensor rows, long heads) {
    long width = rows.count() / rows.size(0);
    return rows.contiguous()
        .view(heads, rows.size(0) / heads / 2, 2, width)
        .transpose(1, 2)
        .contiguous()
        .view(rows.shape());
  }

  @Override
  public void close() {
    file.close();
  }
}
