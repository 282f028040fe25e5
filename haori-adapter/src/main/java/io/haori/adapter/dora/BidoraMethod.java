package io.haori.adapter.dora;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.SearchedSetting;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * DoRA's layers, learnt at two levels on two parts of the training rows so that directions and
 * magnitudes cannot overfit together (BiDoRA, Qin, Zhang, Xie 2024, arXiv 2410.09758): the
 * directions and the heads on the inner part, the magnitudes on the outer one, along the gradient
 * of what the next step of the directions would lead to. What comes out is an ordinary DoRA module.
 *
 * @param config the choices
 */
public record BidoraMethod(BidoraConfig config) implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "bidora";

  private DoraMethod dora() {
    return new DoraMethod(config.dora());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Object> settings() {
    return config.byName();
  }

  @Override
  public List<Slot> slots(List<Slot> available) {
    return dora().slots(available);
  }

  @Override
  public boolean addsToOutput() {
    return dora().addsToOutput();
  }

  @Override
  public DoraLinear attach(Slot slot, RandomGenerator random) {
    return dora().attach(slot, random);
  }

  @Override
  public DoraLinear restore(Slot slot, Map<String, Tensor> tensors) {
    return dora().restore(slot, tensors);
  }

  @Override
  public TrainingStrategy strategy() {
    return config.levels();
  }

  @Override
  public StepRule rule(AdapterModule module, long seed) {
    if (config.penalty() == 0) {
      return StepRule.NONE;
    }
    List<DoraLinear> layers =
        module.layers().values().stream().map(BidoraMethod::doraLinear).toList();
    return new DirectionPenalty(layers, config.penalty());
  }

  /** The learning rates of both levels and of the last phase, the split, and what DoRA has. */
  @Override
  public List<SearchedSetting> searched() {
    List<SearchedSetting> searched = new ArrayList<>(dora().searched());
    searched.add(SearchedSetting.oneOf("outerShare", "0.1", "0.2", "0.3", "0.4"));
    searched.add(SearchedSetting.between("upperRate", 0.1, 10));
    searched.add(SearchedSetting.between("lastRate", 0.1, 2));
    return searched;
  }

  @Override
  public BidoraMethod shortened(double share) {
    return new BidoraMethod(config.shortened(share));
  }

  private static DoraLinear doraLinear(AdaptedLinear layer) {
    if (layer instanceof DoraLinear dora) {
      return dora;
    }
    throw new IllegalArgumentException("made by another method: " + layer);
  }
}
