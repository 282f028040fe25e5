package io.haori.adapter.combine;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.FiniteNumbers;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A gate on disk: one safetensors file with the tensors {@code <slot>.gate.bias [k]} and, for a
 * gate that looks at the input, {@code <slot>.gate.weight [k, in]}. Its metadata say {@code kind}
 * ({@code task} or {@code input}) and {@code modules}, the names in order, one a line. The modules
 * themselves are in files of their own.
 */
public final class GateFile {
  private static final String KIND = "kind";
  private static final String MODULES = "modules";

  private GateFile() {}

  /**
   * Writes a gate in place of what was there.
   *
   * @param file where it is written
   * @param gate made by a {@link GateMethod}
   */
  public static void write(Path file, AdapterModule gate) {
    GateMethod method = methodOf(gate);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    gate.layers()
        .forEach(
            (slot, layer) ->
                layer.tensors().forEach((name, value) -> tensors.put(slot + "." + name, value)));
    Map<String, String> metadata =
        Map.of(
            KIND,
            method.config().kind().name().toLowerCase(Locale.ROOT),
            MODULES,
            String.join("\n", method.moduleNames()));
    SafetensorsWriter.write(file, tensors, metadata);
  }

  /** The method of a gate. */
  public static GateMethod methodOf(AdapterModule gate) {
    if (gate.method() instanceof GateMethod method) {
      return method;
    }
    if (gate.method() instanceof StoredGate stored) {
      return stored.gate();
    }
    throw new UserError(
        "a gate must be of the method gated, got "
            + gate.method().name()
            + " in module "
            + gate.name());
  }

  /**
   * The names of the modules that a gate was made for, in its order.
   *
   * @param file written by {@link #write}
   * @throws UserError when the file is damaged
   */
  public static List<String> modules(Path file) {
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      String names = stored.metadata().getOrDefault(MODULES, "");
      return names.isEmpty() ? List.of() : names.lines().toList();
    }
  }

  /**
   * Reads a gate.
   *
   * @param file written by {@link #write}
   * @param name of the new module
   * @param modules of the names that the file says; see {@link GateMethod}
   * @param backbone the base
   * @return owned by the caller
   * @throws UserError when the file is damaged or was made for other modules
   */
  public static AdapterModule read(
      Path file, String name, List<AdapterModule> modules, Backbone backbone) {
    FiniteNumbers.require(file);
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      String names = stored.metadata().getOrDefault(MODULES, "");
      GateMethod method = new GateMethod(config(file, stored), modules);
      if (!names.equals(String.join("\n", method.moduleNames()))) {
        throw Check.in(
            file,
            "was made for the modules "
                + JsonFile.printable(names.replace("\n", ", "))
                + " in this order, got "
                + String.join(", ", method.moduleNames()));
      }
      return read(file, stored, name, method, backbone);
    }
  }

  private static AdapterModule read(
      Path file, SafetensorsFile stored, String name, GateMethod method, Backbone backbone) {
    Set<String> unused = new LinkedHashSet<>(stored.names());
    List<String> wanted =
        method.config().kind() == GateConfig.Kind.TASK
            ? List.of(GatedLinear.BIAS)
            : List.of(GatedLinear.WEIGHT, GatedLinear.BIAS);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean complete = false;
    try {
      for (Slot slot : method.slots(backbone.slots())) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String tensor : wanted) {
          String whole = slot.name() + "." + tensor;
          if (unused.remove(whole)) {
            tensors.put(tensor, stored.load(whole));
          }
        }
        layers.put(slot.name(), method.restore(slot, tensors));
      }
      if (!unused.isEmpty()) {
        String first = JsonFile.printable(unused.iterator().next());
        throw Check.in(file, "'" + first + "' sits on no layer of these modules");
      }
      complete = true;
      return new AdapterModule(name, method, layers);
    } catch (UserError e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(file + ": ") ? e : new UserError(file + ": " + message, e);
    } finally {
      if (!complete) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  private static GateConfig config(Path file, SafetensorsFile stored) {
    String kind = stored.metadata().getOrDefault(KIND, "");
    for (GateConfig.Kind one : GateConfig.Kind.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(kind)) {
        return GateConfig.DEFAULT.withKind(one);
      }
    }
    throw Check.in(
        file,
        "kind must be task or input in a gate's file, got '" + JsonFile.printable(kind) + "'");
  }
}
