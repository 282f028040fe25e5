package io.haori.model.image;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open {@code preprocessor_config.json}. Files of today name an {@code image_processor_type} and
 * have sizes as objects; those of before 2023 name a {@code feature_extractor_type} and have plain
 * numbers. What a file leaves out is as the class that it names has it.
 */
final class PreprocessorConfig {
  private static final long MOST_BYTES = 1 << 20;

  /** Keys without an influence on the pixels. */
  private static final Set<String> IDLE =
      Set.of(
          "processor_class",
          "_valid_processor_keys",
          "image_processor_type",
          "feature_extractor_type",
          "auto_map",
          "default_to_square",
          "device",
          "disable_grouping",
          "return_tensors",
          "input_data_format",
          "image_seq_length");

  private static final Set<String> KNOWN =
      Set.of(
          "do_resize",
          "size",
          "resample",
          "do_center_crop",
          "crop_size",
          "do_rescale",
          "rescale_factor",
          "do_normalize",
          "image_mean",
          "image_std",
          "do_convert_rgb",
          "data_format");

  private static final List<Double> HALVES = List.of(0.5, 0.5, 0.5);
  private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);

  /** What the classes of transformers do when a file says nothing, by their short names. */
  private static final Map<String, Defaults> CLASSES =
      Map.of(
          "ViT",
          new Defaults(
              new Preprocessing.Exact(224, 224), ResampleFilter.BILINEAR, null, HALVES, HALVES),
          "DeiT",
          new Defaults(
              new Preprocessing.Exact(256, 256),
              ResampleFilter.BICUBIC,
              new Preprocessing.Crop(224, 224),
              HALVES,
              HALVES),
          "Bit",
          clip(),
          "CLIP",
          clip());

  /** Classes by a base's {@code model_type}, for files that name none. */
  private static final Map<String, String> OF_MODELS =
      Map.of(
          "vit",
          "ViT",
          "deit",
          "DeiT",
          "dinov2",
          "Bit",
          "dinov2_with_registers",
          "Bit",
          "clip",
          "CLIP");

  private record Defaults(
      Preprocessing.Size size,
      ResampleFilter filter,
      Preprocessing.@Nullable Crop crop,
      List<Double> mean,
      List<Double> deviation) {
    /** Whether one number for a size is that of the shorter side. */
    boolean proportional() {
      return size instanceof Preprocessing.ShortestEdge;
    }
  }

  private final ObjectNode json;
  private final Defaults usual;

  private PreprocessorConfig(ObjectNode json, Defaults usual) {
    this.json = json;
    this.usual = usual;
  }

  private static Defaults clip() {
    return new Defaults(
        new Preprocessing.ShortestEdge(224),
        ResampleFilter.BICUBIC,
        new Preprocessing.Crop(224, 224),
        CLIP_MEAN,
        CLIP_STD);
  }

  static Preprocessing read(Path folder) {
    Path file = folder.resolve(Preprocessing.FILE);
    ObjectNode json = JsonFile.readObject(file, MOST_BYTES);
    try {
      return new PreprocessorConfig(json, usual(json, folder)).read();
    } catch (UserError e) {
      throw Check.in(file, String.valueOf(e.getMessage()));
    }
  }

  private static Defaults usual(ObjectNode json, Path folder) {
    String key = json.hasNonNull("image_processor_type") ? "image_processor_type" : "";
    if (key.isEmpty() && json.hasNonNull("feature_extractor_type")) {
      key = "feature_extractor_type";
    }
    String name =
        key.isEmpty()
            ? modelClass(folder)
            : json.path(key)
                .asText()
                .replaceFirst("(ImageProcessor|FeatureExtractor)(Fast|Pil)?$", "");
    Defaults usual = CLASSES.get(name);
    if (usual == null) {
      List<String> known =
          CLASSES.keySet().stream().sorted().map(n -> n + "ImageProcessor").toList();
      throw new UserError(
          "image_processor_type must be one of " + known + ", got " + written(json.path(key)));
    }
    return usual;
  }

  private static String modelClass(Path folder) {
    Path config = folder.resolve("config.json");
    String model =
        Files.exists(config)
            ? JsonFile.readObject(config, 10 * MOST_BYTES).path("model_type").asText()
            : "";
    return OF_MODELS.getOrDefault(model, "");
  }

  private Preprocessing read() {
    requireKnown();
    boolean normalizes = flag("do_normalize", true);
    boolean rescales = flag("do_rescale", true);
    boolean crops = flag("do_center_crop", usual.crop() != null);
    Preprocessing.Crop most = usual.crop();
    return new Preprocessing(
        flag("do_resize", true) ? size() : null,
        filter(),
        crops ? crop(most == null ? new Preprocessing.Crop(224, 224) : most) : null,
        rescales ? number("rescale_factor", 1 / 255.0) : 1,
        normalizes ? colours("image_mean", usual.mean()) : List.of(0.0, 0.0, 0.0),
        normalizes ? colours("image_std", usual.deviation()) : List.of(1.0, 1.0, 1.0));
  }

  /** Refuses what would change pixels in a way that is not done here. */
  private void requireKnown() {
    for (Map.Entry<String, JsonNode> one : json.properties()) {
      String key = one.getKey();
      JsonNode value = one.getValue();
      boolean off = value.isNull() || (value.isBoolean() && !value.booleanValue());
      if (!off && !KNOWN.contains(key) && !IDLE.contains(key)) {
        throw new UserError(
            "must not ask for steps that are not done here, got "
                + JsonFile.printable(key + ": " + value)
                + "; those that are done: "
                + String.join(", ", KNOWN.stream().sorted().toList()));
      }
    }
    String format = json.path("data_format").asText("channels_first");
    require(
        format.equals("channels_first") || format.equals("null"),
        "data_format",
        "channels_first",
        format);
  }

  private Preprocessing.Size size() {
    JsonNode size = json.path("size");
    if (isAbsent(size)) {
      return usual.size();
    }
    if (size.isObject()) {
      requireSides("size", size, Set.of("height", "width", "shortest_edge"));
      return size.hasNonNull("shortest_edge")
          ? new Preprocessing.ShortestEdge(side("size.shortest_edge", size.path("shortest_edge")))
          : new Preprocessing.Exact(
              side("size.height", size.path("height")), side("size.width", size.path("width")));
    }
    if (size.isArray() && size.size() == 2) {
      return new Preprocessing.Exact(side("size", size.path(0)), side("size", size.path(1)));
    }
    int side = side("size", size);
    boolean square = flag("default_to_square", !usual.proportional());
    return square ? new Preprocessing.Exact(side, side) : new Preprocessing.ShortestEdge(side);
  }

  private Preprocessing.Crop crop(Preprocessing.Crop otherwise) {
    JsonNode size = json.path("crop_size");
    if (isAbsent(size)) {
      return otherwise;
    }
    if (size.isObject()) {
      requireSides("crop_size", size, Set.of("height", "width"));
      return new Preprocessing.Crop(
          side("crop_size.height", size.path("height")),
          side("crop_size.width", size.path("width")));
    }
    int side = side("crop_size", size);
    return new Preprocessing.Crop(side, side);
  }

  private static void requireSides(String key, JsonNode size, Set<String> known) {
    for (Map.Entry<String, JsonNode> one : size.properties()) {
      require(
          known.contains(one.getKey()) || one.getValue().isNull(),
          key,
          "an object of " + String.join(", ", known.stream().sorted().toList()),
          written(size));
    }
  }

  private static int side(String key, JsonNode value) {
    require(
        value.isIntegralNumber() && value.canConvertToInt(), key, "a whole number", written(value));
    return value.intValue();
  }

  private ResampleFilter filter() {
    JsonNode resample = json.path("resample");
    if (isAbsent(resample)) {
      return usual.filter();
    }
    Optional<ResampleFilter> filter =
        resample.isIntegralNumber() ? ResampleFilter.of(resample.intValue()) : Optional.empty();
    require(filter.isPresent(), "resample", "a number from 0 to 5", written(resample));
    return filter.orElseThrow();
  }

  private List<Double> colours(String key, List<Double> otherwise) {
    JsonNode value = json.path(key);
    if (isAbsent(value)) {
      return otherwise;
    }
    if (value.isNumber()) {
      return Collections.nCopies(3, value.doubleValue());
    }
    List<Double> colours = new ArrayList<>();
    for (JsonNode one : value) {
      require(one.isNumber(), key, "three finite numbers", written(value));
      colours.add(one.doubleValue());
    }
    return colours;
  }

  private double number(String key, double otherwise) {
    JsonNode value = json.path(key);
    require(isAbsent(value) || value.isNumber(), key, "a number", written(value));
    return isAbsent(value) ? otherwise : value.doubleValue();
  }

  private boolean flag(String key, boolean otherwise) {
    JsonNode value = json.path(key);
    require(isAbsent(value) || value.isBoolean(), key, "true or false", written(value));
    return isAbsent(value) ? otherwise : value.booleanValue();
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static String written(JsonNode value) {
    return value.isMissingNode() ? "nothing" : JsonFile.printable(value.toString());
  }
}
