package io.haori.inference.anomaly;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AdapterFiles;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A detector on the disk: {@code anomaly.json} says the base and what was chosen, {@code
 * memory.safetensors} has the kept patches as the F32 matrix {@code memory}, {@code [kept, width]}.
 */
public final class AnomalyFolder {
  /** The file that says what a folder is. */
  public static final String FILE = AdapterFiles.ANOMALY;

  private static final String MEMORY = AdapterFiles.ANOMALY_TENSORS;
  private static final String TENSOR = "memory";
  private static final String GOOD = "good";
  private static final String PICTURES = "pictures";
  private static final int FORMAT = AdapterFiles.ANOMALY_VERSION;
  private static final long MOST_BYTES = 1 << 20;

  private AnomalyFolder() {}

  /**
   * The base that a folder's detector reads pictures with.
   *
   * @param name of a known base, or the path of a folder
   * @param digest SHA-256 of its weights
   */
  public record Base(String name, String digest) {}

  /**
   * Writes a detector; a folder that was there is replaced.
   *
   * @param folder where
   * @param detector what
   * @param base that it was fitted on
   */
  public static void write(Path folder, AnomalyDetector detector, TextBase base) {
    write(folder, detector, base, null, FittedPictures.NONE);
  }

  /**
   * Writes a detector; a folder that was there is replaced.
   *
   * @param folder where
   * @param detector what
   * @param base that it was fitted on
   * @param good the class of the pictures that it was fitted to; null where they had none
   * @param pictures which ones these were
   */
  public static void write(
      Path folder,
      AnomalyDetector detector,
      TextBase base,
      @Nullable String good,
      FittedPictures pictures) {
    AnomalySettings settings = detector.settings();
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("format", FORMAT);
    json.putObject("base").put("name", base.name()).put("digest", base.digest());
    ObjectNode chosen = json.putObject("settings");
    settings.layers().forEach(chosen.putArray("layers")::add);
    chosen.put("neighbourhood", settings.neighbourhood());
    chosen.put("share", settings.share());
    chosen.put("neighbours", settings.neighbours());
    chosen.put("heldOut", settings.heldOut());
    chosen.put("seed", settings.seed());
    ObjectNode fit = json.putObject("fit");
    fit.put("learnt", detector.fit().learnt());
    fit.put("heldOut", detector.fit().heldOut());
    fit.put("patches", detector.fit().patches());
    fit.put("threshold", detector.fit().threshold());
    if (good != null) {
      fit.put(GOOD, good);
    }
    pictures.ordered().forEach(json.putArray(PICTURES)::add);
    AtomicFiles.writeFolder(
        folder,
        to -> {
          AtomicFiles.writeText(to.resolve(FILE), json.toPrettyString() + "\n");
          try (Scope scope = Scope.open()) {
            float[] kept = detector.memory().kept();
            int width = detector.features().width();
            SafetensorsWriter.write(
                to.resolve(MEMORY),
                Map.of(TENSOR, Tensors.of(kept, kept.length / width, width)),
                Map.of("format", "pt"));
          }
        });
  }

  /**
   * Writes a detector anew with another threshold; its memory is the same.
   *
   * @param from folder of a detector
   * @param to where; a folder that was there is replaced
   * @param threshold a picture with a higher score is anomalous; finite, at least 0
   */
  public static void writeWithThreshold(Path from, Path to, double threshold) {
    require(
        threshold >= 0 && threshold <= Double.MAX_VALUE,
        "anomaly.threshold",
        "finite and at least 0",
        threshold);
    ObjectNode json = json(from);
    json.withObject("/fit").put("threshold", threshold);
    AtomicFiles.writeFolder(
        to,
        made -> {
          AtomicFiles.writeText(made.resolve(FILE), json.toPrettyString() + "\n");
          Files.copy(from.resolve(MEMORY), made.resolve(MEMORY));
        });
  }

  /**
   * The threshold of a folder's detector.
   *
   * @param folder of a detector
   */
  public static double threshold(Path folder) {
    return number(folder.resolve(FILE), json(folder).path("fit"), "fit", "threshold");
  }

