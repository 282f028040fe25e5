package io.haori.model.base;

import io.haori.check.UserError;
import io.haori.model.config.TransformerConfig;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.Weights;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The door to all bases. */
public final class Bases {
  /** Names of the published bases; the first is the default and comes with the build. */
  public static final List<String> NAMES =
      PublishedBase.ALL.stream().map(PublishedBase::name).toList();

  private Bases() {}

  /**
   * Opens a base. A published one that was never used before is fetched through the user's own
   * Maven settings, checked, and unpacked into the cache folder: {@code ~/.cache/haori}, or what
   * the system property {@code haori.cache} says.
   *
   * @param nameOrFolder one of {@link #NAMES}, or a Hugging Face folder
   * @param listener hears how far fetching is
   * @return to be closed by the caller
   * @throws UserError when there is no such base, it cannot be fetched, or its files are unsound
   */
  public static BaseModel open(String nameOrFolder, FetchListener listener) {
    for (PublishedBase base : PublishedBase.ALL) {
      if (base.name().equals(nameOrFolder)) {
        return openPublished(base, listener);
      }
    }
    Path folder = folder(nameOrFolder);
    return opened(
        nameOrFolder,
        TransformerConfig.read(HuggingFaceFolder.configFile(folder)),
        () -> HuggingFaceFolder.openWeights(folder),
        () -> Tokenizer.open(folder),
        () -> HuggingFaceFolder.digest(folder));
  }

  private static BaseModel openPublished(PublishedBase base, FetchListener listener) {
    Path folder = BaseCache.ofUser().folder(base, listener);
    return opened(
        base.name(),
        base.config(),
        () -> base.format().open(folder),
        () -> Tokenizer.open(folder),
        base::digest);
  }

  /** Opens the parts in turn, closing what is open when one fails. */
  private static BaseModel opened(
      String name,
      TransformerConfig config,
      Supplier<Weights> weights,
      Supplier<Tokenizer> tokenizer,
      Supplier<String> digest) {
    Weights openWeights = weights.get();
    Tokenizer openTokenizer = null;
    boolean sound = false;
    try {
      openTokenizer = tokenizer.get();
      if (openTokenizer.vocabularySize() > config.vocabularySize()) {
        String sizes = openTokenizer.vocabularySize() + " tokens, its config's vocab_size is ";
        throw new UserError(name + ": its tokenizer has " + sizes + config.vocabularySize());
      }
      var model = new BaseModel(name, digest.get(), config, openWeights, openTokenizer);
      sound = true;
      return model;
    } finally {
      if (!sound) {
        openWeights.close();
        if (openTokenizer != null) {
          openTokenizer.close();
        }
      }
    }
  }

  private static Path folder(String name) {
    try {
      Path folder = Path.of(name);
      if (!name.isBlank() && Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      // Told below, as any other name that is no folder.
    }
    String bound = "one of " + String.join(", ", NAMES) + ", or a Hugging Face folder";
    throw new UserError("base must be " + bound + ", got " + name);
  }
}
