package io.haori.adapter.mixfile;

import static io.haori.core.check.Check.require;

import io.haori.adapter.domix.Contributions;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.route.RoutedLinear;
import io.haori.adapter.route.RoutedMethod;
import io.haori.adapter.route.RoutedParts;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.ModuleParts;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AdapterFiles;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.FiniteNumbers;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A mix as two files: {@code mix.json} names its modules by digest, {@code mix.safetensors} holds
 * what was trained, or what a routed mix goes by: {@code <slot>.prototypes [k, in]} for {@code
 * arrow}, {@code centroids [N, width]} for {@code nearest}. All else is read from the modules,
 * which must be the very ones.
 */
public final class MixFolder {
  /** Name of the description. */
  public static final String DESCRIPTION = "mix.json";

  /** Name of the tensors' file. */
  public static final String TENSORS = "mix.safetensors";

  /** Name of the tensor with the mean vectors of the domains, {@code [N, width]}. */
  static final String CENTROIDS = "centroids";

  /**
   * Name of the folder in a mix's own that may hold its modules; it is looked into before the
   * places that the description names.
   */
  public static final String MODULES = "modules";

  private static final long MAX_BYTES = 50_000_000;

  private MixFolder() {}

  /** Whether a folder holds a mix. */
  public static boolean standsIn(Path folder) {
    return Files.exists(folder.resolve(DESCRIPTION));
  }

  /** Whether a module is a mix. */
  public static boolean isMix(AdapterModule module) {
    return module.method() instanceof DomixMethod || module.method() instanceof RoutedMethod;
  }

  /**
   * The folders of a mix's modules by name.
   *
   * @param folder written by {@link #write}
   * @throws io.haori.core.check.UserError when a module is missing or was changed since
   */
  public static Map<String, Path> modules(Path folder) {
    Map<String, Path> modules = new LinkedHashMap<>();
    MixDescription.read(folder.resolve(DESCRIPTION))
        .modules()
        .forEach(member -> modules.put(member.name(), member.find(folder)));
    return modules;
  }

  /**
   * Copies a mix's modules into its own folder, so that it can be moved anywhere.
   *
   * @param folder written by {@link #write}
   * @throws io.haori.core.check.UserError when a module is missing or was changed since
   */
  public static void takeIn(Path folder) {
    Path inside = folder.toAbsolutePath().normalize().resolve(MODULES);
    for (Map.Entry<String, Path> module : modules(folder).entrySet()) {
      Path target = inside.resolve(module.getKey()).normalize();
      require(inside.equals(target.getParent()), "name of a module", "one word", module.getKey());
      if (!Files.exists(target)) {
        AtomicFiles.writeFolder(target, into -> copy(module.getValue(), into));
      }
    }
  }

  private static void copy(Path module, Path target) throws IOException {
    try (Stream<Path> files = Files.list(module)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  /**
   * Opens modules for a mix.
   *
   * @param folders one a module; its last name is the module's
   * @param backbone the base that they belong to
   * @return to be closed by the caller, each module for itself
   * @throws io.haori.core.check.UserError when a folder holds no adapter of this base
   */
  public static List<MixedModule> open(List<Path> folders, Backbone backbone) {
    List<MixedModule> opened = new ArrayList<>();
    boolean complete = false;
    try {
      for (Path folder : folders) {
        opened.add(open(name(folder), folder, PeftFolder.digest(folder), backbone));
      }
      complete = true;
      return opened;
    } finally {
      if (!complete) {
        opened.forEach(one -> one.module().close());
      }
    }
  }

  /**
   * Refuses a module of a method whose updates are not low-rank, before its base is opened.
   *
   * @param folder a module's
   * @throws UserError that names the module and its method
   */
  public static void requireMixable(Path folder) {
    String method = methodOf(folder);
    if (!method.isEmpty() && !method.equals(LoraMethod.NAME)) {
      throw new UserError(
          "modules to mix must be low-rank updates (lora, modular, sparse), got "
              + method
              + " in module "
              + name(folder));
    }
  }

  /** As which one it is read; empty where the folder does not say it. */
  private static String methodOf(Path folder) {
    if (Files.exists(folder.resolve(PeftFolder.CONFIG))) {
      return PeftFolder.describe(folder).method();
    }
    Path description = folder.resolve(AdapterFiles.HAORI);
    return Files.exists(description)
        ? JsonFile.readObject(description, MAX_BYTES).path("method").asText()
        : "";
  }

  private static String name(Path folder) {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  private static MixedModule open(String name, Path folder, String digest, Backbone backbone) {
    PeftAdapter adapter = PeftFolder.read(folder, name, backbone);
    adapter.headTensors().values().forEach(Tensor::close);
    return new MixedModule(name, folder, digest, adapter.module());
  }

  /**
   * Writes a mix.
   *
   * @param folder exists
   * @param mix made by {@link DomixMethod} or {@link RoutedMethod}
   */
  public static void write(Path folder, AdapterModule mix) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, AdaptedLinear> layer : mix.layers().entrySet()) {
      layer
          .getValue()
          .tensors()
          .forEach((name, tensor) -> tensors.put(layer.getKey() + "." + name, tensor));
    }
    try (Scope scope = Scope.open()) {
      if (mix.method() instanceof RoutedMethod routed && routed.centroids().length > 0) {
        tensors.put(CENTROIDS, RoutedTensors.of(routed.centroids()));
      }
      SafetensorsWriter.write(folder.resolve(TENSORS), tensors, Map.of("format", "pt"));
    }
    MixDescription.of(folder, mix.method()).write(folder.resolve(DESCRIPTION));
  }

  /**
   * Reads a mix and the modules that it names.
   *
   * @param folder written by {@link #write}
   * @param backbone the base that the modules belong to
   * @return owned by the caller
   * @throws io.haori.core.check.UserError when a module is missing, was changed since, or does not
   *     fit
   */
  public static AdapterModule read(Path folder, Backbone backbone) {
    MixDescription description = MixDescription.read(folder.resolve(DESCRIPTION));
    List<MixedModule> modules = new ArrayList<>();
    Path file = folder.resolve(TENSORS);
    FiniteNumbers.require(file);
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      for (MixDescription.Member member : description.modules()) {
        Path found = member.find(folder);
        modules.add(open(member.name(), found, member.digest(), backbone));
      }
      if (description.route() != null) {
        return RoutedTensors.read(file, stored, description.route(), modules, backbone);
      }
      DomixMethod method = new DomixMethod(Objects.requireNonNull(description.config()), modules);
      return restore(file, stored, method, method.slots(backbone.slots()));
    } finally {
      modules.forEach(one -> one.module().close());
    }
  }

