package io.haori.benchmarks.serving;

import io.haori.inference.live.LiveModel;
import io.haori.inference.live.LiveSnapshot;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.router.PreparedRows;
import io.haori.inference.router.Route;
import io.haori.inference.router.RoutedPasses;
import io.haori.inference.task.spi.Row;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What a server's passes cost: rows of one module, of 32 modules together and one after another,
 * and with few or thousands of modules in memory. Arguments: base, repetitions.
 */
public final class ServingBenchmark {
  private static final int ROWS = 32;
  private static final int MANY = 2_000;
  private static final String TEXT =
      "the pump in the second line leaks at the seal when the pressure rises above four bar";

  private final TextBase base;
  private final TextOptions options = TextOptions.usual();
  private final int repetitions;
  private final PrintStream out;

  private ServingBenchmark(TextBase base, int repetitions, PrintStream out) {
    this.base = base;
    this.repetitions = repetitions;
    this.out = out;
  }

  /** Prints medians of milliseconds for 32 rows, and their ratios. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) {
    try (TextBase base = TextBase.open(arguments.length > 0 ? arguments[0] : "minilm")) {
      int repetitions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 31;
      new ServingBenchmark(base, repetitions, System.out).run();
    }
  }

  private void run() {
    try (LiveModel few = new LiveModel(base, null, options);
        LiveModel many = new LiveModel(base, null, options)) {
      attach(few, 0, ROWS);
      attach(many, 0, MANY);
      // In turn, so that what else the machine does falls on all of them alike.
      List<Runnable> works =
          List.of(
              () -> base.embed(Collections.nCopies(ROWS, TEXT), options),
              () -> together(few, 1),
              () -> together(few, ROWS),
              () -> oneAfterAnother(few),
              // Each of the two comes first once: what runs before a work leaves caches to it.
              () -> together(many, 5),
              () -> together(few, 5),
              () -> together(many, 5),
              () -> together(few, 5));
      double[] times = medians(works);
      print("32 rows without a module", times[0], 1);
      print("32 rows of one module", times[1], times[1] / times[0]);
      print("32 rows of 32 modules in one pass", times[2], times[2] / times[0]);
      print("32 rows of 32 modules, one after another", times[3], times[3] / times[2]);
      double withFew = (times[5] + times[7]) / 2;
      double withMany = (times[4] + times[6]) / 2;
      print("32 rows of 5 modules, 32 in memory", withFew, withFew / times[0]);
      print("32 rows of 5 modules, 2,000 in memory", withMany, withMany / withFew);
    }
  }

  private void print(String what, double milliseconds, double ratio) {
    out.printf(Locale.ROOT, "%-42s %8.2f ms  %.3f%n", what, milliseconds, ratio);
  }

  private void attach(LiveModel live, int first, int end) {
    RandomModules modules = new RandomModules(base, options);
    live.change(
        change -> {
          for (int i = first; i < end; i++) {
            change.attach("m" + i, modules.part("lora", i, List.of("a", "b", "c")));
          }
        });
  }

  private static List<Row> rows(int count) {
    return Collections.nCopies(count, new Row(TEXT, null, null, null, 1));
  }

  /** All rows in one pass, shared out among some modules. */
  private static void together(LiveModel live, int modules) {
    try (LiveSnapshot snapshot = live.snapshot()) {
      RoutedPasses passes = new RoutedPasses();
      for (int i = 0; i < modules; i++) {
        int count = ROWS / modules + (i < ROWS % modules ? 1 : 0);
        passes.add(PreparedRows.of(snapshot.pass(Route.module("m" + i)), rows(count)));
      }
      passes.predictions();
    }
  }

  private static void oneAfterAnother(LiveModel live) {
    try (LiveSnapshot snapshot = live.snapshot()) {
      for (int i = 0; i < ROWS; i++) {
        snapshot.pass("m" + i).predict(rows(1));
      }
    }
  }

  /** Milliseconds of each work, the first three repetitions left out. */
  private double[] medians(List<Runnable> works) {
    double[][] times = new double[works.size()][repetitions];
    for (int i = -3; i < repetitions; i++) {
      for (int work = 0; work < works.size(); work++) {
        long began = System.nanoTime();
        works.get(work).run();
        if (i >= 0) {
          times[work][i] = (System.nanoTime() - began) / 1e6;
        }
      }
    }
    double[] medians = new double[works.size()];
    for (int work = 0; work < medians.length; work++) {
      Arrays.sort(times[work]);
      medians[work] = times[work][repetitions / 2];
    }
    return medians;
  }
}
