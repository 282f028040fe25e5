package io.haori.inference.folder;

import io.haori.adapter.file.ModuleFile;
import io.haori.adapter.mixfile.CombinationFolder;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.files.AdapterFiles;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.BasePrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a module without a head, as files of a folder: PEFT's where it has a form for the
 * method, else {@link ModuleFile}; a mix or gate with its modules; of full fine-tuning {@link
 * #moved the weights that it moved}. How the module came to be is in {@code haori.json}.
 */
public final class ModuleTensors {
  private ModuleTensors() {}

  /** Whether a folder holds a module in one of these forms. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(PeftFolder.CONFIG))
        || CombinationFolder.isIn(folder)
        || Files.exists(folder.resolve(ModuleFile.NAME))
        || Files.exists(folder.resolve(BaseWeights.FILE));
  }

  /**
   * Refuses a module, with a head or without, that has all weights of a base instead of sitting on
   * it.
   *
   * @param folder a module's
   * @throws UserError that names it
   */
  public static void requireOnSharedBase(Path folder) {
    if (Files.exists(folder.resolve(BaseWeights.FILE))) {
      throw new UserError(
          "method of "
              + folder.getFileName()
              + " must be one whose modules sit on a shared base, to be served, got "
              + HaoriJson.method(folder).name());
    }
  }

  /**
   * Refuses a base in fewer bits for a module, with a head or without, that has all weights of a
   * base, which would take their place.
   *
   * @param folder a module's
   * @param kept how the base is to be kept
   * @throws UserError that names the setting
   */
  public static void requireKept(Path folder, BasePrecision kept) {
    if (kept.quantises() && Files.exists(folder.resolve(BaseWeights.FILE))) {
      BaseOptions.requireDenseFor(HaoriJson.method(folder), kept);
    }
  }

  /**
   * Whether the method comes back from the files of a module; without, {@code haori.json} has to
   * say its choices.
   */
  public static boolean sayMethod(AdapterModule module) {
    return CombinationFolder.isOne(module) || PeftFolder.canHold(module.method());
  }

  /**
   * The weights that full fine-tuning without a task moves: those that lead to the language head's
   * scores, of a base without such a head those that lead to a text's vector.
   */
  public static List<Weight> moved(TextBase base) {
    Backbone backbone = base.backbone();
    return backbone.languageHead() == null && backbone.causalHead() == null
        ? backbone.weightsOf(Pooling.AUTO)
        : backbone.weightsOfLanguageModel();
  }

  /**
   * Writes a module.
   *
   * @param folder exists
   * @param module stays open
   * @param base that it sits on, with the weights that it has now
   */
  public static void write(Path folder, AdapterModule module, TextBase base) {
    AdapterMethod method = module.method();
    if (CombinationFolder.isOne(module)) {
      CombinationFolder.write(folder, module, base.name());
    } else if (method.trainsBase()) {
      BaseWeights.write(folder, moved(base));
    } else if (!PeftFolder.canHold(method)) {
      ModuleFile.write(folder.resolve(ModuleFile.NAME), module);
    } else if (method.storesSparse()) {
      PeftFolder.writeSparse(folder, module, peft(base));
    } else {
      PeftFolder.write(folder, module, Map.of(), peft(base));
    }
  }

  /**
   * Reads the module of a folder. One that was made by full fine-tuning moves the weights of the
   * base, which nothing else may sit on then.
   *
   * @param folder as {@link #write} leaves it, or PEFT's
   * @param base must be the one that it was made on; stays open
   * @return owned by the caller
   * @throws UserError when it is damaged or does not fit the base
   */
  public static PeftAdapter read(Path folder, TextBase base) {
    if (CombinationFolder.isIn(folder)) {
      return of(CombinationFolder.read(folder, base.backbone()), base);
    }
    if (Files.exists(folder.resolve(AdapterFiles.PEFT_CONFIG))) {
      return PeftFolder.read(folder, base.backbone());
    }
    AdapterMethod method = HaoriJson.method(folder);
    if (method.trainsBase()) {
      BaseOptions.requireDenseFor(method, base.precision());
      BaseWeights.restore(folder, moved(base));
      return of(new AdapterModule(name(folder), method, Map.of()), base);
    }
    Path file = folder.resolve(ModuleFile.NAME);
    return of(ModuleFile.read(file, name(folder), method, base.backbone().slots()), base);
  }

  private static PeftAdapter of(AdapterModule module, TextBase base) {
    return new PeftAdapter(module, Map.of(), peft(base));
  }

  private static String name(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? "adapter" : name.toString();
  }

  /** PEFT's class for a decoder wraps the model with its language head, which puts a prefix. */
  private static PeftSettings peft(TextBase base) {
    return base.backbone().causalHead() == null
        ? PeftSettings.bare(base.backbone().config().transformers(), base.name())
        : PeftSettings.causal(base.backbone().config().transformers().prefix(), base.name());
  }
}
