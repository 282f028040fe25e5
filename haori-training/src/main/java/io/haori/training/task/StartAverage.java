package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.adapter.lora.LoraLinear;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
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
 * <p>A new module changes nothing at first, so its update is scaled, exactly: {@code B} times
 * {@code 1 − s}. Heads that are fitted after the module, as after a contrastive loss, are not
 * averaged.
 */
final class StartAverage implements AutoCloseable {
  private final List<Tensor> heads = new ArrayList<>();
  private final double share;

  /**
   * Keeps the heads of a model as they are.
   *
   * @param model before it is trained, its module new
   * @param share of the start, {@code s}; above 0 and below 1
   * @throws io.haori.core.check.UserError when its module is no low-rank one
   */
  StartAverage(TextModel model, double share) {
    AdapterModule module = model.module();
    require(
        !module.layers().isEmpty()
            && module.layers().values().stream().allMatch(LoraLinear.class::isInstance),
        "training.startShare",
        "0 for a method other than lora",
        share);
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
        Tensor up = ((LoraLinear) layer).up();
        up.copyInPlace(up.mul(1 - share));
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
