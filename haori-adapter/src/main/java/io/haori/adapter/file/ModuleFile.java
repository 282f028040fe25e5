package io.haori.adapter.file;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.FiniteNumbers;
import io.haori.model.backbone.Slot;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A module's tensors in one safetensors file, each under the name of its slot, a dot and its own
 * name, for example {@code encoder.layer.0.output.dense.bottleneck_up.weight}. The method and its
 * choices are stored elsewhere.
 */
public final class ModuleFile {
  /** Its name in an adapter folder. */
  public static final String NAME = "module.safetensors";

  private ModuleFile() {}

  /**
   * Writes a module.
   *
   * @param file where it is written
   * @param module its layers' tensors are stored as they are
   */
  public static void write(Path file, AdapterModule module) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    module
        .layers()
        .forEach(
            (slot, layer) ->
                layer.tensors().forEach((name, tensor) -> tensors.put(slot + "." + name, tensor)));
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
  }

  /**
   * Reads a module.
   *
   * @param file written by {@link #write}
   * @param name of the module
   * @param method that made it, with its choices
   * @param available the slots of the base
   * @return to be closed by the caller
   * @throws UserError in one sentence when the file is damaged or does not fit method and base
   */
  public static AdapterModule read(
      Path file, String name, AdapterMethod method, List<Slot> available) {
    List<Slot> slots = method.slots(available);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean complete = false;
    FiniteNumbers.require(file);
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      Map<String, Map<String, Tensor>> bySlot = bySlot(file, stored, slots);
      for (Slot slot : slots) {
        layers.put(slot.name(), restore(file, method, slot, bySlot));
      }
      complete = true;
      return new AdapterModule(name, method, layers);
    } finally {
      if (!complete) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  private static Map<String, Map<String, Tensor>> bySlot(
      Path file, SafetensorsFile stored, List<Slot> slots) {
    Map<String, Map<String, Tensor>> bySlot = new LinkedHashMap<>();
    for (String name : stored.names()) {
      Slot slot =
          slots.stream()
              .filter(one -> name.startsWith(one.name() + "."))
              .findFirst()
              .orElseThrow(
                  () ->
                      Check.in(
                          file,
                          "'"
                              + JsonFile.printable(name)
                              + "' sits on no layer of this base that the method adapts"));
      if (!stored.dtype(name).isFloat()) {
        throw Check.in(file, name + " must have a floating type, got " + stored.dtype(name));
      }
      bySlot
          .computeIfAbsent(slot.name(), s -> new LinkedHashMap<>())
          .put(name.substring(slot.name().length() + 1), stored.load(name));
    }
    return bySlot;
  }

  private static AdaptedLinear restore(
      Path file, AdapterMethod method, Slot slot, Map<String, Map<String, Tensor>> bySlot) {
    try {
      return method.restore(slot, bySlot.getOrDefault(slot.name(), Map.of()));
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }
}
