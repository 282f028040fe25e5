package io.haori.adapter.route;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.RowAdapter;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several low-rank modules on one frozen linear layer, each row of the input with its own shares of
 * them, nothing trained.
 *
 * <pre>{@code
 * y    += (x A_catᵀ ⊙ g E) (B_cat S)ᵀ        E [k, R] spreads a module's share over its ranks
 * [n,o]   [n,i][i,R]  [n,k]   [R,o]
 *
 * arrow:  g = softmax over the top of |x · v_k| / T     v_k the first right singular vector of s_k B_k A_k
 * none:   g = 1 / N                                     N all modules of the mix
 * sum:    g = 1
 * }</pre>
 *
 * Arrow is of Ostapenko et al. 2024 (arXiv 2405.11157, section 3.2). For {@code nearest} the shares
 * come from outside ({@link #with}), one row a text. Owns its tensors.
 */
public final class RoutedLinear implements AdaptedLinear {
  static final String PROTOTYPES = "prototypes";

  private final String slot;
  private final RouteConfig config;
  private final int[] module;
  private final int modules;
  private final Tensor down;
  private final Tensor up;
  private final Tensor spread;
  private final @Nullable Tensor prototypes;
  private volatile @Nullable ShareTally tally;

  /**
   * Takes tensors over.
   *
   * @param slot name of the layer
   * @param config the rule
   * @param module {@code [k]} which module of the mix each of the layer's is
   * @param modules how many the mix has
   * @param down {@code A_cat [R, i]}
   * @param up {@code B_cat S [o, R]}
   * @param spread {@code E [k, R]}
   * @param prototypes {@code [k, i]} of unit length for {@code arrow}, else null
   */
  RoutedLinear(
      String slot,
      RouteConfig config,
      int[] module,
      int modules,
      Tensor down,
      Tensor up,
      Tensor spread,
      @Nullable Tensor prototypes) {
    this.slot = slot;
    this.config = config;
    this.module = module.clone();
    this.modules = modules;
    this.down = down.retain();
    this.up = up.retain();
    this.spread = spread.retain();
    this.prototypes = prototypes == null ? null : prototypes.retain();
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    Tensor input = rows.of(x.value());
    return adapt(tape, x, y, column, rows, shares(input));
  }

  /** Shares of each row, F32 {@code [n, k]}, or {@code [1, k]} where all rows have the same. */
  private Tensor shares(Tensor input) {
    Tensor directions = prototypes;
    if (directions != null) {
      Tensor scores = Kernels.linear(input.to(DType.F32), directions, null).abs();
      return Shares.of(scores, config.top(), config.temperature());
    }
    if (config.route() == RouteKind.NEAREST) {
      throw new IllegalStateException(slot + ": shares of texts were not found before the pass");
    }
    return Tensors.full(config.route().share(modules), DType.F32, 1, module.length);
  }

  private Variable adapt(
      Tape tape, Variable x, Variable y, int column, RowRange rows, Tensor shares) {
    if (tape.records() && x.needsGradient()) {
      throw new IllegalStateException(slot + ": nothing below a routed mix can be trained");
    }
    ShareTally counting = tally;
    if (counting != null) {
      counting.add(shares, module);
    }
    DType dtype = tape.dtype();
    Tensor z = Kernels.linear(rows.of(x.value()), down.to(dtype), null);
    Tensor weighed = z.mul(shares.matmul(spread).to(dtype));
    Tensor ours = rows.of(y.value());
    Tensor target = up.size(0) == ours.size(1) ? ours : ours.narrow(1, column, up.size(0));
    Kernels.addProductInPlace(target, weighed, up.to(dtype).t(), 1.0);
    return y;
  }

  /**
   * This layer with shares that are known.
   *
   * @param shares by number of rows of an input: F32 {@code [n, N]} of all modules of the mix
   */
  RowAdapter with(NearestShares shares) {
    return new RowAdapter() {
      @Override
      public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
        Tensor all = shares.of(x.value().size(0));
        Tensor ours =
            module.length == modules
                ? all
                : all.indexSelect(
                    1, Tensors.of(Arrays.stream(module).asLongStream().toArray(), module.length));
        return RoutedLinear.this.adapt(tape, x, y, column, rows, rows.of(ours));
      }
    };
  }

  /** Begins to add up the shares that modules get; null ends it. */
  void count(@Nullable ShareTally newTally) {
    tally = newTally;
  }

  /**
   * The same layer as if a module added nothing; the others keep their shares.
   *
   * @param silent index among the mix's modules
   * @return owned by the caller
   */
  RoutedLinear without(int silent) {
    try (Scope scope = Scope.open()) {
      float[] keeps = new float[module.length];
      for (int k = 0; k < keeps.length; k++) {
        keeps[k] = module[k] == silent ? 0 : 1;
      }
      Tensor kept = Tensors.of(keeps, 1, keeps.length).matmul(spread);
      return new RoutedLinear(
          slot, config, module, modules, down, up.mul(kept), spread, prototypes);
    }
  }

  /**
   * The update, where it is the same for every input.
   *
   * @throws UserError when shares depend on the input
   */
  public LowRankUpdate update() {
    if (!config.route().isConstant()) {
      throw new UserError(
          "a mix routed by "
              + config.route().word()
              + " must stay a mix: its shares differ from text to text, so there is no one weight"
              + " that computes the same");
    }
    return new LowRankUpdate() {
      @Override
      public Tensor down() {
        return down;
      }

      @Override
      public Tensor up() {
        return up;
      }

      @Override
      public double scale() {
        return config.route().share(modules);
      }
    };
  }

  /** Nothing is trained. */
  @Override
  public List<TrainedParameter> parameters() {
    return List.of();
  }

  @Override
  public Map<String, Tensor> tensors() {
    return prototypes == null ? Map.of() : Map.of(PROTOTYPES, prototypes);
  }

  @Override
  public Tensor merged(Tensor weight) {
    LowRankUpdate update = update();
    return weight.add(Kernels.product(update.up(), update.down(), update.scale()));
  }

  @Override
  public void close() {
    down.close();
    up.close();
    spread.close();
    if (prototypes != null) {
      prototypes.close();
    }
  }
}
