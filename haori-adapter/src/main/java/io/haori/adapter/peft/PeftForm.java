package io.haori.adapter.peft;

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
  List<PeftForm> ALL = List.of(new Lora());

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
}
