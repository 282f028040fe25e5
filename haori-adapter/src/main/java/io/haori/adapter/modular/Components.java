package io.haori.adapter.modular;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The rank components of all layers of a module, and which of them a budget pays for. */
final class Components {
  /**
   * One component.
   *
   * @param layer index of its layer
   * @param index among the layer's components
   * @param score what it is worth; at least 0
   * @param cost numbers that it consists of; above 0
   */
  private record Component(int layer, int index, double score, long cost) {
    double scorePerNumber() {
      return score / cost;
    }
  }

  private final List<Component> all = new ArrayList<>();
  private final List<Integer> ranks = new ArrayList<>();

  /**
   * Adds a layer.
   *
   * @param scores of its components
   * @param cost of each
   */
  void add(float[] scores, long cost) {
    for (int index = 0; index < scores.length; index++) {
      all.add(new Component(ranks.size(), index, scores[index], cost));
    }
    ranks.add(scores.length);
  }

  /** Numbers of all. */
  long cost() {
    return all.stream().mapToLong(Component::cost).sum();
  }

  /**
   * Keeps those that are worth most for a number, as long as they fit; of equal ones the first.
   *
   * @param budget numbers that may be kept
   * @return by layer: 1 for what is kept, 0 for the others
   */
  List<float[]> keptWithin(long budget) {
    List<float[]> kept = new ArrayList<>();
    ranks.forEach(rank -> kept.add(new float[rank]));
    long left = budget;
    List<Component> best = new ArrayList<>(all);
    // A stable sort: equal scores keep the layers' order on every machine.
    best.sort(Comparator.comparingDouble(Component::scorePerNumber).reversed());
    for (Component component : best) {
      if (component.cost() <= left) {
        left -= component.cost();
        kept.get(component.layer())[component.index()] = 1;
      }
    }
    return kept;
  }
}
