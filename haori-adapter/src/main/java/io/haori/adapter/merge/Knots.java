package io.haori.adapter.merge;

import io.haori.adapter.lora.LowRankFactors;
import io.haori.core.weights.DType;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges low-rank updates in the basis that they share (KnOTS, Stoica et al. 2025, arXiv
 * 2410.19735, section 4): the updates beside each other are decomposed once, and what is each
 * module's own is merged by {@link Ties}.
 *
 * <pre>{@code
 * [Δ₁ … Δ_N]  = U [ΣV₁ … ΣV_N]              Δ = U · ties(ΣV₁, …, ΣV_N)
 * [o, N·i]      [o, R][R, i]…               R ≤ Σ r_k
 * }</pre>
 *
 * Nothing of size {@code [o, N·i]} is made: with {@code [s₁B₁ … s_N B_N] = Q_B R_B} and {@code A_kᵀ
 * = Q_k R_k} the factors of {@code R_B blockdiag(R_kᵀ)} are enough.
 */
final class Knots {
  /** Directions whose singular value is smaller than this share of the largest are noise. */
  private static final double LEAST = 1e-6;

  private Knots() {}

  /**
   * Merges.
   *
   * @param factors of updates of one shape, their scales in {@code b}
   * @param weights one an update, not 0
   * @param density share of each {@code ΣV_k} that is kept, in (0, 1]
   * @return of rank {@code R}, in the current scope
   */
  static LowRankFactors merge(List<LowRankFactors> factors, double[] weights, double density) {
    List<Tensor> ups = new ArrayList<>();
    List<Decompositions.Qr> downs = new ArrayList<>();
    for (LowRankFactors one : factors) {
      ups.add(one.b().to(DType.F64));
      downs.add(Decompositions.qr(one.a().to(DType.F64).t()));
    }
    Decompositions.Qr up = Decompositions.qr(Tensors.cat(ups, 1));
    List<Tensor> cores = new ArrayList<>();
    long first = 0;
    for (int k = 0; k < downs.size(); k++) {
      long rank = ups.get(k).size(1);
      cores.add(up.r().narrow(1, first, rank).matmul(downs.get(k).r().t()));
      first += rank;
    }
    Decompositions.Svd svd = Decompositions.svd(Tensors.cat(cores, 1));
    double[] sizes = svd.s().toDoubles();
    int kept = 1;
    while (kept < sizes.length && sizes[kept] > LEAST * sizes[0]) {
      kept++;
    }
    Tensor scaled = svd.v().narrow(0, 0, kept).mul(svd.s().narrow(0, 0, kept).view(kept, 1));
    List<double[]> own = new ArrayList<>();
    first = 0;
    for (int k = 0; k < downs.size(); k++) {
      long width = cores.get(k).size(1);
      own.add(scaled.narrow(1, first, width).matmul(downs.get(k).q().t()).toDoubles());
      first += width;
    }
    double[] merged = Ties.merge(own, weights, density);
    long inputs = factors.get(0).a().size(1);
    return new LowRankFactors(
        Tensors.of(merged, kept, inputs).to(DType.F32),
        up.q().matmul(svd.u().narrow(1, 0, kept)).to(DType.F32));
  }
}
