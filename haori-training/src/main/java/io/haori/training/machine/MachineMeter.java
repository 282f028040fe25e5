package io.haori.training.machine;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Times the work of one base in one precision. Every piece of work is done once before it is timed,
 * and then as often as wanted, but no longer than {@value #MOST_SECONDS} s; the median counts. Work
 * that takes longer than that is done once.
 */
public final class MachineMeter {
  /** Tokens of a batch of short texts, and of one of long texts. */
  static final List<Integer> PRODUCT_ROWS = List.of(416, 4096);

  private static final double MOST_SECONDS = 2;
  private static final double NANOS_OF_MILLISECOND = 1e6;

  private final TextBase base;
  private final DType dtype;
  private final AdapterMethod method;
  private final int repeats;
  private final LongSupplier nanoTime;

  /**
   * A meter.
   *
   * @param base stays open
   * @param dtype type of the activations
   * @param method what a training step trains
   * @param repeats how often each piece of work is timed; at least 1
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public MachineMeter(
      TextBase base, DType dtype, AdapterMethod method, int repeats, LongSupplier nanoTime) {
    require(repeats >= 1, "repeats", "at least 1", repeats);
    this.base = base;
    this.dtype = dtype;
    this.method = method;
    this.repeats = repeats;
    this.nanoTime = nanoTime;
  }

  /**
   * The numbers of threads that are worth measuring: 1, 2, 4 and so on, and all.
   *
   * @param most all of them; at least 1
   */
  public static List<Integer> threadCounts(int most) {
    List<Integer> counts = new ArrayList<>();
    for (int count = 1; count < most; count *= 2) {
      counts.add(count);
    }
    counts.add(most);
    return counts;
  }

  /**
   * Times the products of a layer of the base, each for a batch of short texts and one of long
   * texts.
   *
   * @param precision what the times are filed under
   * @param threads of one operation, for this call only
   */
  public List<ProductTime> products(String precision, int threads) {
    List<ProductTime> times = new ArrayList<>();
    for (Weight weight : layerWeights()) {
      int inputs = Math.toIntExact(weight.shape()[1]);
      int outputs = Math.toIntExact(weight.shape()[0]);
      for (int rows : PRODUCT_ROWS) {
        double milliseconds = with(threads, () -> product(weight, rows, inputs));
        times.add(new ProductTime(rows, inputs, outputs, precision, threads, milliseconds));
      }
    }
    return times;
  }

  private double product(Weight weight, int rows, int inputs) {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensors.normal(new SplittableRandom(1), 1, rows, inputs).to(dtype);
      return median(() -> product(x, weight));
    }
  }

  private void product(Tensor x, Weight weight) {
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(dtype)) {
      Variable input = tape.constant(x);
      Linear.apply(tape, input, weight, null);
    }
  }

  /** The matrices of the lowest layer, one of each shape; those of one product are one matrix. */
  private List<Weight> layerWeights() {
    List<Slot> slots = base.backbone().slots().stream().filter(slot -> slot.layer() == 0).toList();
    Map<List<Long>, Weight> byShape = new LinkedHashMap<>();
    for (Weight weight : base.backbone().weights()) {
      boolean ours =
          slots.stream()
              .anyMatch(slot -> weight.parts().stream().anyMatch(p -> p == slot.weight()));
      if (ours) {
        byShape.putIfAbsent(List.of(weight.shape()[0], weight.shape()[1]), weight);
      }
    }
    return List.copyOf(byShape.values());
  }

  /**
   * Times a training step and a classification pass.
   *
   * @param precision what the times are filed under
   * @param threads of one operation, for this call only
   */
  public RunTime run(String precision, int threads) {
    try (MeteredModel model = new MeteredModel(base, method, dtype)) {
      double step = with(threads, () -> median(model::step));
      double pass = with(threads, () -> median(model::pass));
      return new RunTime(precision, threads, model.stepTokens(), step, model.passTokens(), pass);
    }
  }

  /** Whether the base writes texts, see {@link #writing}. */
  public boolean writes() {
    return base.backbone().causalHead() != null;
  }

  /**
   * Times a further token of each of some texts, of a base that {@link #writes}.
   *
   * @param precision what the times are filed under
   * @param threads of one operation, for this call only
   * @param texts that are written at once; at least 1
   */
  public WritingTime writing(String precision, int threads, int texts) {
    try (MeteredWriter writer = new MeteredWriter(base, dtype, texts)) {
      double milliseconds = with(threads, () -> median(writer::furtherToken));
      return new WritingTime(precision, threads, texts, milliseconds);
    }
  }

  private interface Measured {
    double milliseconds();
  }

  private static double with(int threads, Measured work) {
    int before = Engine.threads();
    Engine.setThreads(threads);
    try {
      return work.milliseconds();
    } finally {
      Engine.setThreads(before);
    }
  }

  private double median(Runnable work) {
    double first = once(work);
    if (first > MOST_SECONDS * 1000) {
      // What comes first is longer by what only it has to do, which matters little here.
      return first;
    }
    double[] times = new double[repeats];
    double spent = 0;
    int count = 0;
    while (count < repeats && (count == 0 || spent < MOST_SECONDS * 1000)) {
      times[count] = once(work);
      spent += times[count];
      count++;
    }
    double[] sorted = Arrays.stream(times, 0, count).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private double once(Runnable work) {
    long begin = nanoTime.getAsLong();
    work.run();
    return (nanoTime.getAsLong() - begin) / NANOS_OF_MILLISECOND;
  }
}
