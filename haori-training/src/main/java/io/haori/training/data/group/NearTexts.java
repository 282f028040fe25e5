package io.haori.training.data.group;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Finds texts that are nearly identical: folded, they are the same, or their sets of four
 * characters in a row overlap nearly wholly.
 *
 * <pre>{@code
 * fold(t): NFKC, small letters, each number 0, all that is no letter or digit a blank
 * |A ∩ B| / |A ∪ B| ≥ 0.9
 * }</pre>
 *
 * Exact: pairs that cannot reach the bound are passed over by their rarest members (Bayardo et al.
 * 2007, Scaling up all pairs similarity search).
 */
final class NearTexts {
  private static final double LEAST = 0.9;
  private static final int GRAM = 4;

  private static final Pattern NUMBER = Pattern.compile("\\p{Nd}+([.,]\\p{Nd}+)*");
  private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{M}\\p{Nd}\\u0001]+");

  private NearTexts() {}

  /** Hears of a pair. */
  @FunctionalInterface
  interface Link {
    /** Two texts, by their index, are nearly identical. */
    void of(int one, int other);
  }

  /** A text without what a template fills in or a hand types otherwise. */
  static String fold(String text) {
    String small = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return OTHER.matcher(NUMBER.matcher(small).replaceAll("0")).replaceAll(" ").strip();
  }

  /**
   * Reports pairs that are nearly identical, enough of them that all who belong together are
   * linked.
   *
   * @param folded texts as {@link #fold} gives them
   * @param link hears of each pair
   */
  static void link(List<String> folded, Link link) {
    Map<String, Integer> first = new HashMap<>();
    List<Integer> different = new ArrayList<>();
    for (int text = 0; text < folded.size(); text++) {
      Integer same = first.putIfAbsent(folded.get(text), text);
      if (same == null) {
        different.add(text);
      } else {
        link.of(text, same);
      }
    }
    int[][] grams = grams(different.stream().map(folded::get).toList());
    Integer[] bySize = new Integer[grams.length];
    Arrays.setAll(bySize, i -> i);
    Arrays.sort(bySize, (a, b) -> Integer.compare(grams[a].length, grams[b].length));
    Map<Integer, List<Integer>> ofGram = new HashMap<>();
    int[] seenBy = new int[grams.length];
    Arrays.fill(seenBy, -1);
    for (int one : bySize) {
      int[] ours = grams[one];
      int prefix = ours.length - (int) Math.ceil(LEAST * ours.length) + 1;
      for (int i = 0; i < Math.min(prefix, ours.length); i++) {
        List<Integer> others = ofGram.computeIfAbsent(ours[i], gram -> new ArrayList<>());
        for (int other : others) {
          if (seenBy[other] != one && grams[other].length >= LEAST * ours.length) {
            seenBy[other] = one;
            if (alike(ours, grams[other])) {
              link.of(different.get(one), different.get(other));
            }
          }
        }
        others.add(one);
      }
    }
  }

  /** The parts of each text as numbers, the rarest of all texts first. */
  private static int[][] grams(List<String> texts) {
    Map<String, Integer> counts = new HashMap<>();
    List<List<String>> all = new ArrayList<>();
    for (String text : texts) {
      List<String> ours = new ArrayList<>();
      for (int i = 0; i + GRAM <= text.length(); i++) {
        ours.add(text.substring(i, i + GRAM));
      }
      ours = ours.stream().distinct().toList();
      ours.forEach(gram -> counts.merge(gram, 1, Integer::sum));
      all.add(ours);
    }
    Map<String, Integer> ranks = new HashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .forEach(entry -> ranks.put(entry.getKey(), ranks.size()));
    return all.stream()
        .map(ours -> ours.stream().mapToInt(gram -> ranks.getOrDefault(gram, 0)).sorted().toArray())
        .toArray(int[][]::new);
  }

  private static boolean alike(int[] a, int[] b) {
    int both = 0;
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      if (a[i] == b[j]) {
        both++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    return both >= LEAST * (a.length + b.length - both);
  }
}
