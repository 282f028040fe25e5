package io.haori.training.data.group;

import java.util.Arrays;

/** Numbers from 0 on in sets that have none in common; each set is named by its least number. */
final class DisjointSets {
  private final int[] parent;
  private int count;

  /** Each number in a set of its own. */
  DisjointSets(int size) {
    parent = new int[size];
    Arrays.setAll(parent, i -> i);
    count = size;
  }

  /** The least number of a number's set. */
  int of(int number) {
    int least = number;
    while (parent[least] != least) {
      least = parent[least];
    }
    int at = number;
    while (parent[at] != least) {
      int next = parent[at];
      parent[at] = least;
      at = next;
    }
    return least;
  }

  /** Makes one set of two. */
  void join(int one, int other) {
    int a = of(one);
    int b = of(other);
    if (a != b) {
      parent[Math.max(a, b)] = Math.min(a, b);
      count--;
    }
  }

  /** How many sets there are. */
  int count() {
    return count;
  }
}
