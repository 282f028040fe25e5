package io.haori.adapter.mixfile;

import io.haori.adapter.lora.LoraCombination;
import io.haori.adapter.spi.AdapterModule;
import io.haori.model.backbone.Slot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A module as PEFT can hold it: a mix becomes one LoRA of all its ranks, and any LoRA can be cut to
 * a rank.
 *
 * @param module what is written
 * @param energyLost share of the updates' energy that was cut off, in [0, 1]
 * @param ours whether the module was made here and is closed here
 */
public record PeftExport(AdapterModule module, double energyLost, boolean ours)
    implements AutoCloseable {
  /**
   * Makes the form.
   *
   * @param module stays open and unchanged
   * @param slots of its base
   * @param rank to cut to; null leaves all there is
   * @throws io.haori.core.check.UserError when it must be cut and is no LoRA
   */
  public static PeftExport of(AdapterModule module, List<Slot> slots, @Nullable Integer rank) {
    boolean mix = MixFolder.isMix(module);
    AdapterModule whole = mix ? MixFolder.asLora("task", module, slots) : module;
    if (rank == null) {
      return new PeftExport(whole, 0, mix);
    }
    try {
      LoraCombination.Truncation cut = LoraCombination.truncated("task", whole, rank);
      return new PeftExport(cut.module(), cut.lost(), true);
    } finally {
      if (mix) {
        whole.close();
      }
    }
  }

  /**
   * A module whose updates are not low-rank, such as DoRA's, as the nearest LoRA: its exact change
   * of each weight, cut off after the largest singular values.
   *
   * @param module stays open and unchanged
   * @param slots of its base
   * @param rank to cut to
   */
  public static PeftExport nearest(AdapterModule module, List<Slot> slots, int rank) {
    try (AdapterModule whole = LoraCombination.exact("task", module, slots)) {
      LoraCombination.Truncation cut = LoraCombination.truncated("task", whole, rank);
      return new PeftExport(cut.module(), cut.lost(), true);
    }
  }

  @Override
  public void close() {
    if (ours) {
      module.close();
    }
  }
}
