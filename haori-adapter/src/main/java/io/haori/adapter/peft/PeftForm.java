package io.haori.adapter.peft;

import io.haori.adapter.dora.BidoraMethod;
import io.haori.adapter.dora.DoraConfig;
import io.haori.adapter.dora.DoraMethod;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdapterMethod;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one method appears in a PEFT folder: which keys of the configuration choose it and which
 * tensors a layer has. {@link #ALL} lists the methods that can be read and written.
 */
interface PeftForm {
  /** Every form, one a value of {@link #usesDora()}. */
  List<PeftForm> ALL = List.of(new Lora(), new Dora());

  /** The method's name. */
  String name();

  /** The value of {@code use_dora} that chooses this form. */
  boolean usesDora();

  /** Names of a layer's tensors after the layer's name; all must be there. */
  Set<String> tensors();

  /** The method, given what PEFT's configuration says of the low-rank update. */
  AdapterMethod method(LoraConfig config);

  /** The low-rank update's choices; null when the method is not of this form. */
  @Nullable LoraConfig config(AdapterMethod method);

  /** Plain LoRA. */
  final class Lora implements PeftForm {
    @Override
    public String name() {
      return LoraMethod.NAME;
    }

    @Override
    public boolean usesDora() {
      return false;
    }

    @Override
    public Set<String> tensors() {
      return Set.of("lora_A.weight", "lora_B.weight");
    }

    @Override
    public AdapterMethod method(LoraConfig config) {
      return new LoraMethod(config);
    }

    @Override
    public @Nullable LoraConfig config(AdapterMethod method) {
      return method instanceof LoraMethod lora ? lora.config() : null;
    }
  }

  /** DoRA, however it was trained; that, and what its pass does with the norm, is not stored. */
  final class Dora implements PeftForm {
    @Override
    public String name() {
      return DoraMethod.NAME;
    }

    @Override
    public boolean usesDora() {
      return true;
    }

    @Override
    public Set<String> tensors() {
      return Set.of("lora_A.weight", "lora_B.weight", "lora_magnitude_vector");
    }

    @Override
    public AdapterMethod method(LoraConfig config) {
      return new DoraMethod(
          new DoraConfig(
              config.rank(),
              config.alpha(),
              config.dropout(),
              config.rankStabilized(),
              config.learningRateRatio(),
              config.targets(),
              config.rankPattern(),
              config.alphaPattern(),
              DoraConfig.DEFAULT.gradient()));
    }

    @Override
    public @Nullable LoraConfig config(AdapterMethod method) {
      if (method instanceof BidoraMethod bidora) {
        return lowRank(bidora.config().dora());
      }
      return method instanceof DoraMethod dora ? lowRank(dora.config()) : null;
    }

    private static LoraConfig lowRank(DoraConfig config) {
      return new LoraConfig(
          config.rank(),
          config.alpha(),
          config.dropout(),
          config.rankStabilized(),
          config.learningRateRatio(),
          config.targets(),
          config.rankPattern(),
          config.alphaPattern());
    }
  }
}
