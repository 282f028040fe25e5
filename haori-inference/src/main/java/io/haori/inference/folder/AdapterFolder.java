package io.haori.inference.folder;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.file.FiniteTensors;
import io.haori.adapter.file.ModuleFile;
import io.haori.adapter.mixfile.CombinationFolder;
import io.haori.adapter.mixfile.GateFolder;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderWalk;
import io.haori.core.weights.DType;
import io.haori.core.weights.FiniteNumbers;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.calibration.CalibrationFile;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.model.config.TransformersNames;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.BasePrecision;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fitted model as a folder: a PEFT folder plus {@code haori.json}, which says how it came to be.
 * Its functions keep nothing, so that any thread may call them.
 *
 * <p>A method that PEFT has no form for stores its tensors in {@link ModuleFile} instead.
 *
 * <p>The head of a base with a pooler is in the PEFT file, as PEFT expects it of a sequence
 * classifier; other heads, for which there is no such class, are in {@code heads.safetensors}. A
 * mix of modules is in {@code mix.json} and {@code mix.safetensors}, a gate with its modules in
 * {@code gate.safetensors} and below {@code modules}; a classifier's calibration in {@code
 * calibration.json} and {@code calibration.safetensors}. Full fine-tuning stores the base's weights
 * in {@code base.safetensors}.
 */
public final class AdapterFolder {
  private static final String HEADS = "heads.safetensors";
  private static final Map<String, String> FORMAT = Map.of("format", "pt");

  private AdapterFolder() {}

  /**
   * Writes a model in place of what was there.
   *
   * @param folder where it is written
   * @param model what to store
   * @param provenance how it came to be: settings, data digests, scores
   * @return bytes of all files
   * @throws io.haori.core.check.UserError when a number of the module or of a head is not finite;
   *     what was there stays then
   */
  public static long save(Path folder, TextModel model, Provenance provenance) {
    return save(folder, model, provenance, Optional.empty());
  }

  /**
   * Writes a model in place of what was there.
   *
   * @param folder where it is written
   * @param model what to store
   * @param provenance how it came to be: settings, data digests, scores
   * @param calibration of this model
   * @return bytes of all files that an answer needs: without those of the calibration
   * @throws io.haori.core.check.UserError when a number of the module or of a head is not finite;
   *     what was there stays then
   */
  public static long save(
      Path folder, TextModel model, Provenance provenance, Optional<Calibration> calibration) {
    FiniteTensors.require(folder, model.module());
    FiniteTensors.require(folder, model.heads().learnt());
    AtomicFiles.writeFolder(
        folder,
        target -> {
          write(target, model, provenance);
          calibration.ifPresent(found -> CalibrationFile.write(target, found));
        });
    return bytes(folder);
  }

  /**
   * Adds to a folder what was measured on a base that is kept in another way than in training.
   *
   * @param folder written by {@link #save}
   * @param difference what was measured
   * @return bytes of all files that an answer needs
   */
  public static long add(Path folder, BaseDifference difference) {
    HaoriJson.add(folder, difference);
    return bytes(folder);
  }

  /**
   * What held-out rows say about the answers of a folder's model.
   *
   * @param folder an adapter's
   * @return empty where the folder has no calibration
   * @throws io.haori.core.check.UserError when it is damaged
   */
  public static Optional<Calibration> calibration(Path folder) {
    return CalibrationFile.read(folder);
  }

  private static void write(Path folder, TextModel model, Provenance provenance) {
    try (Scope scope = Scope.open()) {
      writeFiles(folder, model, provenance);
    }
  }