  private static AdapterModule restore(
      Path file, SafetensorsFile stored, DomixMethod method, List<Slot> slots) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean complete = false;
    try {
      int read = 0;
      for (Slot slot : slots) {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        for (String name : stored.names()) {
          int dot = slot.name().length();
          if (name.startsWith(slot.name()) && name.startsWith("domix_", dot + 1)) {
            parts.put(name.substring(dot + 1), stored.load(name));
          }
        }
        read += parts.size();
        layers.put(slot.name(), method.restore(slot, parts));
      }
      int wanted = layers.values().stream().mapToInt(layer -> layer.tensors().size()).sum();
      if (read != wanted || stored.names().size() != wanted) {
        throw Check.in(
            file,
            "must hold the "
                + wanted
                + " trained tensors of its modules' layers, got "
                + stored.names().size());
      }
      complete = true;
      return new AdapterModule("task", method, layers);
    } finally {
      if (!complete) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  /**
   * How the update of a mix is divided among its modules.
   *
   * @param mix made by {@link DomixMethod} or {@link RoutedMethod}; stays open and unchanged
   * @throws IllegalArgumentException when the module is no mix
   */
  public static ModuleParts parts(AdapterModule mix) {
    return mix.method() instanceof RoutedMethod ? new RoutedParts(mix) : new Contributions(mix);
  }

  /**
   * Whether what a mix does can be one LoRA.
   *
   * @param mix a mix
   */
  public static boolean isOneUpdate(AdapterModule mix) {
    return !(mix.method() instanceof RoutedMethod routed) || routed.config().route().isConstant();
  }

  /**
   * A mix as one LoRA that computes the same: rank Σr on each layer, scale 1, all factors in B.
   *
   * @param name of the new module
   * @param mix made by {@link DomixMethod}, or routed to all modules alike; stays open and
   *     unchanged
   * @param slots of the base
   * @return owned by the caller
   * @throws io.haori.core.check.UserError when its shares differ from text to text
   */
  public static AdapterModule asLora(String name, AdapterModule mix, List<Slot> slots) {
    Map<String, LowRankUpdate> updates = new LinkedHashMap<>();
    mix.layers()
        .forEach(
            (slot, layer) ->
                updates.put(
                    slot,
                    layer instanceof RoutedLinear routed
                        ? routed.update()
                        : (LowRankUpdate) layer));
    require(!updates.isEmpty(), "layers of the mix", "at least one", "none");
    Map<String, Integer> ranks = new LinkedHashMap<>();
    updates.forEach((slot, update) -> ranks.put(slot, Math.toIntExact(update.down().size(0))));
    LoraMethod method = new LoraMethod(config(ranks));
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      for (Slot slot : slots) {
        LowRankUpdate update = updates.get(slot.name());
        if (update != null) {
          Map<String, Tensor> parts =
              Map.of(
                  "lora_A.weight", update.down(), "lora_B.weight", update.up().mul(update.scale()));
          layers.put(slot.name(), method.restore(slot, parts));
        }
      }
    }
    return new AdapterModule(name, method, layers);
  }

  /** Scale 1 everywhere: alpha equals the rank, layer by layer. */
  private static LoraConfig config(Map<String, Integer> ranks) {
    int widest = ranks.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    Map<String, Integer> rankPattern = new LinkedHashMap<>();
    Map<String, Double> alphaPattern = new LinkedHashMap<>();
    ranks.forEach(
        (slot, rank) -> {
          if (rank != widest) {
            String key = slot.replace(".", "\\.");
            rankPattern.put(key, rank);
            alphaPattern.put(key, (double) rank);
          }
        });
    return new LoraConfig(
        widest,
        widest,
        0,
        false,
        1,
        Targets.named(List.copyOf(ranks.keySet())),
        rankPattern,
        alphaPattern);
  }
}
