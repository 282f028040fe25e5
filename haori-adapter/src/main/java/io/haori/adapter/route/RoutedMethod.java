package io.haori.adapter.route;

import static io.haori.core.check.Check.require;

import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.lora.LoraCombination;
import io.haori.adapter.lora.LowRankFactors;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A mix of modules by a rule. Modules may differ in slots, rank and scale.
 *
 * @param config the rule
 * @param modules at least one, no name twice; read whenever a layer is made
 * @param centroids {@code [N][width]} of unit length for {@code nearest}, the mean vectors of the
 *     modules' domains; empty for other rules
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by what it is built on, never by identity.
public record RoutedMethod(RouteConfig config, List<MixedModule> modules, float[][] centroids)
    implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "routed";

  /** Copies the list and refuses two modules of one name. */
  public RoutedMethod {
    require(!modules.isEmpty(), "modules", "at least one", "none");
    Set<String> names = new HashSet<>();
    for (MixedModule module : modules) {
      require(names.add(module.name()), "modules", "of different names", module.name() + " twice");
    }
    modules = List.copyOf(modules);
    require(
        centroids.length == (config.route() == RouteKind.NEAREST ? modules.size() : 0),
        "mean vectors of domains",
        config.route() == RouteKind.NEAREST ? "one a module, " + modules.size() : "none",
        centroids.length);
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
    return RouteConfig.of(config.route()).byName();
  }

  @Override
  public List<String> builtOn() {
    List<String> all = new ArrayList<>(modules.stream().map(MixedModule::toString).toList());
    if (centroids.length > 0) {
      all.add("vectors " + Arrays.deepHashCode(centroids));
    }
    return all;
  }

  /** The modules' names, in order. */
  public List<String> moduleNames() {
    return modules.stream().map(MixedModule::name).toList();
  }

  /** Those that any of the modules sits on. */
  @Override
  public List<Slot> slots(List<Slot> available) {
    return available.stream()
        .filter(
            slot ->
                modules.stream().anyMatch(one -> one.module().layers().containsKey(slot.name())))
        .toList();
  }

  /** The rule and the modules are as they are. */
  @Override
  public boolean learns() {
    return false;
  }

  /** Shares of whole texts are found before a pass, so the layers alone cannot be added up. */
  @Override
  public boolean addsToOutput() {
    return config.route() != RouteKind.NEAREST;
  }

  /** That of a head on fixed vectors, which is all that learns. */
  @Override
  public double usualLearningRate() {
    return 1e-2;
  }

  @Override
  public AdaptedLinear attach(Slot slot, RandomGenerator random) {
    return layer(slot, null);
  }

  @Override
  public AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors) {
    if (config.route() != RouteKind.ARROW) {
      return layer(slot, null);
    }
    Tensor stored = tensors.get(RoutedLinear.PROTOTYPES);
    if (stored == null) {
      throw new UserError(
          slot.name()
              + "."
              + RoutedLinear.PROTOTYPES
              + " must be in the mix, found no such tensor");
    }
    return layer(slot, stored);
  }

  private RoutedLinear layer(Slot slot, @Nullable Tensor stored) {
    List<Integer> places = new ArrayList<>();
    List<LowRankFactors> factors = new ArrayList<>();
    for (int k = 0; k < modules.size(); k++) {
      LowRankFactors one = factors(modules.get(k), slot);
      if (one != null) {
        places.add(k);
        factors.add(one);
      }
    }
    int ranks = factors.stream().mapToInt(LowRankFactors::rank).sum();
    float[] spread = new float[factors.size() * ranks];
    int from = 0;
    for (int k = 0; k < factors.size(); k++) {
      int to = from + factors.get(k).rank();
      Arrays.fill(spread, k * ranks + from, k * ranks + to, 1);
      from = to;
    }
    Tensor prototypes = null;
    if (config.route() == RouteKind.ARROW) {
      prototypes =
          stored == null
              ? Tensors.stack(factors.stream().map(RoutedMethod::prototype).toList(), 0)
              : shaped(slot, stored, factors.size(), slot.inputs());
    }
    return new RoutedLinear(
        slot.name(),
        config,
        places.stream().mapToInt(Integer::intValue).toArray(),
        modules.size(),
        Tensors.cat(factors.stream().map(LowRankFactors::a).toList(), 0),
        Tensors.cat(factors.stream().map(LowRankFactors::b).toList(), 1),
        Tensors.of(spread, factors.size(), ranks),
        prototypes);
  }

  private static @Nullable LowRankFactors factors(MixedModule one, Slot slot) {
    AdaptedLinear layer = one.module().layers().get(slot.name());
    if (layer == null) {
      return null;
    }
    LowRankFactors factors =
        LowRankFactors.of(LoraCombination.lowRank(one.module(), slot.name(), layer));
    require(
        factors.a().size(1) == slot.inputs() && factors.b().size(0) == slot.outputs(),
        "module " + one.name(),
        slot.outputs() + " × " + slot.inputs() + " on " + slot.name(),
        factors.b().size(0) + " × " + factors.a().size(1));
    return factors;
  }

  /**
   * The first right singular vector of an update, {@code [i]}; its sign means nothing. Found by the
   * QR factors of B and Aᵀ, without making the update whole.
   */
  private static Tensor prototype(LowRankFactors factors) {
    Decompositions.Qr up = Decompositions.qr(factors.b().to(DType.F64));
    Decompositions.Qr down = Decompositions.qr(factors.a().to(DType.F64).t());
    Decompositions.Svd core = Decompositions.svd(up.r().matmul(down.r().t()));
    return core.v().narrow(0, 0, 1).matmul(down.q().t()).to(DType.F32).view(factors.a().size(1));
  }

  private static Tensor shaped(Slot slot, Tensor tensor, long... shape) {
    require(
        Arrays.equals(tensor.shape(), shape),
        "shape of " + slot.name() + "." + RoutedLinear.PROTOTYPES,
        Arrays.toString(shape) + " for these modules",
        Arrays.toString(tensor.shape()));
    return tensor.to(DType.F32).copy();
  }

  @Override
  public Adaptation forPass(
      AdapterModule module,
      Backbone backbone,
      TextBatch batch,
      @Nullable Tensor places,
      DType dtype) {
    if (config.route() != RouteKind.NEAREST) {
      return module;
    }
    float[] flat = new float[centroids.length * centroids[0].length];
    for (int k = 0; k < centroids.length; k++) {
      System.arraycopy(centroids[k], 0, flat, k * centroids[k].length, centroids[k].length);
    }
    Tensor means = Tensors.of(flat, centroids.length, centroids[0].length);
    NearestShares shares = NearestShares.of(config, means, backbone, batch, places, dtype);
    return slot ->
        module.layers().get(slot.name()) instanceof RoutedLinear layer ? layer.with(shares) : null;
  }

  @Override
  public String toString() {
    return "RoutedMethod[config=" + config + ", modules=" + moduleNames() + "]";
  }
}
