package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.ScalableUpdate;
import io.haori.inference.model.TextModel;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * The mean of a fit's weights with those it started from (WiSE-FT, Wortsman et al. 2022, arXiv
 * 2109.01903), as one model of the same size. With few rows a module that starts from a probe moves
 * farther than the rows can tell; part of the way back is often right more often.
 *
 * <pre>{@code
 * ΔW = (1 − s) · ΔW_fitted;   W_head = (1 − s) · W_head,fitted + s · W_head,start
 * }</pre>
 *
 * <p>A new module changes nothing at first, so its update is multiplied by {@code 1 − s}, exactly.
 * Heads that are fitted after the module, as after a contrastive loss, are not averaged.
 */
final class StartAverage implements AutoCloseable {
  private final List<Tensor> heads = new ArrayList<>();
  private final double share;

  /**
   * Keeps the heads of a model as they are.
   *
   * @param model before it is trained, its module new
   * @param share of the start, {@code s}; above 0 and below 1
   * @throws io.haori.core.check.UserError when updates of its method cannot be multiplied
   */
  StartAverage(TextModel model, double share) {
    AdapterMethod method = model.module().method();
    require(
        method.scalesUpdates(), "training.startShare", "0 for the method " + method.name(), share);
    this.share = share;
    try (Scope scope = Scope.open()) {
      for (Parameter head : model.heads().parameters()) {
        heads.add(head.value().copy().retain());
      }
    }
  }

  /**
   * Puts the mean into a model.
   *
   * @param fitted the model, trained
   * @param withHeads whether its heads were trained from where they started
   */
  void apply(TextModel fitted, boolean withHeads) {
    try (Scope scope = Scope.open()) {
      for (AdaptedLinear layer : fitted.module().layers().values()) {
        ((ScalableUpdate) layer).multiplyUpdate(1 - share);
      }
      List<Parameter> trained = fitted.heads().parameters();
      for (int i = 0; withHeads && i < trained.size(); i++) {
        Tensor value = trained.get(i).value();
        value.copyInPlace(value.mul(1 - share).add(heads.get(i).mul(share)));
      }
    }
  }

  @Override
  public void close() {
    heads.forEach(Tensor::close);
  }
}
