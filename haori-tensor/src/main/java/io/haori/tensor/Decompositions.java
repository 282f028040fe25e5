package io.haori.tensor;

import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.global.torch;

/** Factors of matrices, for work outside the training step. F32 or F64, which is more accurate. */
public final class Decompositions {
  private Decompositions() {}

  /**
   * A matrix {@code [n, m]} as {@code q r}, with {@code k = min(n, m)}.
   *
   * @param q orthonormal columns {@code [n, k]}
   * @param r upper triangle {@code [k, m]}
   */
  public record Qr(Tensor q, Tensor r) {}

  /**
   * A matrix {@code [n, m]} as {@code u diag(s) v}, with {@code k = min(n, m)}.
   *
   * @param u orthonormal columns {@code [n, k]}
   * @param s singular values {@code [k]}, falling, at least 0
   * @param v orthonormal rows {@code [k, m]}
   */
  public record Svd(Tensor u, Tensor s, Tensor v) {}

  /** The reduced QR decomposition. */
  public static Qr qr(Tensor matrix) {
    var result = torch.linalg_qr(matrix.handle);
    return new Qr(Tensor.own(result.get0()), Tensor.own(result.get1()));
  }

  /** The reduced singular value decomposition. */
  public static Svd svd(Tensor matrix) {
    var result = torch.linalg_svd(matrix.handle, false, new StringViewOptional());
    return new Svd(Tensor.own(result.get0()), Tensor.own(result.get1()), Tensor.own(result.get2()));
  }
}
