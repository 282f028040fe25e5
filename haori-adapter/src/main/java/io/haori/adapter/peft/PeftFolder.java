package io.haori.adapter.peft;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.files.AdapterFiles;
import io.haori.core.weights.FiniteNumbers;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.config.ModuleNames;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.model.weights.SparseSafetensors;
import io.haori.model.weights.SparseSafetensorsWriter;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder that PEFT wrote or can load: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}.
 *
 * <p>The tensors of layers are kept in F32. Those stored as F16 or BF16 are widened when read,
 * which is exact, and written as F32. Head tensors keep their stored type.
 */
public final class PeftFolder {
  /** Name of the configuration. */
  public static final String CONFIG = AdapterFiles.PEFT_CONFIG;

  /** Name of the tensors' file. */
  public static final String TENSORS = AdapterFiles.PEFT_TENSORS;

  /** Name of the tensors' file when zeros are left out, which PEFT itself does not read. */
  public static final String SPARSE = AdapterFiles.SPARSE_TENSORS;

  private PeftFolder() {}

  /**
   * Reads a folder; the module is called as the folder is.
   *
   * @param folder with both files
   * @param backbone the base that the adapter belongs to
   * @return what it holds, to be closed by the caller
   * @throws UserError in one sentence when a file is damaged, asks for what is not supported, or
   *     does not fit the base
   */
  public static PeftAdapter read(Path folder, Backbone backbone) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return read(folder, name == null ? "adapter" : name.toString(), backbone);
  }

  /**
   * Reads a folder.
   *
   * @param folder with both files
   * @param name of the module
   * @param backbone the base that the adapter belongs to
   * @return what it holds, to be closed by the caller
   * @throws UserError as {@link #read(Path, Backbone)}
   */
  public static PeftAdapter read(Path folder, String name, Backbone backbone) {
    AdapterConfig config = ConfigReader.read(folder.resolve(CONFIG));
    Path file = tensorFile(folder);
    boolean sparse = file.endsWith(SPARSE);
    FiniteNumbers.require(file);
    try (Scope scope = Scope.open();
        Weights tensors = sparse ? SparseSafetensors.open(file) : SafetensorsFile.open(file)) {
      ModuleNames modules = spelled(tensors, backbone);
      Map<String, Slot> own = new LinkedHashMap<>();
      backbone
          .slots()
          .forEach(slot -> modules.partsInMemory(slot.name()).forEach(part -> own.put(part, slot)));
      List<Slot> slots =
          own.entrySet().stream().map(one -> one.getValue().named(one.getKey())).toList();
      TensorNames names = TensorNames.sort(file, tensors.names(), slots);
      requireOutsideBase(file, names, backbone);
      List<Slot> selected = config.select(slots, names.prefix());
      names.requireExactly(file, config.form(), selected);
      LoraConfig lora = config.forSlots(slots, selected, names.prefix());
      Map<Slot, List<Map<String, Tensor>>> stored = new LinkedHashMap<>();
      for (Slot slot : selected) {
        Slot ours = slotOf(own, slot.name());
        stored
            .computeIfAbsent(ours, one -> new ArrayList<>())
            .add(load(file, tensors, names.layers().getOrDefault(slot.name(), Map.of())));
      }
      if (!modules.equals(ModuleNames.SAME)) {
        lora = SplitConfig.joined(file, lora, modules, stored);
      }
      AdapterMethod method = config.form().method(lora);
      Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
      boolean complete = false;
      try {
        for (Map.Entry<Slot, List<Map<String, Tensor>>> layer : stored.entrySet()) {
          Map<String, Tensor> joined = SplitLayers.joined(layer.getValue());
          layers.put(layer.getKey().name(), restore(file, method, layer.getKey(), joined));
        }
        Map<String, Tensor> heads = new LinkedHashMap<>();
        names.heads().forEach((plain, named) -> heads.put(plain, tensors.load(named)));
        heads.values().forEach(Tensor::retain);
        complete = true;
        return new PeftAdapter(
            new AdapterModule(name, method, layers),
            heads,
            config.settings().withPrefix(names.prefix()).with(modules));
      } finally {
        if (!complete) {
          layers.values().forEach(AdaptedLinear::close);
        }
      }
    }
  }

  /** Whether a file has the names that modules have in memory, and no other. */
  private static ModuleNames spelled(Weights tensors, Backbone backbone) {
    ModuleNames modules = backbone.config().transformers().modules();
    for (Slot slot : backbone.slots()) {
      for (String later : modules.partsInMemory(slot.name())) {
        boolean found =
            !later.equals(slot.name())
                && tensors.names().stream()
                    .anyMatch(name -> name.contains("." + later + TensorNames.LAYER_MARK));
        if (found) {
          return modules;
        }
      }
    }
    return ModuleNames.SAME;
  }

  private static Slot slotOf(Map<String, Slot> slots, String name) {
    return Objects.requireNonNull(slots.get(name), name);
  }

  private static Path tensorFile(Path folder) {
    Path file = folder.resolve(Files.exists(folder.resolve(SPARSE)) ? SPARSE : TENSORS);
    if (!Files.exists(file) && Files.exists(folder.resolve("adapter_model.bin"))) {
      throw Check.in(
          folder.resolve("adapter_model.bin"),
          "is a pickle, which is never read; convert it to safetensors");
    }
    return file;
  }

  /**
   * What a folder says before its base is known.
   *
   * @param folder with both files
   * @throws UserError in one sentence when a file is damaged or asks for what is not supported
   */
  public static PeftDescription describe(Path folder) {
    AdapterConfig config = ConfigReader.read(folder.resolve(CONFIG));
    Path file = tensorFile(folder);
    try (Weights tensors =
        file.endsWith(SPARSE) ? SparseSafetensors.open(file) : SafetensorsFile.open(file)) {
      Map<String, List<Long>> heads = new LinkedHashMap<>();
      HeadNames.of(file, tensors.names())
          .forEach(
              (plain, stored) ->
                  heads.put(plain, Arrays.stream(tensors.shape(stored)).boxed().toList()));
      return new PeftDescription(config.form().name(), config.settings(), heads);
    }
  }

  /**
   * The folder of an adapter. PEFT stores an adapter whose name is not {@code default} in a folder
   * of that name inside the one that was asked for.
   *
   * @param folder an adapter's, or one that holds a folder with an adapter
   * @return the same folder, unless it is no adapter's and the only adapter in it is another
   * @throws UserError when several adapters are in it
   */
  public static Path located(Path folder) {
    if (!Files.isDirectory(folder)
        || Files.exists(folder.resolve(CONFIG))
        || Files.exists(folder.resolve(AdapterFiles.HAORI))) {
      return folder;
    }
    try (Stream<Path> inside = Files.list(folder)) {
      List<Path> found =
          inside.filter(one -> Files.exists(one.resolve(CONFIG))).sorted().limit(9).toList();
      if (found.size() > 1) {
        List<String> names = found.stream().map(one -> one.getFileName().toString()).toList();
        throw Check.in(
            folder,
            "holds the adapters " + String.join(", ", names) + "; name the folder of one of them");
      }
      return found.isEmpty() ? folder : found.get(0);
    } catch (IOException e) {
      throw new UserError(folder + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static Map<String, Tensor> load(Path file, Weights tensors, Map<String, String> names) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (var tensor : names.entrySet()) {
      String stored = tensor.getValue();
      if (!tensors.dtype(stored).isFloat()) {
        throw Check.in(file, stored + " must have a floating type, got " + tensors.dtype(stored));
      }
      parts.put(tensor.getKey(), tensors.load(stored));
    }
    return parts;
  }

  private static AdaptedLinear restore(
      Path file, AdapterMethod method, Slot slot, Map<String, Tensor> parts) {
    try {
      return method.restore(slot, parts);
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * What distinguishes this adapter from every other: SHA-256 over both files, each with its name
   * and length.
   *
   * @param folder with both files; the tensors may be without their zeros
   * @return lower-case hexadecimal
   * @throws UserError when a file cannot be read
   */
  public static String digest(Path folder) {
    try {
      Sha256 digest = Sha256.start();
      String tensors = Files.exists(folder.resolve(SPARSE)) ? SPARSE : TENSORS;
      for (String name : List.of(CONFIG, tensors)) {
        Path file = folder.resolve(name);
        digest.update(name + " " + Files.size(file) + "\n");
        try (InputStream in = digest.reading(Files.newInputStream(file))) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      return digest.hex();
    } catch (NoSuchFileException e) {
      throw new UserError(
          folder + ": must be a PEFT folder with " + CONFIG + " and " + TENSORS + ", found none",
          e);
    } catch (IOException e) {
      throw new UserError(folder + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** A full tensor of the base itself would be forgotten in silence; a pooler is part of a head. */
  private static void requireOutsideBase(Path file, TensorNames names, Backbone backbone) {
    Set<String> base =
        backbone.weights().stream()
            .flatMap(weight -> weight.parts().stream())
            .map(Weight::name)
            .collect(Collectors.toSet());
    for (String plain : names.heads().keySet()) {
      if (HeadNames.isPooler(plain)) {
        continue;
      }
      String inner =
          plain.startsWith(names.prefix()) ? plain.substring(names.prefix().length()) : plain;
      if (base.contains(plain) || base.contains(inner)) {
        throw Check.in(
            file, "modules_to_save with a layer of the base is not supported here, got " + plain);
      }
    }
  }

  /**
   * Writes a folder that PEFT can load, each file as a whole or not at all. Write inside {@link
   * io.haori.core.files.AtomicFiles#writeFolder} to replace a folder as a whole.
   *
   * @param folder made when missing
   * @param module its layers, in F32
   * @param headTensors full tensors outside the base by their plain name, for example {@code
   *     classifier.weight}
   * @param settings what else the folder's configuration says
   * @throws UserError when PEFT cannot express the module's method, or the place cannot be written
   */
  public static void write(
      Path folder, AdapterModule module, Map<String, Tensor> headTensors, PeftSettings settings) {
    PeftForm form = formOf(module.method());
    Map<String, Tensor> tensors = layerTensors(module, settings);
    headTensors.forEach(
        (name, tensor) -> tensors.put(HeadNames.stored(settings.modelPrefix(), name), tensor));
    SafetensorsWriter.write(folder.resolve(TENSORS), tensors, Map.of("format", "pt"));
    ConfigWriter.write(folder.resolve(CONFIG), form, module, headTensors.keySet(), settings);
  }

  /**
   * Writes a folder without the zeros of the module's tensors. It is read here as any other; PEFT
   * reads it after {@link #write} has written it again.
   *
   * @param folder made when missing
   * @param module its layers, in F32
   * @param settings what else the folder's configuration says
   * @throws UserError as {@link #write}
   */
  public static void writeSparse(Path folder, AdapterModule module, PeftSettings settings) {
    PeftForm form = formOf(module.method());
    SparseSafetensorsWriter.write(folder.resolve(SPARSE), layerTensors(module, settings));
    ConfigWriter.write(folder.resolve(CONFIG), form, module, Set.of(), settings);
  }

  private static Map<String, Tensor> layerTensors(AdapterModule module, PeftSettings settings) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (var layer : module.layers().entrySet()) {
      for (var tensor : layer.getValue().tensors().entrySet()) {
        List<String> modules = settings.modules().partsInMemory(layer.getKey());
        for (int part = 0; part < modules.size(); part++) {
          String name = TensorNames.of(settings.modelPrefix(), modules.get(part), tensor.getKey());
          tensors.put(
              name, SplitLayers.part(tensor.getKey(), tensor.getValue(), part, modules.size()));
        }
      }
    }
    return tensors;
  }

  /** Whether PEFT has a form for a method. */
  public static boolean canHold(AdapterMethod method) {
    return PeftForm.ALL.stream().anyMatch(form -> form.config(method.undecorated()) != null);
  }

  private static PeftForm formOf(AdapterMethod method) {
    List<String> known = PeftForm.ALL.stream().map(PeftForm::name).toList();
    return PeftForm.ALL.stream()
        .filter(form -> form.config(method.undecorated()) != null)
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "method of a PEFT folder must be one of " + known + ", got " + method.name()));
  }
}
