package io.haori.model.base;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.model.weights.CurrentNames;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.ShardedSafetensors;
import io.haori.model.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder as Hugging Face's libraries save a model. */
final class HuggingFaceFolder {
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final List<String> PICKLES = List.of(".bin", ".pt", ".pth", ".ckpt", ".pkl");

  private HuggingFaceFolder() {}

  static Path configFile(Path folder) {
    return folder.resolve("config.json");
  }

  static Weights openWeights(Path folder) {
    Path single = folder.resolve(WEIGHTS);
    if (Files.exists(single)) {
      return currentNames(single, SafetensorsFile.open(single));
    }
    Path index = folder.resolve(INDEX);
    if (Files.exists(index)) {
      return currentNames(index, ShardedSafetensors.open(index));
    }
    for (String file : fileNames(folder)) {
      if (PICKLES.stream().anyMatch(file::endsWith)) {
        // Reading a pickle runs whatever program it contains.
        String cure = "convert it with save_pretrained(folder, safe_serialization=True)";
        throw Check.in(
            folder.resolve(file), "cannot be read safely, must be " + WEIGHTS + ": " + cure);
      }
    }
    throw Check.in(folder, "must have a " + WEIGHTS + " or a " + INDEX);
  }

  private static Weights currentNames(Path file, Weights stored) {
    boolean sound = false;
    try {
      Weights renamed = CurrentNames.of(file, stored);
      sound = true;
      return renamed;
    } finally {
      if (!sound) {
        stored.close();
      }
    }
  }

  /** SHA-256 over the weight files; over name and digest of each where there are several. */
  static String digest(Path folder) {
    Path single = folder.resolve(WEIGHTS);
    if (Files.exists(single)) {
      return Sha256.of(single);
    }
    StringBuilder all = new StringBuilder();
    for (String file : fileNames(folder)) {
      if (file.endsWith(".safetensors") || file.equals(INDEX)) {
        all.append(Sha256.of(folder.resolve(file))).append("  ").append(file).append('\n');
      }
    }
    return Sha256.of(all.toString());
  }

  private static List<String> fileNames(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::getFileName).map(Path::toString).sorted().toList();
    } catch (IOException e) {
      throw new UserError(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