  private static void writeFiles(Path folder, TextModel model, Provenance provenance) {
    AdapterModule module = model.module();
    Map<String, Tensor> heads = model.heads().tensors();
    boolean headOfPeft = hasHeadOfPeft(model);
    if (MixFolder.isMix(module)) {
      MixFolder.write(folder, module);
    } else if (GateFolder.isGate(module)) {
      GateFolder.write(folder, module, model.base().name());
    } else if (!module.layers().isEmpty() && !PeftFolder.canHold(module.method())) {
      requireRestorable(module.method());
      ModuleFile.write(folder.resolve(ModuleFile.NAME), module);
    } else if (!module.layers().isEmpty()) {
      TransformersNames names = model.base().backbone().config().transformers();
      PeftSettings settings =
          headOfPeft
              ? PeftSettings.head(
                      names.peftTask(model.heads().labels().task().transformers().peftTask()),
                      names.prefix(),
                      model.base().name(),
                      List.of("classifier"))
                  .with(names.modules())
              : PeftSettings.bare(names, model.base().name());
      if (module.method().storesSparse()) {
        PeftFolder.writeSparse(folder, module, settings);
      } else {
        PeftFolder.write(folder, module, headOfPeft ? heads : Map.of(), settings);
      }
    }
    // A head of numbers is in PEFT's file in the labels' unit, and here as it was learnt.
    if (!headOfPeft || model.heads().isScaled()) {
      SafetensorsWriter.write(folder.resolve(HEADS), model.heads().learnt(), FORMAT);
    }
    if (module.method().trainsBase()) {
      BaseWeights.write(folder, model.base().backbone().weightsOf(model.options().pooling()));
    }
    HaoriJson.write(folder, model, provenance);
  }

  /** The file holds tensors alone, so the method must come back from its name and its choices. */
  private static void requireRestorable(AdapterMethod method) {
    if (!MethodCatalogue.create(method.name(), method.settings()).equals(method)) {
      throw new IllegalStateException(
          method + " cannot be made again from its settings " + method.settings());
    }
  }

  /**
   * One linear head where transformers' own class has it: of BERT's sequence classifier on the
   * base's pooler, of ViT's on the first token, of a token classifier on every state.
   */
  private static boolean hasHeadOfPeft(TextModel model) {
    return !model.module().layers().isEmpty()
        && PeftFolder.canHold(model.module().method())
        && !model.module().method().storesSparse()
        && !MixFolder.isMix(model.module())
        && model.heads().labels().size() == 1
        && model.heads().projection() == null
        && (model.heads().labels().task().readsWords()
            ? namesHeadClassifier(model.base().backbone().config().transformers().classifier())
            : readsPooler(model));
  }

  private static boolean namesHeadClassifier(TransformersNames.Classifier form) {
    return form != TransformersNames.Classifier.OTHER
        && form != TransformersNames.Classifier.LINEAR_ON_LAST_TOKEN;
  }

  private static boolean readsPooler(TextModel model) {
    Backbone backbone = model.base().backbone();
    TransformersNames.Classifier form = backbone.config().transformers().classifier();
    Pooling pooling = model.options().pooling().resolve(backbone);
    if (form == TransformersNames.Classifier.LINEAR_ON_FIRST_AND_PATCHES) {
      return pooling == Pooling.FIRST_AND_PATCHES;
    }
    boolean first = pooling == Pooling.CLS;
    return first
        && (backbone.pooler() == null
            ? form == TransformersNames.Classifier.LINEAR_ON_FIRST_TOKEN
            : form == TransformersNames.Classifier.LINEAR_ON_POOLER);
  }

  /** What a folder says of its base, before the base is loaded. */
  public static HaoriJson describe(Path folder) {
    return describe(folder, null, List.of());
  }

  /** Whether a folder has a task's head, which a domain's module has not. */
  public static boolean hasHead(Path folder) {
    if (ForeignFolder.exists(folder)) {
      return !PeftFolder.describe(folder).headShapes().isEmpty();
    }
    return !HaoriJson.isDomainModule(folder);
  }

