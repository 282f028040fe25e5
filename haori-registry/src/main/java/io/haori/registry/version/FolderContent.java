package io.haori.registry.version;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AdapterFiles;
import io.haori.core.files.FolderWalk;
import io.haori.core.json.JsonFile;
import io.haori.core.json.JsonSettings;
import io.haori.core.weights.FiniteNumbers;
import io.haori.core.weights.SafetensorsHeader;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An adapter folder as it is about to become a version: complete, without pickles, and with sound
 * headers in all its tensor files.
 *
 * @param folder where it is
 * @param files in ascending order of their path, which is relative to the folder
 * @param origin how it came to be
 */
public record FolderContent(Path folder, List<Path> files, Origin origin) {
  private static final String SAFETENSORS = ".safetensors";

  /** What a run in the making leaves in its folder; no part of what it made. */
  private static final String CHECKPOINT = "checkpoint";

  private static final int MOST_FILES = 1_000;
  private static final long LONGEST_JSON = 50_000_000;
  private static final List<String> PICKLES = List.of(".bin", ".pt", ".pth", ".pkl", ".pickle");

  /**
   * Reads a folder.
   *
   * @param folder from tune, or a PEFT folder
   * @param base on which a PEFT folder sits; null when its {@code haori.json} names it
   * @throws UserError for the first thing that is wrong
   */
  public static FolderContent read(Path folder, @Nullable BaseIdentity base) {
    if (!Files.isDirectory(folder)) {
      throw Check.in(folder, "must be an adapter folder, but no folder is there");
    }
    List<Path> files = files(folder);
    if (files.contains(Path.of(AdapterFiles.ANOMALY))) {
      return ofDetector(folder, files);
    }
    boolean haori = files.contains(Path.of(AdapterFiles.HAORI));
    boolean config = files.contains(Path.of(AdapterFiles.PEFT_CONFIG));
    boolean tensors =
        files.contains(Path.of(AdapterFiles.PEFT_TENSORS))
            || files.contains(Path.of(AdapterFiles.SPARSE_TENSORS));
    if (!haori && !config && !tensors) {
      String both = AdapterFiles.HAORI + " or " + AdapterFiles.PEFT_CONFIG;
      throw Check.in(folder, "must be an adapter folder with " + both + ", found neither");
    }
    if (config && !tensors) {
      throw Check.in(folder, AdapterFiles.PEFT_TENSORS + " is missing");
    }
    if (!haori && !config) {
      throw Check.in(folder, AdapterFiles.PEFT_CONFIG + " is missing");
    }
    if (files.stream().noneMatch(file -> file.toString().endsWith(SAFETENSORS))) {
      throw Check.in(folder, "must hold files of tensors (" + SAFETENSORS + "), found none");
    }
    boolean heads = requireSoundTensors(folder, files);
    Origin origin =
        haori ? ofHaori(folder.resolve(AdapterFiles.HAORI), heads) : ofPeft(folder, base);
    return new FolderContent(folder, files, origin);
  }

  /** A detector of anomalies, as {@code haori anomaly fit} writes it. */
  private static FolderContent ofDetector(Path folder, List<Path> files) {
    if (!files.contains(Path.of(AdapterFiles.ANOMALY_TENSORS))) {
      throw Check.in(folder, AdapterFiles.ANOMALY_TENSORS + " is missing");
    }
    boolean unused = requireSoundTensors(folder, files);
    Path file = folder.resolve(AdapterFiles.ANOMALY);
    ObjectNode json = JsonFile.readObject(file, LONGEST_JSON);
    int format = json.path("format").asInt(0);
    if (format != AdapterFiles.ANOMALY_VERSION) {
      throw Check.in(file, "format must be " + AdapterFiles.ANOMALY_VERSION + ", got " + format);
    }
    Map<String, Object> settings = new TreeMap<>();
    settings(json.path("settings"), "anomaly.", settings);
    settings(json.path("fit"), "anomaly.fit.", settings);
    Origin origin =
        new Origin(
            AdapterFiles.ANOMALY_METHOD,
            text(file, json.path("base"), "name"),
            text(file, json.path("base"), "digest"),
            "",
            json.at("/settings/seed").asLong(),
            settings,
            Map.of(),
            Map.of());
    return new FolderContent(folder, files, origin);
  }

