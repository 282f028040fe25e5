package io.haori.adapter.domix;

import io.haori.adapter.domix.DomixConfig.Part;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several low-rank modules on one frozen linear layer, joined by a bridge (Kim, Kang, Moon 2025,
 * arXiv 2507.02302, equation of the mixing stage).
 *
 * <pre>{@code
 * y      = x Wᵀ + b + (x A_catᵀ) Pᵀ (B_cat S)ᵀ  =  x Wᵀ + b + z Bʹᵀ     z = x A_catᵀ   Bʹ = B_cat S P
 * [n,o]               [n,i][i,R][R,R][R,o]                             [n,R]          [o,R]
 *
 * dz = dy Bʹ     dBʹ = dyᵀ z     dB_cat = dBʹ Pᵀ S     dP = (B_cat S)ᵀ dBʹ     dx += dz A_cat
 * }</pre>
 *
 * with {@code R} the sum of the modules' ranks and {@code S} their scales on a diagonal. Folding
 * the bridge into Bʹ first keeps its cost free of the number of tokens. {@code A_cat} is never
 * trained.
 */
public final class DomixLinear implements AdaptedLinear, LowRankUpdate {
  static final String P = "domix_P.weight";
  static final String B = "domix_B.weight";

  private final String slot;
  private final DomixConfig config;
  private final List<Block> blocks;
  private final Tensor a;
  private final Tensor scales;
  private final Parameter p;
  private final Parameter b;
  private @Nullable Tensor converted;

  /**
   * A module's place in the layer.
   *
   * @param module index among the mix's modules
   * @param first of its ranks
   * @param rank how many it has
   */
  record Block(int module, long first, long rank) {}

  /** Takes tensors over: a {@code [R, i]}, scales {@code [1, R]}, p as its bridge has it, b. */
  DomixLinear(
      String slot,
      DomixConfig config,
      List<Block> blocks,
      Tensor a,
      Tensor scales,
      Tensor p,
      Tensor b) {
    this.slot = slot;
    this.config = config;
    this.blocks = List.copyOf(blocks);
    this.a = a.retain();
    this.scales = scales.retain();
    this.p = new Parameter(slot + "." + P, p);
    this.b = new Parameter(slot + "." + B, b);
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    Tensor down = downIn(tape.dtype());
    Tensor up = up().to(tape.dtype());
    Tensor mask = dropoutMask(tape, rows.count(), down.size(1));
    Tensor input = rows.of(x.value());
    Tensor kept = mask == null ? input : input.mul(mask);
    Tensor z = Kernels.linear(kept, down, null);
    Kernels.addProductInPlace(columns(y.value(), column, rows), z, up.t(), 1.0);
    if (!tape.records()) {
      return y;
    }
    y.markNeedsGradient();
    boolean whole = mask == null && rows.isAllOf(x.value());
    List<Tensor> saved = new ArrayList<>(List.of(down, up, z));
    if (mask != null) {
      saved.add(mask);
    }
    tape.recordChange(
        y,
        () -> {
          Tensor dy = columns(y.requireGradient(), column, rows);
          // zᵀ dy and not dyᵀ z: the long side stays in rows.
          learn(Kernels.product(z.t(), dy, 1.0).t().to(DType.F32));
          if (x.needsGradient()) {
            Tensor dz = Kernels.product(dy, up, 1.0);
            if (whole) {
              x.accumulateProduct(dz, down, 1.0);
            } else {
              Tensor dx = Kernels.product(dz, down, 1.0);
              rows.of(x.writableGradient()).addInPlace(mask == null ? dx : dx.mulInPlace(mask));
            }
          }
        },
        saved.toArray(Tensor[]::new));
    return y;
  }

  /** Gradients of P and B from that of Bʹ {@code [o, R]}. */
  private void learn(Tensor dUp) {
    boolean full = config.bridge() == Bridge.FULL;
    if (config.trains(Part.B)) {
      Tensor through = full ? dUp.matmul(p.value().t()) : dUp.mul(p.value());
      b.accumulate(through.mul(scales));
    }
    if (config.trains(Part.P)) {
      Tensor scaled = b.value().mul(scales);
      p.accumulate(full ? scaled.t().matmul(dUp) : scaled.mul(dUp).sum(0, true));
    }
  }

