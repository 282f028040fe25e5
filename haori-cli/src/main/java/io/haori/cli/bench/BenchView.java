package io.haori.cli.bench;

import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Table;
import io.haori.tensor.Processor;
import io.haori.tensor.quant.BasePrecision;
import io.haori.training.machine.ComputeSetting;
import io.haori.training.machine.MachineChoice;
import io.haori.training.machine.ProductTime;
import io.haori.training.machine.RunTime;
import io.haori.training.machine.WritingTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What was measured and chosen, for a person.
 *
 * @param base whose work was timed
 * @param load programs that wanted a core before; negative where nothing says so
 * @param products times of products
 * @param runs times of steps and passes
 * @param writing times of further tokens; none where the base writes no text
 * @param choice what follows
 */
record BenchView(
    String base,
    double load,
    List<ProductTime> products,
    List<RunTime> runs,
    List<WritingTime> writing,
    MachineChoice choice) {
  /** Cores that others may keep busy before the times are no longer the machine's own. */
  private static final double BUSY = 0.5;

  void print(Console console) {
    int cores = Runtime.getRuntime().availableProcessors();
    String name = Processor.name().isEmpty() ? "unknown" : Processor.name();
    List<String> instructions = Processor.instructions();
    console
        .out()
        .println(
            "Processor: "
                + name
                + (instructions.isEmpty() ? "" : " (" + String.join(", ", instructions) + ")"));
    console.out().println("Cores that this process may use: " + cores);
    if (load > BUSY) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "Other programs want %.1f cores now: all times are longer than on a quiet machine,"
                  + " and fewer threads look better than they are.%n",
              load);
    }
    console.out().println();
    table().print(console);
    console.out().println();
    console.out().println("Chosen: " + choice.setting().words() + " (" + options() + ")");
    choice.reasons().forEach(reason -> console.out().println("  " + reason));
  }

  /** The options that take the choice. */
  String options() {
    String precision = choice.setting().precision();
    boolean quantises = BasePrecision.valueOf(precision.toUpperCase(Locale.ROOT)).quantises();
    return (quantises ? "--base-precision " : "--precision ")
        + precision
        + " --threads "
        + choice.setting().threads();
  }

  /** One row a piece of work and number of threads, one column a precision. */
  private Table table() {
    List<String> precisions =
        Stream.concat(
                runs.stream().map(RunTime::precision), writing.stream().map(WritingTime::precision))
            .distinct()
            .toList();
    Map<String, Map<Integer, Map<String, Double>>> rows = new LinkedHashMap<>();
    for (ProductTime time : products) {
      String work =
          String.format(
              Locale.ROOT, "product of %d × %d × %d", time.rows(), time.inputs(), time.outputs());
      add(rows, work, new ComputeSetting(time.precision(), time.threads()), time.milliseconds());
    }
    for (RunTime run : runs) {
      add(rows, work("training step", run.stepTokens()), run.setting(), run.stepMs());
    }
    for (RunTime run : runs) {
      add(rows, work("classification", run.passTokens()), run.setting(), run.passMs());
    }
    for (WritingTime time : writing) {
      String work = time.texts() == 1 ? "further token of a text" : "further token of %d texts";
      add(
          rows,
          String.format(Locale.ROOT, work, time.texts()),
          new ComputeSetting(time.precision(), time.threads()),
          time.milliseconds());
    }
    List<String> header = new ArrayList<>(List.of("work", "threads"));
    precisions.forEach(precision -> header.add(precision));
    Table table = new Table(header.toArray(String[]::new));
    rows.forEach(
        (work, byThreads) ->
            byThreads.forEach(
                (threads, byPrecision) -> {
                  List<String> cells = new ArrayList<>(List.of(work, threads.toString()));
                  for (String precision : precisions) {
                    Double time = byPrecision.get(precision);
                    cells.add(time == null ? "–" : MachineChoice.milliseconds(time));
                  }
                  table.row(cells.toArray(String[]::new));
                }));
    return table;
  }

  private String work(String what, int tokens) {
    return String.format(Locale.ROOT, "%s of %s, %,d tokens", what, base, tokens);
  }

  private static void add(
      Map<String, Map<Integer, Map<String, Double>>> rows,
      String work,
      ComputeSetting setting,
      double milliseconds) {
    rows.computeIfAbsent(work, key -> new TreeMap<>())
        .computeIfAbsent(setting.threads(), key -> new LinkedHashMap<>())
        .put(setting.precision(), milliseconds);
  }
}
