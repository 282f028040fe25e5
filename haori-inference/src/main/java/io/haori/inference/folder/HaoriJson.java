package io.haori.inference.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.file.ModuleFile;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AdapterFiles;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.core.json.JsonSettings;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.TargetScale;
import io.haori.inference.task.spi.Task;
import io.haori.model.backbone.Pooling;
import io.haori.tensor.quant.BasePrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code haori.json}: what an adapter folder is and how it came to be.
 *
 * @param method name of the adaptation method
 * @param module name that was chosen for the module, null for none
 * @param methodSettings the method's choices as texts; empty where the tensors' file holds them
 * @param baseName of the base as the user named it
 * @param baseDigest SHA-256 of the base's weights; empty when the folder does not say it
 * @param basePrecision how the base was kept when this was trained; null when the folder does not
 *     say it
 * @param pooling how tokens become one vector
 * @param maxLength tokens of a text at most
 * @param labels what the heads answer
 * @param scales the units in which the heads learn numbers, by head
 * @param differences what answers are on bases that are kept in other ways, as far as measured
 */
public record HaoriJson(
    String method,
    @Nullable String module,
    Map<String, String> methodSettings,
    String baseName,
    String baseDigest,
    @Nullable BasePrecision basePrecision,
    Pooling pooling,
    int maxLength,
    DomainLabels labels,
    List<TargetScale> scales,
    List<BaseDifference> differences) {
  /** Copies the lists. */
  public HaoriJson {
    scales = List.copyOf(scales);
    differences = List.copyOf(differences);
  }

  /**
   * How the base is kept for the adapter where nobody chooses: as in training, where that was on
   * integers.
   *
   * @param usual for an adapter that was trained on dense numbers, or does not say
   */
  public BasePrecision keptAs(BasePrecision usual) {
    BasePrecision trained = basePrecision;
    return trained != null && trained.quantises() ? trained : usual;
  }

  /**
   * What is known of the answers where the base is kept in another way than in training.
   *
   * @param kept how it is kept
   * @return empty where nothing is said of how it was kept in training, or it is kept alike
   */
  public Optional<OtherBase> onOther(BasePrecision kept) {
    BasePrecision trained = basePrecision;
    return trained == null || trained.isLike(kept)
        ? Optional.empty()
        : Optional.of(
            new OtherBase(
                trained,
                kept,
                differences.stream().filter(one -> one.precision().isLike(kept)).findFirst()));
  }

  /** Value of {@code purpose} in the folder of a domain's module, which has no head. */
  public static final String DOMAIN_MODULE = "domain module";

  /** Key of the method's choices, where no other file holds them. */
  public static final String METHOD_SETTINGS = "methodSettings";

  /** What a module that predicts the next token has as its objective. */
  private static final String CAUSAL = "causal";

  private static final String FILE = AdapterFiles.HAORI;
  private static final String PRECISION = "precision";
  private static final String DIFFERENCES = "differences";
  private static final String MEAN = "mean";
  private static final String DEVIATION = "deviation";
  private static final long MAX_BYTES = 50_000_000;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  static void write(Path folder, TextModel model, Provenance provenance) {
    ObjectNode json = JSON.createObjectNode();
    json.put("formatVersion", AdapterFiles.HAORI_VERSION);
    json.put("codeVersion", codeVersion());
    json.put("method", model.module().method().name());
    model.module().method().moduleName().ifPresent(name -> json.put("module", name));
    AdapterMethod method = model.module().method();
    // Where PEFT's file holds the choices, it alone does.
    json.set(
        METHOD_SETTINGS,
        JsonSettings.texts(PeftFolder.canHold(method) ? Map.of() : method.settings()));
    json.putObject("base")
        .put("name", model.base().name())
        .put("digest", model.base().digest())
        .put(PRECISION, model.base().precision().id());
    json.put("pooling", model.options().pooling().resolve(model.base().backbone()).word());
    json.put("maxLength", model.options().maxLength());
    json.put("kind", TaskCatalogue.fileName(model.heads().labels().task()));
    ArrayNode heads = json.putArray("heads");
    List<DomainLabels.Head> all = model.heads().labels().heads();
    for (int head = 0; head < all.size(); head++) {
      ObjectNode one = heads.addObject().put("domain", all.get(head).domain());
      all.get(head).labels().names().forEach(one.putArray("labels")::add);
      TargetScale scale = model.heads().scales().get(head);
      if (!scale.equals(TargetScale.NONE)) {
        one.put(MEAN, scale.mean()).put(DEVIATION, scale.deviation());
      }
    }
    json.set("settings", JsonSettings.of(provenance.settings()));
    json.set("data", JsonSettings.of(provenance.dataDigests()));
    json.put("seed", provenance.seed());
    json.put("epochs", provenance.epochs());
    json.put("bestEpoch", provenance.bestEpoch());
    numbers(json.putObject("validation"), provenance.validation());
    numbers(json.putObject("test"), provenance.test());
    ArrayNode history = json.putArray("history");
    for (EpochResult epoch : provenance.history()) {
      ObjectNode one = history.addObject().put("epoch", epoch.epoch()).put("loss", epoch.loss());
      numbers(one, epoch.metrics());
    }
    write(folder.resolve(FILE), json);
  }

  /** Version of the program, as written into files. */
  public static String codeVersion() {
    String version = HaoriJson.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static void numbers(ObjectNode node, Map<String, Double> values) {
    values.forEach(node::put);
  }

  /** Whether a folder has the file. */
  static boolean exists(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** Whether a folder says that it holds a domain's module. */
  static boolean isDomainModule(Path folder) {
    return exists(folder)
        && JsonFile.readObject(folder.resolve(FILE), MAX_BYTES)
            .path("purpose")
            .asText()
            .equals(DOMAIN_MODULE);
  }

  /** The base that a folder names, with a head or without. */
  static String baseName(Path folder) {
    Path file = folder.resolve(FILE);
    return text(file, JsonFile.readObject(file, MAX_BYTES).path("base"), "name");
  }

  /**
   * The method of a folder's module, with a head or without, with its choices.
   *
   * @throws io.haori.core.check.UserError when the file does not say it
   */
  static AdapterMethod method(Path folder) {
    Path file = folder.resolve(FILE);
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    return method(folder, text(file, json, "method"), texts(file, json, METHOD_SETTINGS));
  }

  /** The method of a module whose tensors' file does not say it. */
  AdapterMethod methodOf(Path folder) {
    return method(folder, method, methodSettings);
  }

  private static AdapterMethod method(Path folder, String name, Map<String, String> settings) {
    Path file = folder.resolve(FILE);
    AdapterMethod method;
    try {
      method = MethodCatalogue.create(name, settings);
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
    if (Files.exists(folder.resolve(ModuleFile.NAME))) {
      requireAll(file, method, settings);
    }
    return method;
  }

  /** No choice is taken from the defaults: some change what is computed, and no tensor's shape. */
  private static void requireAll(Path file, AdapterMethod method, Map<String, String> settings) {
    for (String key : new TreeSet<>(method.settings().keySet())) {
      if (!settings.containsKey(key)) {
        throw Check.in(
            file,
            METHOD_SETTINGS
                + " must say "
                + key
                + ", which the method "
                + method.name()
                + " computes with, got nothing");
      }
    }
  }

  static HaoriJson read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      if (Files.exists(folder.resolve(AdapterFiles.ANOMALY))) {
        throw Check.in(
            folder,
            "must be an adapter folder, but is a detector of anomalies, which haori anomaly score"
                + " asks");
      }
      throw Check.in(
          folder,
          "must be an adapter folder with a "
              + FILE
              + (Files.exists(folder) ? ", found none" : ", but nothing is there"));
    }
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    int version = json.path("formatVersion").asInt(0);
    if (version < 1 || version > AdapterFiles.HAORI_VERSION) {
      throw Check.in(
          file, "formatVersion must be in [1, " + AdapterFiles.HAORI_VERSION + "], got " + version);
    }
    if (json.path("purpose").asText().equals(DOMAIN_MODULE)) {
      boolean writes = json.path("objective").asText().equals(CAUSAL);
      throw Check.in(
          folder,
          writes
              ? "must be an adapter with a task's head, got a decoder's module, which writes text"
                  + " (haori generate, haori evaluate); mix it for a task"
              : "must be an adapter with a task's head, got the module of a domain; mix it for a"
                  + " task");
    }
    return new HaoriJson(
        text(file, json, "method"),
        json.has("module") ? text(file, json, "module") : null,
        texts(file, json, METHOD_SETTINGS),
        text(file, json.path("base"), "name"),
        text(file, json.path("base"), "digest"),
        precision(file, json.path("base")),
        Pooling.parse(file + ": pooling", text(file, json, "pooling")),
        whole(file, json, "maxLength"),
        labels(file, json),
        scales(file, json),
        differences(file, json.path("base")));
  }

  private static List<BaseDifference> differences(Path file, JsonNode base) {
    List<BaseDifference> all = new ArrayList<>();
    base.path(DIFFERENCES).forEach(one -> all.add(BaseDifference.read(file, one)));
    return all;
  }

  /** Adds what was measured to a folder's file. */
  static void add(Path folder, BaseDifference difference) {
    Path file = folder.resolve(FILE);
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    difference.write(((ObjectNode) json.path("base")).withArray(DIFFERENCES).addObject());
    write(file, json);
  }

  private static void write(Path file, ObjectNode json) {
    try {
      AtomicFiles.writeText(file, JSON.writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Null in files of earlier versions, which knew no other than dense ones. */
  private static @Nullable BasePrecision precision(Path file, JsonNode base) {
    if (!base.has(PRECISION)) {
      return null;
    }
    String id = text(file, base, PRECISION);
    return BasePrecision.parse(id)
        .orElseThrow(
            () ->
                Check.in(file, "precision must be one of " + BasePrecision.ids() + ", got " + id));
  }

  /** Where nothing is said, as in files of earlier versions, heads learnt in the labels' unit. */
  private static List<TargetScale> scales(Path file, JsonNode json) {
    List<TargetScale> scales = new ArrayList<>();
    for (JsonNode head : json.path("heads")) {
      if (!head.has(MEAN) && !head.has(DEVIATION)) {
        scales.add(TargetScale.NONE);
        continue;
      }
      double deviation = number(file, head, DEVIATION);
      if (deviation < 0) {
        throw Check.in(file, DEVIATION + " must be at least 0, got " + deviation);
      }
      scales.add(new TargetScale(number(file, head, MEAN), deviation));
    }
    return scales;
  }

  private static double number(Path file, JsonNode json, String key) {
    JsonNode node = json.path(key);
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw Check.in(
          file, key + " must be a finite number, got " + (node.isMissingNode() ? "nothing" : node));
    }
    return node.doubleValue();
  }

  static RecordedData recordedData(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return new RecordedData(Map.of(), null);
    }
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    Map<String, String> digests = new TreeMap<>();
    json.path("data")
        .properties()
        .forEach(one -> digests.put(one.getKey(), one.getValue().asText()));
    JsonNode split = json.path("settings").path("data.split");
    return new RecordedData(digests, split.isTextual() ? split.textValue() : null);
  }

  private static DomainLabels labels(Path file, JsonNode json) {
    Task task =
        TaskCatalogue.ofFile(text(file, json, "kind"))
            .orElseThrow(
                () ->
                    Check.in(
                        file,
                        "kind must be one of "
                            + TaskCatalogue.all().stream().map(TaskCatalogue::fileName).toList()
                            + ", got "
                            + json.get("kind")));
    List<DomainLabels.Head> heads = new ArrayList<>();
    for (JsonNode head : json.path("heads")) {
      List<String> names = new ArrayList<>();
      head.path("labels").forEach(name -> names.add(name.asText()));
      heads.add(new DomainLabels.Head(text(file, head, "domain"), LabelSet.of(names)));
    }
    if (heads.isEmpty()) {
      throw Check.in(file, "heads must hold at least one head, got none");
    }
    return new DomainLabels(task, heads);
  }

  private static String text(Path file, JsonNode json, String key) {
    JsonNode node = json.path(key);
    if (!node.isTextual()) {
      throw Check.in(
          file, key + " must be a string, got " + (node.isMissingNode() ? "nothing" : node));
    }
    return node.textValue();
  }

  /** Texts by key; none where the file was written before there were such. */
  private static Map<String, String> texts(Path file, JsonNode json, String key) {
    Map<String, String> texts = new TreeMap<>();
    JsonNode node = json.path(key);
    node.fieldNames().forEachRemaining(name -> texts.put(name, text(file, node, name)));
    return texts;
  }

  private static int whole(Path file, JsonNode json, String key) {
    JsonNode node = json.path(key);
    if (!node.isInt()) {
      throw Check.in(
          file, key + " must be a whole number, got " + (node.isMissingNode() ? "nothing" : node));
    }
    return node.intValue();
  }
}
