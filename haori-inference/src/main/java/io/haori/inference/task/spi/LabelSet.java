package io.haori.inference.task.spi;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The classes of a task: names in ascending order of their characters, each with its index. The
 * order does not depend on the rows' order, so the same classes always mean the same outputs. A
 * name may be described in words; sets of the same names are equal however they are described.
 */
public final class LabelSet {
  private final List<String> names;
  private final Map<String, String> descriptions;
  private final Map<String, Integer> indices = new HashMap<>();

  private LabelSet(List<String> names, Map<String, String> descriptions) {
    this.names = names;
    this.descriptions = Map.copyOf(descriptions);
    for (int i = 0; i < names.size(); i++) {
      indices.put(names.get(i), i);
    }
  }

  /**
   * The set of some names.
   *
   * @param names in any order, repeated or not
   * @return the distinct names, sorted
   */
  public static LabelSet of(Collection<String> names) {
    return new LabelSet(names.stream().distinct().sorted().toList(), Map.of());
  }

  /**
   * The set of some names that are described.
   *
   * @param descriptions by name; that of a name which says all itself is the name
   * @return the names, sorted
   */
  public static LabelSet described(Map<String, String> descriptions) {
    return new LabelSet(descriptions.keySet().stream().sorted().toList(), descriptions);
  }

  /**
   * The names by index.
   *
   * @return sorted, unmodifiable
   */
  public List<String> names() {
    return names;
  }

  /**
   * How many classes there are.
   *
   * @return the count
   */
  public int size() {
    return names.size();
  }

  /**
   * The name of a class.
   *
   * @param index in [0, size)
   * @return its name
   */
  public String name(int index) {
    return names.get(index);
  }

  /**
   * What a class is, in words.
   *
   * @param index in [0, size)
   * @return its description, or its name where there is none
   */
  public String description(int index) {
    return descriptions.getOrDefault(names.get(index), names.get(index));
  }

  /**
   * The index of a class.
   *
   * @param name a class, known or not
   * @return its index, or nothing when the set lacks it
   */
  public OptionalInt indexOf(String name) {
    Integer index = indices.get(name);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelSet set && set.names.equals(names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public String toString() {
    return names.toString();
  }
}
