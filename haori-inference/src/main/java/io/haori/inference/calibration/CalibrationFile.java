package io.haori.inference.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.analysis.calibration.ConformalSets;
import io.haori.analysis.calibration.HeldOutScores;
import io.haori.analysis.calibration.Temperature;
import io.haori.analysis.calibration.UnknownScore;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AdapterFiles;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.core.weights.FiniteNumbers;
import io.haori.inference.model.TextVectors;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A calibration in an adapter folder: {@code calibration.json} has the numbers, {@code
 * calibration.safetensors} the tensors of the {@link UnknownScore} under the names of its parts, in
 * F32.
 */
public final class CalibrationFile {
  private static final int FORMAT_VERSION = 1;
  private static final long MAX_BYTES = 1_000_000;
  private static final String CENTRE = "centre";
  private static final String DIRECTIONS = "directions";
  private static final String FACTORS = "factors";
  private static final String MEANS = "means";

  private CalibrationFile() {}

  /** Whether a file is one of the two. */
  public static boolean isPart(Path file) {
    return file.endsWith(AdapterFiles.CALIBRATION)
        || file.endsWith(AdapterFiles.CALIBRATION_TENSORS);
  }

  /**
   * Writes both files.
   *
   * @param folder exists
   * @param calibration of the model in that folder
   */
  public static void write(Path folder, Calibration calibration) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("formatVersion", FORMAT_VERSION);
    json.put("temperature", calibration.temperature().value());
    json.put("rows", calibration.rows());
    json.put("errorBefore", calibration.errorBefore());
    json.put("errorAfter", calibration.errorAfter());
    ConformalSets sets = calibration.sets();
    put(json.putObject("sets").put("kind", word(sets.kind())), sets.scores());
    put(json.putObject("unknown"), calibration.known());
    AtomicFiles.writeText(folder.resolve(AdapterFiles.CALIBRATION), json.toPrettyString() + "\n");
    UnknownScore distance = calibration.distance();
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new TreeMap<>();
      tensors.put(CENTRE, Tensors.of(distance.centre(), distance.width()));
      tensors.put(FACTORS, Tensors.of(distance.factors(), distance.factors().length));
      tensors.put(DIRECTIONS, matrix(distance.directions(), distance.width()));
      tensors.put(MEANS, matrix(distance.means(), distance.width()));
      SafetensorsWriter.write(folder.resolve(AdapterFiles.CALIBRATION_TENSORS), tensors, Map.of());
    }
  }

  private static Tensor matrix(float[][] rows, int width) {
    float[] flat = new float[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, flat, row * width, width);
    }
    return Tensors.of(flat, rows.length, width);
  }

  private static String word(ConformalSets.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static void put(ObjectNode json, HeldOutScores scores) {
    json.put("rows", scores.rows());
    Arrays.stream(scores.sorted()).forEach(json.putArray("scores")::add);
  }

  /**
   * Reads both files.
   *
   * @param folder an adapter's
   * @return empty where the folder has none, as those of earlier versions
   * @throws UserError when something in them is not what {@link #write} writes
   */
  public static Optional<Calibration> read(Path folder) {
    Path file = folder.resolve(AdapterFiles.CALIBRATION);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    int version = json.path("formatVersion").asInt(0);
    if (version != FORMAT_VERSION) {
      throw Check.in(file, "formatVersion must be " + FORMAT_VERSION + ", got " + version);
    }
    UnknownScore distance = distance(folder.resolve(AdapterFiles.CALIBRATION_TENSORS));
    try {
      return Optional.of(
          new Calibration(
              new Temperature(number(json, "temperature")),
              whole(json, "rows"),
              number(json, "errorBefore"),
              number(json, "errorAfter"),
              new ConformalSets(kind(json.path("sets")), scores(json.path("sets"))),
              distance,
              scores(json.path("unknown"))));
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private static double number(JsonNode json, String key) {
    JsonNode node = json.path(key);
    if (!node.isNumber()) {
      throw new UserError(key + " must be a number, got " + found(node));
    }
    return node.doubleValue();
  }

  private static int whole(JsonNode json, String key) {
    JsonNode node = json.path(key);
    if (!node.isInt()) {
      throw new UserError(key + " must be a whole number, got " + found(node));
    }
    return node.intValue();
  }

  private static String found(JsonNode node) {
    return node.isMissingNode() ? "nothing" : JsonFile.printable(node.toString());
  }

  private static ConformalSets.Kind kind(JsonNode json) {
    for (ConformalSets.Kind kind : ConformalSets.Kind.values()) {
      if (word(kind).equals(json.path("kind").textValue())) {
        return kind;
      }
    }
    throw new UserError("kind must be lac or aps, got " + found(json.path("kind")));
  }

  private static HeldOutScores scores(JsonNode json) {
    JsonNode list = json.path("scores");
    double[] sorted = new double[list.size()];
    for (int i = 0; i < sorted.length; i++) {
      if (!list.get(i).isNumber()) {
        throw new UserError("scores[" + i + "] must be a number, got " + found(list.get(i)));
      }
      sorted[i] = list.get(i).doubleValue();
    }
    return new HeldOutScores(sorted, whole(json, "rows"));
  }

  private static UnknownScore distance(Path file) {
    FiniteNumbers.require(file);
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      float[] centre = load(stored, file, CENTRE, 1).toFloats();
      return new UnknownScore(
          centre,
          TextVectors.arrays(load(stored, file, DIRECTIONS, 2)),
          load(stored, file, FACTORS, 1).toFloats(),
          TextVectors.arrays(load(stored, file, MEANS, 2)));
    } catch (UserError e) {
      String sentence = String.valueOf(e.getMessage());
      throw sentence.startsWith(file.toString()) ? e : new UserError(file + ": " + sentence, e);
    }
  }

  private static Tensor load(SafetensorsFile stored, Path file, String name, int dimensions) {
    boolean sound =
        stored.contains(name)
            && stored.dtype(name) == DType.F32
            && stored.shape(name).length == dimensions;
    if (!sound) {
      throw Check.in(
          file,
          "must hold the tensor "
              + name
              + " of type F32 with "
              + dimensions
              + (dimensions == 1 ? " dimension" : " dimensions")
              + ", got "
              + (stored.contains(name)
                  ? stored.dtype(name) + " " + Arrays.toString(stored.shape(name))
                  : "none"));
    }
    return stored.load(name);
  }
}
