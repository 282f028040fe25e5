package io.haori.cli.export;

import static io.haori.core.check.Check.require;

import io.haori.adapter.gguf.GgufAdapter;
import io.haori.adapter.mixfile.GateFolder;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.mixfile.PeftExport;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An adapter as one file for llama.cpp.
 *
 * @param energyLost share of the updates' energy that was cut off, in [0, 1]
 */
record GgufExport(double energyLost) {
  /** The format's name. */
  static final String FORMAT = "gguf";

  /** Refuses a place where something is, unless it was exported here and may be replaced. */
  static void requireReplaceable(Path out, boolean force) {
    if (!Files.exists(out)) {
      return;
    }
    if (Files.isDirectory(out)) {
      throw new UserError("--out must be a file with --format gguf, got " + out + " (a folder)");
    }
    boolean ours = GgufAdapter.isOurs(out);
    if (force && !ours) {
      throw new UserError(
          "--force must find only what Haori wrote in --out, got " + out + ", another file");
    }
    if (!force) {
      throw new UserError(
          "--out must be a new file, got "
              + out
              + ", which is there"
              + (ours ? "; --force replaces it" : ""));
    }
  }

  /**
   * Writes the file.
   *
   * @param out its place
   * @param base that the module sits on
   * @param module without a head; stays open and unchanged
   * @param rank to cut each layer's update to; null leaves all there is
   */
  static GgufExport write(Path out, TextBase base, AdapterModule module, @Nullable Integer rank) {
    if (GateFolder.isGate(module)) {
      throw new UserError(
          "--adapter must be another module than a gate that looks at the input, which no fixed"
              + " weights compute, to be exported");
    }
    requireUpdates(base, module);
    boolean lowRank = MixFolder.isMix(module) || GgufAdapter.canHold(module);
    if (!lowRank && rank == null) {
      throw new UserError(
          "--rank must be given for the method "
              + module.method().name()
              + ", whose updates are not low-rank and are cut off to it, got none");
    }
    try (PeftExport export =
        lowRank || rank == null
            ? PeftExport.of(module, base.backbone().slots(), rank)
            : PeftExport.nearest(module, base.backbone().slots(), rank)) {
      GgufAdapter.write(out, export.module(), base.backbone());
      return new GgufExport(export.energyLost());
    }
  }

  /** Looks at one layer: of a method all are alike. */
  private static void requireUpdates(TextBase base, AdapterModule module) {
    require(
        module.method().adaptsSlots(),
        "--format",
        "merged for the method "
            + module.method().name()
            + ", which has no updates of single layers",
        FORMAT);
    try (Scope scope = Scope.open()) {
      base.backbone().slots().stream()
          .filter(slot -> module.layers().containsKey(slot.name()))
          .limit(1)
          .forEach(slot -> merged(slot, module));
    }
  }

  private static void merged(Slot slot, AdapterModule module) {
    AdaptedLinear layer = Objects.requireNonNull(module.layers().get(slot.name()));
    layer.merged(slot.weight().frozen().to(DType.F32));
  }

  /**
   * The file as a module.
   *
   * @return owned by the caller
   */
  static AdapterModule read(Path file, TextBase base) {
    return GgufAdapter.read(file, "module", base.backbone());
  }
}