  /**
   * The pictures that a folder's detector was fitted to.
   *
   * @param folder of a detector
   * @return none where the folder does not know them
   */
  public static FittedPictures pictures(Path folder) {
    Set<String> heads = new HashSet<>();
    json(folder).path(PICTURES).forEach(one -> heads.add(one.asText()));
    return new FittedPictures(heads);
  }

  /** Whether a folder is a detector's. */
  public static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /**
   * The class of the pictures that a folder's detector was fitted to.
   *
   * @param folder of a detector
   * @return nothing where they had none
   */
  public static Optional<String> good(Path folder) {
    JsonNode good = json(folder).path("fit").path(GOOD);
    return good.isTextual() ? Optional.of(good.asText()) : Optional.empty();
  }

  /**
   * The base of a folder's detector.
   *
   * @param folder of a detector
   */
  public static Base base(Path folder) {
    JsonNode base = json(folder).path("base");
    return new Base(base.path("name").asText(), base.path("digest").asText());
  }

  /**
   * Loads a detector.
   *
   * @param folder of a detector
   * @param base of the same weights as when it was fitted
   * @throws UserError when the folder is damaged or the base is another
   */
  public static AnomalyDetector load(Path folder, TextBase base) {
    JsonNode json = json(folder);
    Base fitted = base(folder);
    require(
        fitted.digest().equals(base.digest()),
        "base",
        fitted.name() + " with the digest " + fitted.digest(),
        base.name() + " with the digest " + base.digest());
    Path file = folder.resolve(FILE);
    AnomalySettings settings = settings(file, json.path("settings"));
    JsonNode fit = json.path("fit");
    double threshold = number(file, fit, "fit", "threshold");
    PatchFeatures features = new PatchFeatures(base, settings.layers(), settings.neighbourhood());
    float[] kept = memory(folder.resolve(MEMORY), features.width());
    return new AnomalyDetector(
        settings,
        features,
        new PatchMemory(kept, features.width(), settings.neighbours()),
        new AnomalyDetector.Fit(
            (int) number(file, fit, "fit", "learnt"),
            (int) number(file, fit, "fit", "heldOut"),
            (long) number(file, fit, "fit", "patches"),
            threshold));
  }

  private static ObjectNode json(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      throw Check.in(folder, "must be a folder of haori anomaly fit, but has no " + FILE);
    }
    ObjectNode json = JsonFile.readObject(file, MOST_BYTES);
    int format = json.path("format").asInt();
    if (format != FORMAT) {
      throw Check.in(file, "format must be " + FORMAT + ", got " + json.path("format"));
    }
    return json;
  }

  private static AnomalySettings settings(Path file, JsonNode json) {
    List<Integer> layers = new ArrayList<>();
    json.path("layers").forEach(layer -> layers.add(layer.asInt()));
    try {
      return new AnomalySettings(
          layers,
          (int) number(file, json, "settings", "neighbourhood"),
          number(file, json, "settings", "share"),
          (int) number(file, json, "settings", "neighbours"),
          number(file, json, "settings", "heldOut"),
          json.path("seed").asLong());
    } catch (UserError e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(file.toString()) ? e : Check.in(file, message);
    }
  }

  private static double number(Path file, JsonNode json, String owner, String key) {
    JsonNode value = json.path(key);
    if (!value.isNumber()) {
      throw Check.in(file, owner + "." + key + " must be a number, got " + value);
    }
    return value.doubleValue();
  }

  private static float[] memory(Path file, int width) {
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      boolean fits =
          stored.contains(TENSOR)
              && stored.dtype(TENSOR) == DType.F32
              && stored.shape(TENSOR).length == 2
              && stored.shape(TENSOR)[0] > 0
              && stored.shape(TENSOR)[1] == width;
      if (!fits) {
        throw Check.in(file, "must have the F32 matrix memory with rows of " + width + " numbers");
      }
      return stored.load(TENSOR).toFloats();
    }
  }
}
