package io.haori.adapter.lora;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.ComponentMethod;
import io.haori.adapter.spi.Routing;
import io.haori.adapter.spi.SearchedSetting;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * LoRA with its choices.
 *
 * @param config the choices
 */
public record LoraMethod(LoraConfig config) implements ComponentMethod {
  /** The method's name. */
  public static final String NAME = "lora";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Object> settings() {
    return config.byName();
  }

  @Override
  public boolean scalesUpdates() {
    return true;
  }

  /** Between too slow for 200 rows and too fast for 1,000, by validation rows. */
  @Override
  public double usualLearningRate() {
    return 5e-3;
  }

  @Override
  public List<Slot> slots(List<Slot> available) {
    return config.targets().select(available);
  }

  /** A starts uniform in ±1/√in, which is Kaiming-uniform with a = √5; B starts at zero. */
  @Override
  public LoraLinear attach(Slot slot, RandomGenerator random) {
    int rank = config.rankOf(slot.name());
    int widest = Math.min(slot.inputs(), slot.outputs());
    require(rank <= widest, "lora.rank", "at most " + widest + " on " + slot.name(), rank);
    double bound = 1 / Math.sqrt(slot.inputs());
    return new LoraLinear(
        slot.name(),
        Tensors.uniform(random, -bound, bound, rank, slot.inputs()),
        Tensors.zeros(DType.F32, slot.outputs(), rank),
        config);
  }

  @Override
  public LoraLinear restore(Slot slot, Map<String, Tensor> tensors) {
    Tensor a = shaped(slot, tensors, LoraLinear.A, config.rankOf(slot.name()), slot.inputs());
    Tensor b = shaped(slot, tensors, LoraLinear.B, slot.outputs(), config.rankOf(slot.name()));
    return new LoraLinear(slot.name(), a.to(DType.F32).copy(), b.to(DType.F32).copy(), config);
  }

  private static Tensor shaped(Slot slot, Map<String, Tensor> tensors, String name, long... shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new UserError(
          slot.name() + "." + name + " must be in the adapter, found no such tensor");
    }
    require(
        Arrays.equals(tensor.shape(), shape),
        "shape of " + slot.name() + "." + name,
        Arrays.toString(shape) + " for this base and rank",
        Arrays.toString(tensor.shape()));
    return tensor;
  }

  @Override
  public @Nullable SlotAdapter grouped(List<AdaptedLinear> members, Routing routing) {
    List<LoraLinear> layers =
        members.stream().filter(LoraLinear.class::isInstance).map(LoraLinear.class::cast).toList();
    boolean joint =
        layers.size() == members.size() && layers.stream().allMatch(layer -> layer.dropout() == 0);
    return joint ? new LoraGroup(layers, routing) : null;
  }

  /** Ranks are the rows of A and the columns of B. */
  @Override
  public Map<String, Integer> componentDimensions() {
    return Map.of(LoraLinear.A, 0, LoraLinear.B, 1);
  }

  @Override
  public LoraMethod enlarged(int factor) {
    return new LoraMethod(config.enlarged(factor));
  }

  @Override
  public LoraMethod reduced(int factor) {
    return new LoraMethod(config.reduced(factor));
  }

  @Override
  public LoraMethod keeping(Map<String, Integer> components) {
    return new LoraMethod(config.withRanks(components));
  }

  @Override
  public List<SearchedSetting> searched() {
    List<SearchedSetting> searched = new ArrayList<>(ComponentMethod.super.searched());
    searched.add(SearchedSetting.oneOf("rank", "4", "8", "16"));
    searched.add(SearchedSetting.oneOf("alpha", "8", "16", "32"));
    return searched;
  }
}