  /**
   * The base of a folder without a head.
   *
   * @param folder of a domain's module, or of PEFT's
   * @param base as the user named it; null for the one that the folder names
   */
  public static String baseOf(Path folder, @Nullable String base) {
    if (base != null) {
      return base;
    }
    return ForeignFolder.exists(folder)
        ? ForeignFolder.baseOf(folder, PeftFolder.describe(folder))
        : HaoriJson.baseName(folder);
  }

  /**
   * What a folder says of its base, before the base is loaded. A folder of PEFT's without {@code
   * haori.json} is understood when it holds a sequence classifier.
   *
   * @param folder an adapter's
   * @param base as the user named it, for a folder that does not say it; may be null
   * @param names of the labels in the order of the head's outputs, for a folder that does not say
   *     them; empty for those of the base, or for numbers where it has none
   */
  public static HaoriJson describe(Path folder, @Nullable String base, List<String> names) {
    if (ForeignFolder.exists(folder)) {
      return ForeignFolder.describe(folder, base, names);
    }
    HaoriJson json = HaoriJson.read(folder);
    Check.require(
        names.isEmpty(),
        "headLabels",
        "left out for " + folder + ", which names its own",
        names.size() + " names");
    return json;
  }

  /**
   * Loads a model that computes in the fastest precision of this processor.
   *
   * @param folder written by {@link #save}
   * @param base must be the one that the model was fitted on; stays open
   * @return owned by the caller
   * @throws io.haori.core.check.UserError when the folder holds no such model, or another base's
   */
  public static TextModel load(Path folder, TextBase base) {
    return load(folder, base, TextOptions.usual().precision());
  }

  /**
   * Opens the base of a folder for answers: kept as integers where it was in the training, else in
   * the fastest type of this processor.
   *
   * @param folder as {@link #base} takes it
   * @param json what the folder says of itself
   * @param named the base that the user named, null for the one that the folder names
   * @return owned by the caller
   */
  public static TextBase openBase(Path folder, HaoriJson json, @Nullable String named) {
    BasePrecision usual = BasePrecision.of(TextOptions.usual().precision());
    return TextBase.open(base(folder, json, named), json.keptAs(usual), FetchListener.SILENT);
  }

  /**
   * The base to open for a folder. A base that is not the folder's is refused here, before it is
   * fetched, where its name alone says it.
   *
   * @param folder for messages, and where an old folder's relative place of the base begins
   * @param json what the folder says of itself
   * @param named the base that the user named, null for the one that the folder names
   * @return name or folder for {@link TextBase#open}
   * @throws io.haori.core.check.UserError when it is another base, or is not where the folder says
   */
  public static String base(Path folder, HaoriJson json, @Nullable String named) {
    if (named == null && !Bases.NAMES.contains(json.baseName())) {
      return place(folder, json.baseName());
    }
    String name = named == null ? json.baseName() : named;
    Bases.requireKnown(name);
    Bases.publishedDigest(name).ifPresent(digest -> requireBase(folder, json, name, digest));
    return name;
  }

  private static String place(Path folder, String stored) {
    try {
      for (Path place : List.of(Path.of(stored), folder.resolve(stored))) {
        if (Files.isDirectory(place)) {
          return place.toString();
        }
      }
    } catch (InvalidPathException e) {
      // Written on another system; said below like any place that is not there.
    }
    throw Check.in(
        folder,
        "its base " + stored + " is not there; say where it is with the setting base=FOLDER");
  }

  private static void requireBase(Path folder, HaoriJson json, String name, String digest) {
    Check.require(
        json.baseDigest().isEmpty() || json.baseDigest().equals(digest),
        "base of " + folder,
        json.baseName() + " with the digest " + json.baseDigest(),
        name + " with the digest " + digest);
  }

  /**
   * Which data a folder's adapter was trained with.
   *
   * @param folder written by {@link #save}
   * @return what is recorded; nothing where the folder is of another program
   */
  public static RecordedData recordedData(Path folder) {
    return HaoriJson.recordedData(folder);
  }

