package io.haori.adapter.mixfile;

import static io.haori.core.check.Check.require;

import io.haori.adapter.combine.GateFile;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.combine.GatedLinear;
import io.haori.adapter.combine.StoredGate;
import io.haori.adapter.file.FiniteTensors;
import io.haori.adapter.lora.LoraCombination;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.model.backbone.Backbone;
import io.haori.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A gate with its modules as files of one folder: {@code gate.safetensors}, and below {@code
 * modules} a PEFT folder for each module. It needs nothing from elsewhere, so it can be moved, sent
 * and served.
 */
public final class GateFolder {
  /** The gate's own tensors. */
  public static final String FILE = "gate.safetensors";

  private GateFolder() {}

  /** Whether a folder holds a gate. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** Whether a module is a gate. */
  public static boolean isGate(AdapterModule module) {
    return module.method() instanceof GateMethod || module.method() instanceof StoredGate;
  }

  /**
   * What a gate for the task computes, as one LoRA of the sum of the modules' ranks.
   *
   * @param name of the new module
   * @param gate made by a {@link GateMethod}; stays open and unchanged
   * @return owned by the caller
   * @throws io.haori.core.check.UserError when the gate looks at the input, or a module's update is
   *     not low-rank
   */
  public static AdapterModule asLora(String name, AdapterModule gate) {
    Map<String, Map<String, Double>> shares = new LinkedHashMap<>();
    gate.layers().forEach((slot, layer) -> shares.put(slot, ((GatedLinear) layer).shares()));
    return LoraCombination.sum(
        name,
        GateFile.methodOf(gate).modules(),
        (module, slot) -> shares.getOrDefault(slot, Map.of()).getOrDefault(module.name(), 0.0));
  }

  /**
   * Writes a gate and its modules.
   *
   * @param folder exists
   * @param gate a gate whose modules are open
   * @param base name of the base, for readers of the modules; may be null
   * @throws io.haori.core.check.UserError when a module's method has no form in PEFT's files, or
   *     its name is none of a folder
   */
  public static void write(Path folder, AdapterModule gate, @Nullable String base) {
    for (AdapterModule module : GateFile.methodOf(gate).modules()) {
      require(
          PeftFolder.canHold(module.method()),
          "modules of a gate",
          "of methods that PEFT can hold to be stored",
          module.method().name() + " in module " + module.name());
      FiniteTensors.require(folder, module);
      Path place = place(folder, module.name());
      if (module.method().storesSparse()) {
        PeftFolder.writeSparse(place, module, PeftSettings.bare(base));
      } else {
        PeftFolder.write(place, module, Map.of(), PeftSettings.bare(base));
      }
    }
    GateFile.write(folder.resolve(FILE), gate);
  }

  private static Path place(Path folder, String name) {
    Path inside = folder.resolve(MixFolder.MODULES);
    try {
      Path place = inside.resolve(name).normalize();
      if (inside.normalize().equals(place.getParent())) {
        return place;
      }
    } catch (InvalidPathException e) {
      // Said below as any name that is none of a folder.
    }
    throw Check.in(folder, "name of a gate's module must be one word, got " + name);
  }

  /**
   * Reads a gate with its modules.
   *
   * @param folder written by {@link #write}
   * @param backbone the base that the modules belong to
   * @return one module that owns all of it
   * @throws io.haori.core.check.UserError when a file is missing, damaged, or of another base
   */
  public static AdapterModule read(Path folder, Backbone backbone) {
    Path file = folder.resolve(FILE);
    List<AdapterModule> modules = new ArrayList<>();
    boolean complete = false;
    try {
      for (String name : GateFile.modules(file)) {
        PeftAdapter adapter = PeftFolder.read(place(folder, name), name, backbone);
        adapter.headTensors().values().forEach(Tensor::close);
        modules.add(adapter.module());
      }
      AdapterModule gate = GateFile.read(file, "task", modules, backbone);
      complete = true;
      return StoredGate.owning(gate);
    } finally {
      if (!complete) {
        modules.forEach(AdapterModule::close);
      }
    }
  }
}
