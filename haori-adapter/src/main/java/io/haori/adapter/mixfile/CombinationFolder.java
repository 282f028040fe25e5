package io.haori.adapter.mixfile;

import io.haori.adapter.spi.AdapterModule;
import io.haori.model.backbone.Backbone;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Several modules that act as one, as files of one folder: a mix or a gate, with all its modules,
 * so that it can be moved, sent and served.
 */
public final class CombinationFolder {
  private CombinationFolder() {}

  /** Whether a folder holds one. */
  public static boolean isIn(Path folder) {
    return MixFolder.standsIn(folder) || GateFolder.isIn(folder);
  }

  /** Whether a module is one. */
  public static boolean isOne(AdapterModule module) {
    return MixFolder.isMix(module) || GateFolder.isGate(module);
  }

  /**
   * Writes one with its modules.
   *
   * @param folder exists
   * @param combination its modules are open, and those of a mix in their folders
   * @param base name of the base, for readers of the modules; may be null
   * @throws io.haori.core.check.UserError when a module has no form in PEFT's files
   */
  public static void write(Path folder, AdapterModule combination, @Nullable String base) {
    if (GateFolder.isGate(combination)) {
      GateFolder.write(folder, combination, base);
      return;
    }
    MixFolder.write(folder, combination);
    MixFolder.takeIn(folder);
  }

  /**
   * Reads one.
   *
   * @param folder that holds one
   * @param backbone the base that the modules belong to
   * @return owned by the caller
   * @throws io.haori.core.check.UserError when a file is missing, damaged, or of another base
   */
  public static AdapterModule read(Path folder, Backbone backbone) {
    return MixFolder.standsIn(folder)
        ? MixFolder.read(folder, backbone)
        : GateFolder.read(folder, backbone);
  }
}