  /**
   * Loads a model.
   *
   * @param folder written by {@link #save}, or a sequence classifier of PEFT's
   * @param base must be the one that the model was fitted on; stays open
   * @param precision type of the activations
   * @return owned by the caller
   */
  public static TextModel load(Path folder, TextBase base, DType precision) {
    return load(folder, base, List.of(), precision);
  }

  /**
   * Loads a model.
   *
   * @param folder written by {@link #save}, or a sequence classifier of PEFT's
   * @param base must be the one that the model was fitted on; stays open
   * @param names of the labels, as {@link #describe(Path, String, List)} takes them
   * @param precision type of the activations
   * @return owned by the caller
   */
  public static TextModel load(Path folder, TextBase base, List<String> names, DType precision) {
    if (ForeignFolder.exists(folder)) {
      return ForeignFolder.load(folder, base, names, precision);
    }
    HaoriJson json = HaoriJson.read(folder);
    requireBase(folder, json, base.name(), base.digest());
    try (Scope scope = Scope.open()) {
      // PEFT's reader hands its tensors over; all others are the scope's.
      Map<String, Tensor> ofPeft = new LinkedHashMap<>();
      AdapterModule module = module(folder, base, json, ofPeft);
      Heads heads = null;
      try {
        Map<String, Tensor> headTensors = new LinkedHashMap<>(ofPeft);
        Path headFile = folder.resolve(HEADS);
        if (Files.exists(headFile)) {
          headTensors.putAll(all(headFile));
        }
        int width = json.pooling().width(base.backbone());
        heads = Heads.restore(json.labels(), json.scales(), width, headTensors);
        Optional<Calibration> calibration = calibration(folder);
        if (calibration.isPresent()) {
          calibration.get().requireFits(folder, json.labels(), width);
          heads.calibrate(calibration.get().temperature());
        }
        return new TextModel(
            base, module, heads, new TextOptions(json.pooling(), json.maxLength(), precision));
      } catch (RuntimeException e) {
        module.close();
        if (heads != null) {
          heads.close();
        }
        if (module.method().trainsBase()) {
          base.backbone().weights().forEach(Weight::freeze);
        }
        throw e;
      } finally {
        ofPeft.values().forEach(Tensor::close);
      }
    }
  }

  private static AdapterModule module(
      Path folder, TextBase base, HaoriJson json, Map<String, Tensor> headTensors) {
    if (CombinationFolder.isIn(folder)) {
      return CombinationFolder.read(folder, base.backbone());
    }
    if (!Files.exists(folder.resolve(PeftFolder.CONFIG))) {
      AdapterMethod method = json.methodOf(folder);
      Path file = folder.resolve(ModuleFile.NAME);
      if (Files.exists(file)) {
        return ModuleFile.read(file, "task", method, base.backbone().slots());
      }
      Check.require(
          method.slots(base.backbone().slots()).isEmpty(),
          folder.toString(),
          "a folder with " + ModuleFile.NAME + " for the method " + json.method(),
          "none");
      if (method.trainsBase()) {
        BaseOptions.requireDenseFor(method, base.precision());
        BaseWeights.restore(folder, base.backbone().weightsOf(json.pooling()));
      }
      return new AdapterModule("task", method, Map.of());
    }
    PeftAdapter adapter =
        json.module() == null
            ? PeftFolder.read(folder, base.backbone())
            : PeftFolder.read(folder, json.module(), base.backbone());
    headTensors.putAll(adapter.headTensors());
    return adapter.module();
  }

  private static Map<String, Tensor> all(Path file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    FiniteNumbers.require(file);
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      stored.names().forEach(name -> tensors.put(name, stored.load(name)));
    }
    return tensors;
  }

  private static long bytes(Path folder) {
    return FolderWalk.files(folder).stream()
        .filter(file -> Files.isRegularFile(file) && !CalibrationFile.isPart(file))
        .mapToLong(file -> file.toFile().length())
        .sum();
  }
}
