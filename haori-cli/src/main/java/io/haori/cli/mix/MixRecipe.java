package io.haori.cli.mix;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A mix to be made again: what was chosen on the command line, with the modules' digests. Paths are
 * relative to the recipe's folder. What is null was left to its default.
 *
 * @param base name of the base
 * @param baseDigest SHA-256 of its weights
 * @param data the task's folder
 * @param modules in the order of the mix
 * @param bridge as {@code --bridge}
 * @param train as {@code --train}
 * @param route as {@code --route}
 * @param texts as {@code --texts}
 * @param seed as {@code --seed}
 * @param epochs as {@code --epochs}
 * @param learningRate as {@code --lr}
 * @param batchSize as {@code --batch-size}
 * @param maxLength as {@code --max-length}
 * @param patience as {@code --patience}
 * @param set as {@code --set}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MixRecipe(
    String base,
    String baseDigest,
    String data,
    List<Member> modules,
    @Nullable String bridge,
    @Nullable String train,
    @Nullable String route,
    @Nullable List<String> texts,
    @Nullable Long seed,
    @Nullable Integer epochs,
    @Nullable Double learningRate,
    @Nullable Integer batchSize,
    @Nullable Integer maxLength,
    @Nullable Integer patience,
    @Nullable Map<String, String> set) {
  private static final long MAX_BYTES = 1_000_000;

  /**
   * A module.
   *
   * @param folder that holds it
   * @param digest of its files
   */
  record Member(String folder, String digest) {}

  private static YAMLMapper mapper() {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();
    return YAMLMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  /** Writes the recipe. */
  void write(Path file) {
    try {
      AtomicFiles.writeText(file, mapper().writeValueAsString(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a recipe.
   *
   * @throws UserError when it cannot be read, lacks something or has an unknown key
   */
  static MixRecipe read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw Check.in(file, "must be a recipe that haori mix --save-recipe wrote, found none");
      }
      Check.require(
          Files.size(file) <= MAX_BYTES,
          "size of " + file,
          "at most " + MAX_BYTES,
          Files.size(file));
      MixRecipe recipe = mapper().readValue(Files.readString(file), MixRecipe.class);
      return recipe.complete(file);
    } catch (UnrecognizedPropertyException e) {
      throw Check.in(
          file,
          "must not have the key "
              + e.getPropertyName()
              + "; known are "
              + String.join(
                  ", ", e.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList()));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      String reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw Check.at(file, line, "is no recipe: " + reason);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private MixRecipe complete(Path file) {
    // The parser knows no non-null: what a file lacks arrives as null.
    if (!present(base) || !present(baseDigest) || !present(data) || !present(modules)) {
      throw Check.in(file, "must have base, baseDigest, data and modules");
    }
    for (Member member : modules) {
      if (!present(member) || !present(member.folder()) || !present(member.digest())) {
        throw Check.in(file, "each of modules must have folder and digest");
      }
    }
    return this;
  }

  private static boolean present(@Nullable Object value) {
    return value != null;
  }

  /** A path of the recipe as one from here. */
  static Path resolved(Path recipe, String text) {
    try {
      Path parent = recipe.toAbsolutePath().normalize().getParent();
      return parent == null ? Path.of(text) : parent.resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw new UserError(recipe + ": a path must be one of this system, got " + text, e);
    }
  }

  /** A path as a recipe has it. */
  static String relative(Path recipe, Path path) {
    Path parent = recipe.toAbsolutePath().normalize().getParent();
    Path absolute = path.toAbsolutePath().normalize();
    Path shown = absolute;
    if (parent != null && Objects.equals(parent.getRoot(), absolute.getRoot())) {
      shown = parent.relativize(absolute);
    }
    return shown.toString().replace('\\', '/');
  }
}
