package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import io.haori.core.check.Check;
import io.haori.core.json.JsonFile;
import io.haori.inference.model.TextBase;
import io.haori.training.federated.SecureMessage.Kind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that a site hands in, checked by whoever gathers the files of a round as soon as it comes:
 * its signature, its round, its base, and whether the round waits for it.
 *
 * @param site that signed it
 * @param kind {@link #UPDATE}, or in a secure round {@code keys}, {@code shares}, {@code masked} or
 *     {@code reveal}
 */
public record HandedIn(String site, String kind) {
  /** Kind of the one file that a site hands in where its numbers may be seen. */
  public static final String UPDATE = "update";

  /** Kind of what a secure round waits for before anything is collected. */
  public static final String FIRST = Kind.KEYS.word();

  /** Kind of the updates of a secure round, with masks. */
  public static final String MASKED = Kind.MASKED.word();

  /** Kind of what a secure round waits for when all is collected: its merge comes next. */
  public static final String LAST = Kind.REVEAL.word();

  /**
   * What a round waits for.
   *
   * @param folder of the round
   * @param collected what was collected last; null for nothing
   * @return a {@link #kind}
   */
  public static String awaited(Path folder, @Nullable Path collected) {
    RoundPlace place = RoundPlace.of(folder);
    if (place.round().aggregation() != Aggregation.SECURE) {
      return UPDATE;
    }
    return awaited(collected == null ? null : SecureBundle.read(collected, place)).word();
  }

  private static Kind awaited(@Nullable SecureBundle bundle) {
    if (bundle == null) {
      return Kind.KEYS;
    }
    return switch (bundle.stage()) {
      case 1 -> Kind.SHARES;
      case 2 -> Kind.MASKED;
      default -> Kind.REVEAL;
    };
  }

  /**
   * Reads one.
   *
   * @param file that a site has written
   * @param folder of the round
   * @param collected what was collected last; null for nothing
   * @param base of the round; stays open
   * @throws io.haori.core.check.UserError in one sentence when it is of another round or base, was
   *     changed, or is not what the round waits for
   */
  public static HandedIn read(Path file, Path folder, @Nullable Path collected, TextBase base) {
    try (OpenRound open = OpenRound.of(folder, base)) {
      if (open.round().aggregation() != Aggregation.SECURE) {
        try (Update update = UpdateFile.read(file, open)) {
          return new HandedIn(update.site(), UPDATE);
        }
      }
      if (!SecureRound.isOne(file)) {
        throw Check.in(
            file, "must be a file of this secure round, got one whose numbers can be seen");
      }
      SecureMessage message =
          SecureMessage.read(
              file, JsonFile.readObject(file, SecureMessage.MOST_BYTES), open.place());
      SecureBundle bundle = collected == null ? null : SecureBundle.read(collected, open.place());
      requireAwaited(file, message, bundle);
      requireContent(file, message, bundle, open);
      return new HandedIn(message.site(), message.kind().word());
    }
  }

  private static void requireAwaited(
      Path file, SecureMessage message, @Nullable SecureBundle bundle) {
    Kind awaited = awaited(bundle);
    require(
        message.kind() == awaited,
        file + ": kind",
        awaited.word() + " at this step of the round",
        message.kind().word());
    if (bundle == null) {
      return;
    }
    boolean answers =
        switch (awaited) {
          case KEYS -> true;
          case SHARES ->
              hasEnrolled(bundle, message) && message.text("keys").equals(bundle.digest(false));
          case MASKED ->
              hasEnrolled(bundle, message)
                  && bundle.shares().containsKey(message.site())
                  && message.text("shares").equals(bundle.digest(true));
          case REVEAL ->
              hasEnrolled(bundle, message)
                  && bundle.shares().containsKey(message.site())
                  && message.text("arrived").equals(bundle.digest());
        };
    if (!answers) {
      throw Check.in(file, "answers something else than what was collected last");
    }
  }

  private static void requireContent(
      Path file, SecureMessage message, @Nullable SecureBundle bundle, OpenRound open) {
    if (bundle == null) {
      SecureContent.requireKeys(file, message);
      return;
    }
    switch (message.kind()) {
      case KEYS -> SecureContent.requireKeys(file, message);
      case SHARES -> SecureContent.requireShares(file, message, bundle);
      case MASKED -> MaskedUpdate.require(file, message, open, bundle.labels().size());
      case REVEAL -> SecureContent.requireReveal(file, message, bundle);
    }
  }

  private static boolean hasEnrolled(SecureBundle bundle, SecureMessage message) {
    SecureMessage keys = bundle.keys().get(message.site());
    return keys != null && keys.key().equals(message.key());
  }
}