  private static void settings(JsonNode json, String prefix, Map<String, Object> into) {
    for (Map.Entry<String, JsonNode> one : json.properties()) {
      JsonNode value = one.getValue();
      into.put(
          prefix + one.getKey(),
          value.isNumber()
              ? value.numberValue()
              : JsonFile.printable(value.isTextual() ? value.asText() : value.toString()));
    }
  }

  private static List<Path> files(Path folder) {
    List<Path> files =
        FolderWalk.files(
                folder, path -> !path.startsWith(CHECKPOINT) && !isHidden(path), MOST_FILES + 1)
            .stream()
            .map(folder::relativize)
            .toList();
    Check.require(
        files.size() <= MOST_FILES,
        "files of " + folder,
        "at most " + MOST_FILES,
        "more than " + MOST_FILES);
    for (Path file : files) {
      Path path = folder.resolve(file);
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw Check.in(path, "must be a file, got a link or something else");
      }
      String name = file.getFileName().toString();
      if (PICKLES.stream().anyMatch(name::endsWith)) {
        throw Check.in(path, "is a pickle, which is never read; convert it to safetensors");
      }
    }
    return files;
  }

  private static boolean isHidden(Path path) {
    for (Path part : path) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** Whether a head is among them. */
  private static boolean requireSoundTensors(Path folder, List<Path> files) {
    boolean heads = false;
    for (Path file : files) {
      if (file.toString().endsWith(SAFETENSORS)) {
        FiniteNumbers.require(folder.resolve(file));
        heads |=
            SafetensorsHeader.read(folder.resolve(file)).tensors().keySet().stream()
                .anyMatch(name -> name.contains("classifier"));
      }
    }
    return heads;
  }

  private static Origin ofHaori(Path file, boolean heads) {
    ObjectNode json = JsonFile.readObject(file, LONGEST_JSON);
    int format = json.path("formatVersion").asInt(0);
    if (format < 1 || format > AdapterFiles.HAORI_VERSION) {
      String bound = "formatVersion must be in [1, " + AdapterFiles.HAORI_VERSION + "], got ";
      throw Check.in(file, bound + format);
    }
    if (!json.path("heads").isEmpty() && !heads) {
      throw Check.in(file, "names heads, but their tensors are missing in the folder");
    }
    Map<String, Map<String, Double>> metrics = new TreeMap<>();
    for (String split : List.of("validation", "test")) {
      Map<String, Double> scores = Origin.numbers(json.path(split));
      if (!scores.isEmpty()) {
        metrics.put(split, scores);
      }
    }
    return new Origin(
        text(file, json, "method"),
        text(file, json.path("base"), "name"),
        text(file, json.path("base"), "digest"),
        json.path("codeVersion").asText(""),
        json.path("seed").isIntegralNumber() ? json.path("seed").longValue() : null,
        JsonSettings.read(json.path("settings")),
        Origin.strings(json.path("data")),
        metrics);
  }

  private static String text(Path file, JsonNode json, String key) {
    JsonNode node = json.path(key);
    if (!node.isTextual()) {
      String found = node.isMissingNode() ? "nothing" : JsonFile.printable(node.toString());
      throw Check.in(file, key + " must be a string, got " + found);
    }
    return node.textValue();
  }

  private static Origin ofPeft(Path folder, @Nullable BaseIdentity base) {
    if (base == null) {
      throw new UserError(
          "base must be the base of "
              + folder
              + ", which has no "
              + AdapterFiles.HAORI
              + ", got nothing");
    }
    ObjectNode config = JsonFile.readObject(folder.resolve(AdapterFiles.PEFT_CONFIG), LONGEST_JSON);
    Map<String, Object> settings = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : config.properties()) {
      JsonNode value = entry.getValue();
      boolean set = !value.isNull() && (value.isValueNode() || !value.isEmpty());
      if (set) {
        String shown = value.isTextual() ? value.textValue() : value.toString();
        settings.put("peft." + entry.getKey(), shown);
      }
    }
    String type = config.path("peft_type").asText("");
    if (type.isEmpty()) {
      throw Check.in(
          folder.resolve(AdapterFiles.PEFT_CONFIG), "peft_type must be a string, got nothing");
    }
    boolean dora = config.path("use_dora").asBoolean();
    String method = dora ? "dora" : type.toLowerCase(Locale.ROOT);
    return new Origin(
        method,
        base.name(),
        base.digest(),
        "peft " + config.path("peft_version").asText("of an unknown version"),
        null,
        settings,
        Map.of(),
        Map.of());
  }
}
