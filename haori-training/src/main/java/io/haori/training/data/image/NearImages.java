package io.haori.training.data.image;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Finds pictures that look like earlier ones. What differs little in all greys differs as little in
 * their mean, so that only pictures of about one mean are compared.
 */
public final class NearImages {
  private record Known(int number, PerceptualHash hash) {}

  private final NavigableMap<Double, List<Known>> byMean = new TreeMap<>();
  private int count;

  /**
   * The first picture that looks like one.
   *
   * @param hash of the picture
   * @return its number in the order in which pictures were added
   */
  public OptionalInt find(PerceptualHash hash) {
    double mean = hash.mean();
    return byMean
        .subMap(mean - PerceptualHash.MOST_MEAN, true, mean + PerceptualHash.MOST_MEAN, true)
        .values()
        .stream()
        .flatMap(List::stream)
        .filter(known -> known.hash().looksLike(hash))
        .mapToInt(Known::number)
        .min();
  }

  /** Adds a picture. */
  public void add(PerceptualHash hash) {
    byMean.computeIfAbsent(hash.mean(), k -> new ArrayList<>()).add(new Known(count++, hash));
  }
}
