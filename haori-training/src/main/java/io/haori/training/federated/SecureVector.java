package io.haori.training.federated;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.training.federated.secure.FixedPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What a site adds to the sum of a round, in an order that all sites know: {@code rows · B} of each
 * layer; for each label of the round {@code rows · (w, b, 1)} of the head where the site has the
 * label and zeros where it has not; and {@code rows}. The sums are means with their weights, and
 * neither rows nor labels of one site can be seen in them.
 */
final class SecureVector {
  private SecureVector() {}

  /** The low-rank layers of a module by slot, in the order of their names. */
  static Map<String, LowRankUpdate> layers(AdapterModule module) {
    Map<String, LowRankUpdate> layers = new TreeMap<>();
    module
        .layers()
        .forEach(
            (slot, layer) -> {
              if (!(layer instanceof LowRankUpdate lowRank)) {
                throw new IllegalStateException("rounds are of low-rank methods");
              }
              layers.put(slot, lowRank);
            });
    return layers;
  }

  /**
   * A of a layer, which no site changes, and what its method calls the factors.
   *
   * @param down {@code [r, in]}
   * @param downName of A
   * @param upName of B
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record Factors(float[] down, String downName, String upName) {
    /** Those of a layer. */
    static Factors of(AdaptedLinear layer) {
      if (!(layer instanceof LowRankUpdate lowRank)) {
        throw new IllegalStateException("rounds are of low-rank methods");
      }
      try (Scope scope = Scope.open()) {
        return new Factors(
            lowRank.down().toFloats(), name(layer, lowRank.down()), name(layer, lowRank.up()));
      }
    }

    private static String name(AdaptedLinear layer, Tensor wanted) {
      return layer.tensors().entrySet().stream()
          .filter(one -> one.getValue() == wanted)
          .map(Map.Entry::getKey)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("a factor that is no tensor of the layer"));
    }
  }

  /**
   * The numbers of a site.
   *
   * @param model fitted by the site, with one head
   * @param labels of the round, those of the model among them
   * @param rows training rows
   * @param sites how many add such numbers at most
   * @throws io.haori.core.check.UserError when a number is too large for the sum
   */
  static long[] of(TextModel model, List<String> labels, int rows, int sites) {
    List<Long> numbers = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      layers(model.module())
          .forEach((slot, layer) -> add(numbers, "B of " + slot, layer.up(), rows, sites));
      double[] weight = model.heads().parameters().get(0).value().toDoubles();
      double[] bias = model.heads().parameters().get(1).value().toDoubles();
      int width = weight.length / bias.length;
      LabelSet own = model.heads().labels().heads().get(0).labels();
      for (String label : labels) {
        OptionalInt at = own.indexOf(label);
        int times = at.isPresent() ? rows : 0;
        int from = at.orElse(0);
        for (int i = 0; i < width; i++) {
          add(numbers, "head of " + label, times * weight[from * width + i], sites);
        }
        add(numbers, "head of " + label, times * bias[from], sites);
        add(numbers, "rows of " + label, times, sites);
      }
    }
    add(numbers, "rows", rows, sites);
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static void add(List<Long> numbers, String what, Tensor values, int rows, int sites) {
    for (double value : values.toDoubles()) {
      add(numbers, what, rows * value, sites);
    }
  }

  private static void add(List<Long> numbers, String what, double value, int sites) {
    numbers.add(FixedPoint.of(what, value, sites));
  }

  /**
   * The mean that a sum holds.
   *
   * @param module owned by the caller
   * @param heads owned by the caller; without labels that only lost sites have
   * @param rows training rows of all sites
   */
  record Mean(AdapterModule module, Heads heads, int rows) {}

  /**
   * Reads the mean out of a sum.
   *
   * @param sum of {@link #of}, without masks
   * @param labels of the round
   * @param method of the round
   * @param slots of the base
   * @param factors by slot, for each that is adapted
   * @param width of the pooled vector
   */
  static Mean mean(
      long[] sum,
      List<String> labels,
      AdapterMethod method,
      List<Slot> slots,
      Map<String, Factors> factors,
      int width) {
    int rows = (int) Math.rint(FixedPoint.toDouble(sum[sum.length - 1]));
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean whole = false;
    try (Scope scope = Scope.open()) {
      int at = 0;
      for (Slot slot : adapted(slots, factors)) {
        Factors of = Objects.requireNonNull(factors.get(slot.name()));
        int rank = rank(slot, of);
        float[] up = new float[slot.outputs() * rank];
        for (int i = 0; i < up.length; i++) {
          up[i] = (float) (FixedPoint.toDouble(sum[at++]) / rows);
        }
        layers.put(
            slot.name(),
            method.restore(
                slot,
                Map.of(
                    of.downName(), Tensors.of(of.down(), rank, slot.inputs()),
                    of.upName(), Tensors.of(up, slot.outputs(), rank))));
      }
      Heads heads = heads(sum, at, labels, width);
      whole = true;
      return new Mean(new AdapterModule("task", method, layers), heads, rows);
    } finally {
      if (!whole) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  private static Heads heads(long[] sum, int from, List<String> labels, int width) {
    List<String> known = new ArrayList<>();
    List<double[]> weights = new ArrayList<>();
    List<Double> biases = new ArrayList<>();
    int at = from;
    for (String label : labels) {
      double times = FixedPoint.toDouble(sum[at + width + 1]);
      if (times > 0) {
        double[] weight = new double[width];
        for (int i = 0; i < width; i++) {
          weight[i] = FixedPoint.toDouble(sum[at + i]) / times;
        }
        known.add(label);
        weights.add(weight);
        biases.add(FixedPoint.toDouble(sum[at + width]) / times);
      }
      at += width + 2;
    }
    LabelSet set = LabelSet.of(known);
    Heads heads =
        Heads.create(
            DomainLabels.single(TaskCatalogue.CLASSIFICATION, set), width, new SplittableRandom(0));
    double[][] weight = new double[set.size()][];
    double[] bias = new double[set.size()];
    for (int i = 0; i < known.size(); i++) {
      int place = set.indexOf(known.get(i)).orElseThrow();
      weight[place] = weights.get(i);
      bias[place] = biases.get(i);
    }
    heads.replace(0, weight, 1, bias);
    return heads;
  }

  private static List<Slot> adapted(List<Slot> slots, Map<String, Factors> factors) {
    return slots.stream()
        .filter(slot -> factors.containsKey(slot.name()))
        .sorted(Comparator.comparing(Slot::name))
        .toList();
  }

  private static int rank(Slot slot, Factors factors) {
    return factors.down().length / slot.inputs();
  }

  /** How many numbers a site adds. */
  static long length(List<Slot> slots, Map<String, Factors> factors, int labels, int width) {
    long length = 1 + (long) labels * (width + 2);
    for (Slot slot : adapted(slots, factors)) {
      length +=
          (long) slot.outputs() * rank(slot, Objects.requireNonNull(factors.get(slot.name())));
    }
    return length;
  }
}
