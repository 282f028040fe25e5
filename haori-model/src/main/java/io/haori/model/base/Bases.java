package io.haori.model.base;

import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.PictureShape;
import io.haori.model.gguf.GgufBase;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.Weights;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door to all bases. */
public final class Bases {
  /** Names of the published bases; the first is the default and comes with the build. */
  public static final List<String> NAMES =
      PublishedBase.ALL.stream().map(PublishedBase::name).toList();

  /** The published base for texts that are not English. */
  public static final String MULTILINGUAL = PublishedBase.MULTILINGUAL;

  private Bases() {}

  /**
   * Refuses a name that is neither a published base nor a folder, before anything is fetched.
   *
   * @param nameOrFolder one of {@link #NAMES}, or a Hugging Face folder
   * @throws UserError when it is neither; says the nearest name
   */
  public static void requireKnown(String nameOrFolder) {
    if (!NAMES.contains(nameOrFolder) && gguf(nameOrFolder) == null) {
      folder(nameOrFolder);
    }
  }

  /**
   * A base's name as it can be used from any other folder.
   *
   * @param nameOrFolder one of {@link #NAMES}, or a folder, which need not be there
   * @return the name itself, or the folder's absolute path
   */
  public static String place(String nameOrFolder) {
    try {
      return NAMES.contains(nameOrFolder)
          ? nameOrFolder
          : Path.of(nameOrFolder).toAbsolutePath().normalize().toString();
    } catch (InvalidPathException e) {
      return nameOrFolder;
    }
  }

  /**
   * The digest of a published base, without fetching it.
   *
   * @param name any name
   * @return SHA-256 of its weights; empty for a folder
   */
  public static Optional<String> publishedDigest(String name) {
    return published(name).map(PublishedBase::digest);
  }

  /**
   * What a published base reads.
   *
   * @param name any name
   * @return for example {@code English}; empty for a folder
   */
  public static Optional<String> languages(String name) {
    return published(name).map(PublishedBase::languages);
  }

  private static Optional<PublishedBase> published(String name) {
    return PublishedBase.ALL.stream().filter(base -> base.name().equals(name)).findFirst();
  }

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
    Optional<PublishedBase> published = published(nameOrFolder);
    if (published.isPresent()) {
      return openPublished(published.get(), listener);
    }
    Path file = gguf(nameOrFolder);
    if (file != null) {
      ModelConfig config = ggufConfig(file);
      return opened(
          place(nameOrFolder),
          config,
          SentenceSettings.NONE,
          () -> GgufBase.weights(file, Objects.requireNonNull(config.llamaCpp())),
          () -> new BaseInput.Texts(GgufBase.tokenizer(file)),
          () -> Sha256.of(file));
    }
    SentenceFolder.Read read = SentenceFolder.read(folder(nameOrFolder));
    Path folder = read.transformer();
    ModelConfig config = FamilyCatalogue.read(HuggingFaceFolder.configFile(folder));
    PictureShape pictures = config.pictures();
    return opened(
        place(nameOrFolder),
        config,
        read.settings(),
        () -> HuggingFaceFolder.openWeights(folder),
        () ->
            pictures == null
                ? new BaseInput.Texts(Tokenizer.open(folder, read.settings().lowercase()))
                : BaseInput.Pictures.read(folder, pictures),
        () -> HuggingFaceFolder.digest(folder));
  }

  /**
   * How a base makes one vector of a text, from its small files alone.
   *
   * @param nameOrFolder one of {@link #NAMES}, or a Hugging Face folder
   * @return what the folder says; nothing for a published base
   * @throws UserError when there is no such base, or it asks for what cannot be done
   */
  public static SentenceSettings sentence(String nameOrFolder) {
    return NAMES.contains(nameOrFolder) || gguf(nameOrFolder) != null
        ? SentenceSettings.NONE
        : SentenceFolder.read(folder(nameOrFolder)).settings();
  }

  /**
   * Tokens of a text at most that a base can read, from its small files alone.
   *
   * @param nameOrFolder one of {@link #NAMES}, or a Hugging Face folder
   * @throws UserError when there is no such base, or no family reads it
   */
  public static int mostTokens(String nameOrFolder) {
    return config(nameOrFolder).maxTokens();
  }

  /**
   * What a base says of itself, from its small files alone.
   *
   * @param nameOrFolder one of {@link #NAMES}, or a Hugging Face folder
   * @throws UserError when there is no such base, or no family reads it
   */
  public static ModelConfig config(String nameOrFolder) {
    Optional<PublishedBase> published = published(nameOrFolder);
    Path file = gguf(nameOrFolder);
    if (file != null) {
      return ggufConfig(file);
    }
    return published.isPresent()
        ? published.get().config()
        : FamilyCatalogue.read(
            HuggingFaceFolder.configFile(SentenceFolder.read(folder(nameOrFolder)).transformer()));
  }

  private static BaseModel openPublished(PublishedBase base, FetchListener listener) {
    Path folder = BaseCache.ofUser().folder(base, listener);
    return opened(
        base.name(),
        base.config(),
        SentenceSettings.NONE,
        () -> base.format().open(folder),
        () -> new BaseInput.Texts(base.openTokenizer(folder)),
        base::digest);
  }

  /** Opens the parts in turn, closing what is open when one fails. */
  private static BaseModel opened(
      String name,
      ModelConfig config,
      SentenceSettings sentence,
      Supplier<Weights> weights,
      Supplier<BaseInput> input,
      Supplier<String> digest) {
    Weights openWeights = weights.get();
    BaseInput openInput = null;
    boolean sound = false;
    try {
      openInput = input.get();
      if (openInput instanceof BaseInput.Texts texts
          && texts.tokenizer().vocabularySize() > config.vocabularySize()) {
        String sizes = texts.tokenizer().vocabularySize() + " tokens, its config's vocab_size is ";
        throw new UserError(name + ": its tokenizer has " + sizes + config.vocabularySize());
      }
      var model = new BaseModel(name, digest.get(), config, sentence, openWeights, openInput);
      sound = true;
      return model;
    } finally {
      if (!sound) {
        openWeights.close();
        if (openInput != null) {
          openInput.close();
        }
      }
    }
  }

  /** The file that a name is; null for anything else. */
  private static @Nullable Path gguf(String name) {
    try {
      Path file = Path.of(name);
      return GgufBase.is(file) ? file : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static ModelConfig ggufConfig(Path file) {
    return FamilyCatalogue.read(file, ConfigJson.of(GgufBase.config(file), file));
  }

  private static Path folder(String name) {
    try {
      Path folder = Path.of(name);
      if (!name.isBlank() && Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      // Reported below, as any other name that is no folder.
    }
    String bound = "one of " + String.join(", ", NAMES) + ", or a Hugging Face folder";
    String meant =
        NearestName.of(name, NAMES).map(near -> "; did you mean " + near + "?").orElse("");
    throw new UserError("base must be " + bound + ", got " + name + meant);
  }
}
