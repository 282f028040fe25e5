package io.haori.adapter.bottleneck;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.SearchedSetting;
import io.haori.adapter.spi.SettingText;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The bottleneck adapter with its choices.
 *
 * @param config the choices
 */
public record BottleneckMethod(BottleneckConfig config) implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "bottleneck";

  @Override
  public String name() {
    return NAME;
  }

  /** Between too slow for 200 rows and too fast for 1,000, by validation rows. */
  @Override
  public double usualLearningRate() {
    return 5e-3;
  }

  @Override
  public List<Slot> slots(List<Slot> available) {
    return config.places().targets().select(available);
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(
        "width", config.width(),
        "activation", SettingText.word(config.activation()),
        "places", SettingText.word(config.places()));
  }

  /** W_down starts uniform in ±1/√out, as LoRA's A does; W_up starts at zero. */
  @Override
  public BottleneckLinear attach(Slot slot, RandomGenerator random) {
    double bound = 1 / Math.sqrt(slot.outputs());
    return new BottleneckLinear(
        slot.name(),
        Tensors.uniform(random, -bound, bound, config.width(), slot.outputs()),
        Tensors.zeros(DType.F32, slot.outputs(), config.width()),
        config.activation());
  }

  @Override
  public BottleneckLinear restore(Slot slot, Map<String, Tensor> tensors) {
    Tensor down = shaped(slot, tensors, BottleneckLinear.DOWN, config.width(), slot.outputs());
    Tensor up = shaped(slot, tensors, BottleneckLinear.UP, slot.outputs(), config.width());
    return new BottleneckLinear(
        slot.name(), down.to(DType.F32).copy(), up.to(DType.F32).copy(), config.activation());
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
        Arrays.toString(shape) + " for this base and width",
        Arrays.toString(tensor.shape()));
    return tensor;
  }

  @Override
  public List<SearchedSetting> searched() {
    List<SearchedSetting> searched = new ArrayList<>(AdapterMethod.super.searched());
    searched.add(SearchedSetting.oneOf("width", "8", "16", "32", "64"));
    return searched;
  }
}
