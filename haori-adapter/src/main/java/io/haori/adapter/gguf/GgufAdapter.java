package io.haori.adapter.gguf;

import static io.haori.model.gguf.GgufBytes.quote;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.gguf.GgufFile;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A LoRA adapter as llama.cpp reads it: for each layer {@code blk.N.NAME.weight.lora_a}, A {@code
 * [r, in]}, and {@code .lora_b}, B {@code [out, r]}, and one alpha for all. The update is {@code
 * alpha / r · B A}, and {@code B A} where alpha is 0.
 */
public final class GgufAdapter {
  private static final String TYPE = "general.type";
  private static final String ARCHITECTURE = "general.architecture";
  private static final String DESCRIPTION = "general.description";
  private static final String KIND = "adapter.type";
  private static final String ALPHA = "adapter.lora.alpha";
  private static final String ADAPTER = "adapter";
  private static final String LORA = "lora";
  private static final String OURS = "LoRA adapter written by Haori";

  /** Makes an adapter work behind certain tokens alone. */
  private static final String TOKENS = "adapter.alora.invocation_tokens";

  private static final String DOWN = ".lora_a";
  private static final String UP = ".lora_b";

  private GgufAdapter() {}

  /** Whether a module's update on every layer is low-rank and thereby of this form. */
  public static boolean canHold(AdapterModule module) {
    return !module.layers().isEmpty()
        && module.method().addsToOutput()
        && module.layers().values().stream().allMatch(LowRankUpdate.class::isInstance);
  }

  /** Whether a sound file is an adapter that {@link #write} wrote. */
  public static boolean isOurs(Path file) {
    try (GgufFile gguf = GgufFile.open(file)) {
      return OURS.equals(gguf.text(DESCRIPTION));
    } catch (UserError e) {
      return false;
    }
  }

