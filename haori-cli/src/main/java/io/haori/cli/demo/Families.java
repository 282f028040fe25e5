package io.haori.cli.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds the classes of a domain: meanings that have much, but not too much of the domain below
 * them, and hardly anything in common.
 */
final class Families {
  private static final int MAX_FAMILIES = 8;
  private static final double MIN_SHARE = 0.03;
  private static final double MAX_SHARE = 0.28;
  private static final double MAX_OVERLAP = 0.05;

  private final List<Noun> nouns;
  private final int[][] narrower;

  private Families(List<Noun> nouns) {
    this.nouns = nouns;
    Map<Long, Integer> indices = new HashMap<>();
    for (int i = 0; i < nouns.size(); i++) {
      indices.put(nouns.get(i).offset(), i);
    }
    narrower =
        nouns.stream()
            .map(
                noun ->
                    noun.narrower().stream()
                        .filter(indices::containsKey)
                        .mapToInt(indices::get)
                        .toArray())
            .toArray(int[][]::new);
  }

  /**
   * The definitions of a domain that have one class, by class. A definition that is listed for
   * several meanings appears once, and not at all when these are of different classes.
   *
   * @param nouns all nouns of the domain
   * @return definitions in the dictionary's order by the name of their class, largest class first
   */
  static Map<String, List<String>> of(List<Noun> nouns) {
    var domain = new Families(nouns);
    List<Family> families = domain.choose();
    Map<String, String> classOf = new LinkedHashMap<>();
    Set<String> ambiguous = new HashSet<>();
    for (int i = 0; i < nouns.size(); i++) {
      int noun = i;
      List<Family> memberOf = families.stream().filter(f -> f.members().get(noun)).toList();
      if (memberOf.size() == 1) {
        String name = memberOf.get(0).name();
        String other = classOf.putIfAbsent(nouns.get(i).definition(), name);
        if (other != null && !other.equals(name)) {
          ambiguous.add(nouns.get(i).definition());
        }
      }
    }
    classOf.keySet().removeAll(ambiguous);
    Map<String, List<String>> definitions = new LinkedHashMap<>();
    families.forEach(family -> definitions.put(family.name(), new ArrayList<>()));
    classOf.forEach(
        (definition, name) -> definitions.getOrDefault(name, List.of()).add(definition));
    return definitions;
  }

  private record Family(String name, BitSet members) {}

  /** Walks the nouns from the one with most below it to the one with least. */
  private List<Family> choose() {
    int[] sizes = IntStream.range(0, nouns.size()).map(i -> closure(i).cardinality()).toArray();
    List<Integer> largestFirst =
        IntStream.range(0, nouns.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -sizes[i]))
            .toList();
    List<Family> families = new ArrayList<>();
    var taken = new BitSet();
    for (int noun : largestFirst) {
      double share = (double) sizes[noun] / nouns.size();
      if (families.size() < MAX_FAMILIES && share >= MIN_SHARE && share <= MAX_SHARE) {
        BitSet members = closure(noun);
        BitSet common = (BitSet) members.clone();
        common.and(taken);
        if (common.cardinality() < MAX_OVERLAP * members.cardinality()) {
          taken.or(members);
          families.add(new Family(name(nouns.get(noun), families), members));
        }
      }
    }
    return families;
  }

  /** The usual word of a family, or the first of its words that no other family has. */
  private static String name(Noun noun, List<Family> others) {
    Set<String> used = new HashSet<>();
    others.forEach(family -> used.add(family.name()));
    return noun.words().stream()
        .filter(word -> !used.contains(word))
        .findFirst()
        .orElse(noun.words().get(0) + " " + noun.offset());
  }

  /** A noun and everything below it inside the domain. */
  private BitSet closure(int noun) {
    var found = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    open.push(noun);
    while (!open.isEmpty()) {
      int next = open.pop();
      if (!found.get(next)) {
        found.set(next);
        for (int below : narrower[next]) {
          open.push(below);
        }
      }
    }
    return found;
  }
}