  /** A in the type of the computation; converted once, as it never changes. */
  private synchronized Tensor downIn(DType dtype) {
    if (dtype == DType.F32) {
      return a;
    }
    Tensor ready = converted;
    if (ready == null) {
      try (Scope scope = Scope.open()) {
        ready = a.to(dtype).retain();
      }
      converted = ready;
    }
    return ready.to(dtype);
  }

  private @Nullable Tensor dropoutMask(Tape tape, long n, long width) {
    if (config.dropout() == 0 || !tape.training()) {
      return null;
    }
    double keep = 1 - config.dropout();
    return Tensors.bernoulli(keep, tape.nextSeed(), tape.dtype(), n, width).mulInPlace(1 / keep);
  }

  private Tensor columns(Tensor matrix, int column, RowRange rows) {
    long outputs = b.value().size(0);
    Tensor ours = rows.of(matrix);
    return outputs == matrix.size(1) ? ours : ours.narrow(1, column, outputs);
  }

  @Override
  public List<TrainedParameter> parameters() {
    List<TrainedParameter> trained = new ArrayList<>();
    if (config.trains(Part.P)) {
      trained.add(new TrainedParameter(p, config.bridgeLearningRateRatio()));
    }
    if (config.trains(Part.B)) {
      trained.add(TrainedParameter.of(b));
    }
    return trained;
  }

  /** The trained tensors alone: everything else is the modules'. */
  @Override
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    if (config.trains(Part.P)) {
      tensors.put(P, p.value());
    }
    if (config.trains(Part.B)) {
      tensors.put(B, b.value());
    }
    return tensors;
  }

  /** {@code A_cat}. */
  @Override
  public Tensor down() {
    return a;
  }

  /** {@code Bʹ = B_cat S P}, which holds all scales. */
  @Override
  public Tensor up() {
    Tensor scaled = b.value().mul(scales);
    return config.bridge() == Bridge.FULL ? scaled.matmul(p.value()) : scaled.mul(p.value());
  }

  @Override
  public double scale() {
    return 1;
  }

  @Override
  public Tensor merged(Tensor weight) {
    return weight.add(Kernels.product(up(), a, 1.0));
  }

  /**
   * Energy of the update that passes through each module, {@code ‖Bʹ[:, block] A_block‖²}
   * (Frobenius), found without making the update whole.
   *
   * @param modules number of the mix's modules
   * @return {@code [modules]}; 0 for a module without a layer here
   */
  double[] energies(int modules) {
    double[] energies = new double[modules];
    try (Scope scope = Scope.open()) {
      Tensor up = up().to(DType.F64);
      Tensor down = a.to(DType.F64);
      for (Block block : blocks) {
        Tensor ups = up.narrow(1, block.first(), block.rank());
        Tensor downs = down.narrow(0, block.first(), block.rank());
        Tensor energy = ups.t().matmul(ups).mul(downs.matmul(downs.t())).sum();
        energies[block.module()] = energy.item();
      }
    }
    return energies;
  }

  /**
   * The same layer as if a module had said nothing: what its A sees reaches no output.
   *
   * @param module index among the mix's modules
   * @return owned by the caller
   */
  DomixLinear without(int module) {
    try (Scope scope = Scope.open()) {
      Tensor silenced = p.value().copy();
      for (Block block : blocks) {
        if (block.module() == module) {
          silenced.narrow(1, block.first(), block.rank()).zeroInPlace();
        }
      }
      return new DomixLinear(slot, config, blocks, a, scales, silenced, b.value().copy());
    }
  }

  @Override
  public void close() {
    p.close();
    b.close();
    a.close();
    scales.close();
    if (converted != null) {
      converted.close();
      converted = null;
    }
  }
}
