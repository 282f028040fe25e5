package io.haori.adapter.dora;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.SearchedSetting;
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
 * DoRA with its choices.
 *
 * @param config the choices
 */
public record DoraMethod(DoraConfig config) implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "dora";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Object> settings() {
    return config.byName();
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

  /** It multiplies the frozen output. */
  @Override
  public boolean addsToOutput() {
    return false;
  }

  /** A starts uniform in ±1/√in, B at zero and the magnitude as the frozen weight's norms. */
  @Override
  public DoraLinear attach(Slot slot, RandomGenerator random) {
    int rank = config.rankOf(slot.name());
    int widest = Math.min(slot.inputs(), slot.outputs());
    require(rank <= widest, "dora.rank", "at most " + widest + " on " + slot.name(), rank);
    double bound = 1 / Math.sqrt(slot.inputs());
    Tensor squares = DoraLinear.frozenSquares(slot);
    return new DoraLinear(
        slot,
        Tensors.uniform(random, -bound, bound, rank, slot.inputs()),
        Tensors.zeros(DType.F32, slot.outputs(), rank),
        DoraLinear.norm(squares),
        squares,
        config);
  }

  @Override
  public DoraLinear restore(Slot slot, Map<String, Tensor> tensors) {
    int rank = config.rankOf(slot.name());
    return new DoraLinear(
        slot,
        copied(slot, tensors, DoraLinear.A, rank, slot.inputs()),
        copied(slot, tensors, DoraLinear.B, slot.outputs(), rank),
        copied(slot, tensors, DoraLinear.MAGNITUDE, slot.outputs()),
        DoraLinear.frozenSquares(slot),
        config);
  }

  private static Tensor copied(Slot slot, Map<String, Tensor> tensors, String name, long... shape) {
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
    return tensor.to(DType.F32).copy();
  }

  @Override
  public List<SearchedSetting> searched() {
    List<SearchedSetting> searched = new ArrayList<>(AdapterMethod.super.searched());
    searched.add(SearchedSetting.oneOf("rank", "4", "8", "16"));
    searched.add(SearchedSetting.oneOf("alpha", "8", "16", "32"));
    return searched;
  }
}
