package io.haori.model.image;

import io.haori.core.check.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Says of all pictures at once which cannot be read, so that whoever has three damaged files among
 * two hundred need not ask three times.
 */
public final class UnreadPictures {
  /** How many are named. */
  private static final int MOST_NAMED = 10;

  private UnreadPictures() {}

  /**
   * Decodes pictures, on all processors, and keeps none.
   *
   * @param pictures any number
   * @return one sentence for each of the first ten that cannot be read, and how many more there
   *     are; empty where all can
   */
  public static Optional<UserError> among(List<Picture> pictures) {
    return named(
        pictures.parallelStream().map(UnreadPictures::problem).flatMap(Optional::stream).toList());
  }

  private static Optional<String> problem(Picture picture) {
    try {
      Objects.requireNonNull(picture.read());
      return Optional.empty();
    } catch (UserError e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /**
   * Puts problems into one sentence.
   *
   * @param problems a sentence each
   * @return empty where there is none
   */
  public static Optional<UserError> named(List<String> problems) {
    if (problems.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>(problems.stream().limit(MOST_NAMED).toList());
    int more = problems.size() - parts.size();
    if (more > 0) {
      parts.add(
          more == 1
              ? "one other picture cannot be read either"
              : more + " other pictures cannot be read either");
    }
    return Optional.of(new UserError(String.join("; ", parts)));
  }
}