  /**
   * Writes a file in place of what was there. Where one alpha says the scale of every layer it is
   * written; elsewhere each layer's scale is multiplied into B, and alpha is 0.
   *
   * @param file where it is written
   * @param module stays open and unchanged
   * @param backbone that the module sits on
   * @throws UserError when a layer is not low-rank, the family has no names there, or the place
   *     cannot be written
   */
  public static void write(Path file, AdapterModule module, Backbone backbone) {
    if (!canHold(module)) {
      throw new UserError(
          "method of a GGUF adapter must add a low-rank update as lora does, got "
              + module.method().name());
    }
    GgufLayers layers = GgufLayers.of(backbone);
    float alpha = alphaOf(module);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(TYPE, ADAPTER);
    values.put(ARCHITECTURE, layers.names().architecture());
    values.put(DESCRIPTION, OURS);
    values.put(KIND, LORA);
    values.put(ALPHA, alpha);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      layers
          .slots()
          .forEach(
              (name, slot) -> {
                if (module.layers().get(slot.name()) instanceof LowRankUpdate update) {
                  Tensor up = alpha == 0 ? update.up().mul(update.scale()) : update.up();
                  tensors.put(name + DOWN, update.down().to(DType.F32));
                  tensors.put(name + UP, layers.toGguf(name, up.to(DType.F32)));
                }
              });
      if (tensors.size() != 2 * module.layers().size()) {
        throw new UserError(
            "layers of a GGUF adapter must be linear layers that llama.cpp knows, got "
                + String.join(", ", module.layers().keySet()));
      }
      tensors.forEach(
          (name, tensor) -> {
            if (!tensor.isFinite()) {
              throw Check.in(file, quote(name) + " must hold finite numbers; nothing was written");
            }
          });
      GgufWriter.write(file, values, tensors);
    }
  }

  /** The alpha from which every layer's scale follows; 0 when there is none. */
  private static float alphaOf(AdapterModule module) {
    if (!(module.method().undecorated() instanceof LoraMethod lora)) {
      return 0;
    }
    double alpha = lora.config().alpha();
    boolean all =
        module.layers().values().stream()
            .map(LowRankUpdate.class::cast)
            .allMatch(update -> update.scale() == alpha / update.down().size(0));
    float stored = (float) alpha;
    return all && stored > 0 && stored <= Float.MAX_VALUE ? stored : 0;
  }

  /**
   * Reads a file as a LoRA module.
   *
   * @param file an adapter of llama.cpp's
   * @param name of the module
   * @param backbone the base that it is for
   * @return owned by the caller
   * @throws UserError in one sentence when the file is damaged, asks for what is not supported, or
   *     does not fit the base
   */
  public static AdapterModule read(Path file, String name, Backbone backbone) {
    GgufLayers layers = GgufLayers.of(backbone);
    try (GgufFile gguf = GgufFile.open(file);
        Scope scope = Scope.open()) {
      require(file, gguf, TYPE, ADAPTER, "");
      require(file, gguf, KIND, LORA, "");
      require(file, gguf, ARCHITECTURE, layers.names().architecture(), ", as the base is");
      if (gguf.has(TOKENS)) {
        throw Check.in(file, TOKENS + " is not supported here");
      }
      float alpha = gguf.real(ALPHA, 0);
      if (!(alpha >= 0 && alpha <= Float.MAX_VALUE)) {
        throw Check.in(file, ALPHA + " must be finite and at least 0, got " + alpha);
      }
      Map<String, Slot> found = slots(file, gguf, layers);
      LoraMethod method = new LoraMethod(config(file, gguf, found, alpha));
      Map<String, AdaptedLinear> made = new LinkedHashMap<>();
      boolean complete = false;
      try {
        for (Map.Entry<String, Slot> layer : found.entrySet()) {
          Tensor down = finite(file, gguf, layer.getKey() + DOWN);
          Tensor up = layers.fromGguf(layer.getKey(), finite(file, gguf, layer.getKey() + UP));
          made.put(
              layer.getValue().name(),
              method.restore(layer.getValue(), Map.of("lora_A.weight", down, "lora_B.weight", up)));
        }
        complete = true;
        return new AdapterModule(name, method, made);
      } finally {
        if (!complete) {
          made.values().forEach(AdaptedLinear::close);
        }
      }
    }
  }

  private static void require(Path file, GgufFile gguf, String key, String wanted, String why) {
    String value = gguf.text(key);
    if (!wanted.equals(value)) {
      String got = value == null ? "none" : quote(value);
      throw Check.in(file, key + " must be " + wanted + why + ", got " + got);
    }
  }

  /** The layers of the file in the order of the base, by their names there. */
  private static Map<String, Slot> slots(Path file, GgufFile gguf, GgufLayers layers) {
    for (String name : gguf.names()) {
      boolean known = name.endsWith(DOWN) || name.endsWith(UP);
      String layer = known ? name.substring(0, name.length() - DOWN.length()) : name;
      if (!known || !layers.slots().containsKey(layer)) {
        throw Check.in(file, quote(name) + " sits on no layer of this base that can be adapted");
      }
      String other = layer + (name.endsWith(DOWN) ? UP : DOWN);
      if (!gguf.names().contains(other)) {
        throw Check.in(file, "holds no tensor " + quote(other) + " beside " + quote(name));
      }
    }
    Map<String, Slot> found = new LinkedHashMap<>(layers.slots());
    found.keySet().removeIf(layer -> !gguf.names().contains(layer + DOWN));
    if (found.isEmpty()) {
      throw Check.in(file, "holds no tensor of an adapted layer");
    }
    found.forEach((layer, slot) -> requireShapes(file, gguf, layer, slot));
    return found;
  }

  private static void requireShapes(Path file, GgufFile gguf, String layer, Slot slot) {
    long[] down = gguf.shape(layer + DOWN);
    long[] up = gguf.shape(layer + UP);
    if (down.length != 2 || down[1] != slot.inputs()) {
      throw Check.in(
          file,
          quote(layer + DOWN)
              + " must have the shape [rank, "
              + slot.inputs()
              + "] for this base, got "
              + Arrays.toString(down));
    }
    if (up.length != 2 || up[0] != slot.outputs() || up[1] != down[0]) {
      throw Check.in(
          file,
          quote(layer + UP)
              + " must have the shape ["
              + slot.outputs()
              + ", "
              + down[0]
              + "] for this base, got "
              + Arrays.toString(up));
    }
  }

  /** One alpha for all, or without one the rank of each layer, which makes the scale 1. */
  private static LoraConfig config(
      Path file, GgufFile gguf, Map<String, Slot> layers, float alpha) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    layers.forEach(
        (layer, slot) -> ranks.put(slot.name(), rank(file, gguf.shape(layer + DOWN)[0])));
    int widest = ranks.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    Map<String, Integer> rankPattern = new LinkedHashMap<>();
    Map<String, Double> alphaPattern = new LinkedHashMap<>();
    ranks.forEach(
        (slot, rank) -> {
          if (rank != widest) {
            String key = slot.replace(".", "\\.");
            rankPattern.put(key, rank);
            if (alpha == 0) {
              alphaPattern.put(key, (double) rank);
            }
          }
        });
    List<String> targets = new ArrayList<>(ranks.keySet());
    LoraConfig usual = LoraConfig.DEFAULT;
    return new LoraConfig(
        widest,
        // The shortest decimal of the float: 0.1 and not 0.10000000149.
        alpha == 0 ? widest : Double.parseDouble(Float.toString(alpha)),
        usual.dropout(),
        usual.rankStabilized(),
        usual.learningRateRatio(),
        Targets.named(targets),
        rankPattern,
        alphaPattern);
  }

  private static int rank(Path file, long rank) {
    if (rank > Integer.MAX_VALUE) {
      throw Check.in(
          file, "rank of a layer must be at most " + Integer.MAX_VALUE + ", got " + rank);
    }
    return (int) rank;
  }

  private static Tensor finite(Path file, GgufFile gguf, String name) {
    Tensor tensor = gguf.load(name).to(DType.F32);
    if (!tensor.isFinite()) {
      throw Check.in(file, quote(name) + " must hold finite numbers");
    }
    return tensor;
  }
}
