package io.haori.training.pretrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.file.FiniteTensors;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AdapterFiles;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.core.json.JsonSettings;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.folder.ModuleTensors;
import io.haori.inference.model.TextBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A domain's module on disk: its {@link ModuleTensors} and {@code haori.json}, which says how it
 * came to be. It has no head; a task's comes from mixing or tuning.
 */
public final class ModuleFolder {
  private static final String FILE = AdapterFiles.HAORI;
  private static final long MAX_BYTES = 50_000_000;

  private ModuleFolder() {}

  /**
   * Writes a module in place of what was there, its checkpoint included.
   *
   * @param folder where it is written
   * @param module what was learnt
   * @param base that it was learnt on
   * @param result how it came out
   * @param settings what it depends on, as {@link Pretrainer#settings} gives it
   * @param digests of the corpus's files
   * @param vector where the domain's texts are, as {@link DomainVector} has it; empty when it is
   *     not known
   */
  public static void save(
      Path folder,
      AdapterModule module,
      TextBase base,
      DomainResult result,
      Map<String, Object> settings,
      Map<String, String> digests,
      float[] vector) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("formatVersion", AdapterFiles.HAORI_VERSION);
    json.put("codeVersion", HaoriJson.codeVersion());
    json.put("purpose", HaoriJson.DOMAIN_MODULE);
    putMethod(json, module);
    json.putObject("base").put("name", base.name()).put("digest", base.digest());
    json.put("domain", result.name());
    json.put("objective", result.objective());
    json.put("texts", result.texts());
    json.put("heldOutTexts", result.heldOut());
    json.put("steps", result.steps());
    json.put("tokens", result.tokens());
    ObjectNode heldOut = json.putObject("heldOut");
    result.figures().forEach(heldOut::put);
    json.set("settings", JsonSettings.of(settings));
    json.set("data", JsonSettings.of(digests));
    write(folder, module, base, json, vector);
  }

  /**
   * Writes a module that was made of others in place of what was there.
   *
   * @param folder where it is written
   * @param module without a head
   * @param base that it sits on
   * @param settings how it came to be
   * @param digests of the texts that it knows, by name
   */
  public static void save(
      Path folder,
      AdapterModule module,
      TextBase base,
      Map<String, Object> settings,
      Map<String, String> digests) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("formatVersion", AdapterFiles.HAORI_VERSION);
    json.put("codeVersion", HaoriJson.codeVersion());
    json.put("purpose", HaoriJson.DOMAIN_MODULE);
    putMethod(json, module);
    json.putObject("base").put("name", base.name()).put("digest", base.digest());
    json.set("settings", JsonSettings.of(settings));
    json.set("data", JsonSettings.of(digests));
    write(folder, module, base, json, new float[0]);
  }

  private static void putMethod(ObjectNode json, AdapterModule module) {
    json.put("method", module.method().name());
    if (!ModuleTensors.sayMethod(module)) {
      json.set(HaoriJson.METHOD_SETTINGS, JsonSettings.texts(module.method().settings()));
    }
  }

  private static void write(
      Path folder, AdapterModule module, TextBase base, ObjectNode json, float[] vector) {
    FiniteTensors.require(folder, module);
    AtomicFiles.writeFolder(
        folder,
        target -> {
          ModuleTensors.write(target, module, base);
          if (vector.length > 0) {
            DomainVector.write(target, vector);
          }
          AtomicFiles.writeText(target.resolve(FILE), json.toPrettyString() + "\n");
        });
  }

  /**
   * Reads the module of a folder.
   *
   * @param folder written by {@link #save}
   * @param base must be the one that it was made on; stays open
   * @return owned by the caller
   * @throws UserError when it is of another base, or damaged
   */
  public static PeftAdapter read(Path folder, TextBase base) {
    requireBase(folder, base);
    return ModuleTensors.read(folder, base);
  }

  /** Whether a folder says that it holds a domain's module, which has no head. */
  public static boolean isDomainModule(Path folder) {
    return JsonFile.readObject(folder.resolve(FILE), MAX_BYTES)
        .path("purpose")
        .asText()
        .equals(HaoriJson.DOMAIN_MODULE);
  }

  /** Whether a finished module or adapter is in a folder. */
  public static boolean exists(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /**
   * What was chosen for a finished module.
   *
   * @param folder written by {@link #save}
   * @return numbers, truth values and texts by name; empty when nothing is said
   */
  public static Map<String, Object> settings(Path folder) {
    return JsonSettings.read(JsonFile.readObject(folder.resolve(FILE), MAX_BYTES).path("settings"));
  }

  /**
   * Refuses a module that was made on another base. A PEFT folder of another program does not say
   * on which; then shapes alone are compared with the base, by whoever loads it.
   *
   * @param folder a module's
   * @param base that it is to sit on
   */
  public static void requireBase(Path folder, TextBase base) {
    requireBase(folder, base.name(), base.digest());
  }

  /**
   * The name of the base that a module was made on.
   *
   * @param folder a module's
   * @return empty where it does not say so
   */
  public static Optional<String> baseName(Path folder) {
    if (!exists(folder)) {
      return Optional.empty();
    }
    String name = JsonFile.readObject(folder.resolve(FILE), MAX_BYTES).at("/base/name").asText();
    return name.isBlank() ? Optional.empty() : Optional.of(name);
  }

  /**
   * The same before the base is opened.
   *
   * @param folder a module's
   * @param name of the base
   * @param digest SHA-256 of its weights
   */
  public static void requireBase(Path folder, String name, String digest) {
    if (!ModuleTensors.isIn(folder)) {
      throw Check.in(
          folder,
          "must be a module's folder with "
              + PeftFolder.CONFIG
              + (Files.exists(folder) ? ", found none" : ", but nothing is there"));
    }
    if (!exists(folder)) {
      return;
    }
    JsonNode made = JsonFile.readObject(folder.resolve(FILE), MAX_BYTES).path("base");
    String madeOn = made.path("digest").asText();
    if (!madeOn.equals(digest)) {
      throw new UserError(
          "base of the module "
              + folder
              + " must be "
              + name
              + " with the digest "
              + digest
              + ", got "
              + JsonFile.printable(made.path("name").asText())
              + " with the digest "
              + JsonFile.printable(madeOn));
    }
  }
}
