package io.haori.inference.anomaly;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Pictures that a detector was fitted to, learnt from or held out, by which an evaluation knows
 * them again.
 *
 * @param heads first 16 digits of the SHA-256 of each; none where there were too many
 */
public record FittedPictures(Set<String> heads) {
  private static final int DIGITS = 16;

  /** More would make the folder's description long. */
  private static final int MOST = 20_000;

  /** Of no known pictures. */
  public static final FittedPictures NONE = new FittedPictures(Set.of());

  /** Copies the set. */
  public FittedPictures {
    heads = Set.copyOf(heads);
  }

  /**
   * Those of pictures.
   *
   * @param digests SHA-256 of each, in hexadecimal
   */
  public static FittedPictures of(List<String> digests) {
    return digests.size() > MOST
        ? NONE
        : new FittedPictures(
            digests.stream().map(FittedPictures::head).collect(Collectors.toSet()));
  }

  /** Whether a picture is one of them, by its SHA-256. */
  public boolean has(String digest) {
    return heads.contains(head(digest));
  }

  /** In a fixed order. */
  Set<String> ordered() {
    return new TreeSet<>(heads);
  }

  private static String head(String digest) {
    return digest.substring(0, DIGITS);
  }
}
