package io.haori.adapter.combine;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A gate over modules, trained as any method is: the gate and the task's head learn, the modules
 * and the base stay frozen.
 *
 * <pre>{@code
 * TuneSettings settings = TuneSettings.of(new GateMethod(GateConfig.DEFAULT, List.of(food, plants)));
 * TunedModel mixed = new Tuner(base, settings).tune(dataset);
 * }</pre>
 *
 * @param config the choices
 * @param modules at least one, each name once; stay with the caller and open as long as the gate.
 *     The first layer that is made freezes them for good
 */
public record GateMethod(GateConfig config, List<AdapterModule> modules) implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "gated";

  /** Copies the modules and checks their names. */
  public GateMethod {
    modules = List.copyOf(modules);
    require(!modules.isEmpty(), "modules of a gate", "at least one", "none");
    Set<String> names = new HashSet<>();
    for (AdapterModule module : modules) {
      require(names.add(module.name()), "modules of a gate", "named differently", module.name());
    }
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
  public Map<String, Object> usualSettings() {
    return GateConfig.DEFAULT.byName();
  }

  @Override
  public List<String> builtOn() {
    return moduleNames();
  }

  /** The modules' names in the gate's order. */
  public List<String> moduleNames() {
    return modules.stream().map(AdapterModule::name).toList();
  }

  /** Those that any of the modules sits on. */
  @Override
  public List<Slot> slots(List<Slot> available) {
    return available.stream().filter(slot -> !members(slot).isEmpty()).toList();
  }

  @Override
  public double usualLearningRate() {
    return config.learningRate();
  }

  /** Equal shares, whatever the input. */
  @Override
  public AdaptedLinear attach(Slot slot, RandomGenerator random) {
    Map<String, AdaptedLinear> members = members(slot);
    Tensor weight =
        config.kind() == GateConfig.Kind.TASK
            ? null
            : Tensors.zeros(DType.F32, members.size(), slot.inputs());
    return layer(slot, members, weight, Tensors.zeros(DType.F32, members.size()));
  }

  @Override
  public AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors) {
    Map<String, AdaptedLinear> members = members(slot);
    int k = members.size();
    Tensor weight =
        config.kind() == GateConfig.Kind.TASK
            ? null
            : shaped(slot, tensors, GatedLinear.WEIGHT, k, slot.inputs());
    return layer(slot, members, weight, shaped(slot, tensors, GatedLinear.BIAS, k));
  }

  private static AdaptedLinear layer(
      Slot slot, Map<String, AdaptedLinear> members, @Nullable Tensor weight, Tensor bias) {
    members.values().forEach(AdaptedLinear::freeze);
    return new GatedLinear(slot, members, weight, bias);
  }

  private Map<String, AdaptedLinear> members(Slot slot) {
    Map<String, AdaptedLinear> members = new LinkedHashMap<>();
    for (AdapterModule module : modules) {
      AdaptedLinear layer = module.layers().get(slot.name());
      if (layer != null) {
        if (!module.method().addsToOutput()) {
          throw new UserError(
              "modules of a gate must be of methods whose updates add up, got "
                  + module.method().name()
                  + " in module "
                  + module.name()
                  + " on "
                  + slot.name());
        }
        members.put(module.name(), layer);
      }
    }
    return members;
  }

  private static Tensor shaped(Slot slot, Map<String, Tensor> tensors, String name, long... shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new UserError(slot.name() + "." + name + " must be in the gate, found no such tensor");
    }
    require(
        Arrays.equals(tensor.shape(), shape),
        "shape of " + slot.name() + "." + name,
        Arrays.toString(shape) + " for this base and these modules",
        Arrays.toString(tensor.shape()));
    return tensor.to(DType.F32).copy();
  }

  @Override
  public String toString() {
    return "GateMethod[config=" + config + ", modules=" + moduleNames() + "]";
  }
}
