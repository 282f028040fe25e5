package io.haori.benchmarks;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.task.Predictions;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Says which operations and which parts of the model a fit spends its time in: epochs of training
 * with their validation, and one pass over the test rows. The stack of the thread that trains is
 * looked at every {@code millis}; what it waits for in libtorch counts for the operation that it
 * called. System properties: {@code data} (a folder), {@code base}, {@code rows} (training rows at
 * most), {@code epochs}, {@code method}, {@code precision}, {@code threads}. Prints a table of
 * operations and one of parts, as Markdown.
 */
public final class StepProfile {
  private static final String OURS = "io.haori.";
  private static final int MOST_LINES = 24;

  private final Thread trained;
  private final Map<String, Integer> operations = new HashMap<>();
  private final Map<String, Integer> parts = new HashMap<>();
  private int samples;
  private volatile boolean done;

  private StepProfile(Thread trained) {
    this.trained = trained;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws InterruptedException {
    DType dtype = TextOptions.precision("precision", System.getProperty("precision", "bf16"));
    Engine.setThreads(Integer.getInteger("threads", 2));
    Dataset data = few(Dataset.read(Path.of(System.getProperty("data"))));
    TuneSettings settings =
        new TuneSettings(
            MethodCatalogue.create(System.getProperty("method", "lora"), Map.of()),
            LoopConfig.DEFAULT.withEpochs(Integer.getInteger("epochs", 1)),
            new TextOptions(Pooling.AUTO, TextOptions.DEFAULT_MAX_LENGTH, dtype),
            32,
            false);
    StepProfile profile = new StepProfile(Thread.currentThread());
    try (TextBase base =
        TextBase.open(System.getProperty("base", "minilm"), dtype, FetchListener.SILENT)) {
      // Once without being watched: the first call of each operation is not what is asked for.
      fit(base, settings, data);
      Thread watcher = new Thread(profile::watch, "watcher");
      watcher.setDaemon(true);
      watcher.start();
      fit(base, settings, data);
      profile.done = true;
      watcher.join();
    }
    System.out.println(profile.samples + " samples");
    print("operation", profile.operations, profile.samples);
    print("part", profile.parts, profile.samples);
  }

  private static Dataset few(Dataset data) {
    int most = Integer.getInteger("rows", Integer.MAX_VALUE);
    if (data.train().rows().size() <= most) {
      return data;
    }
    DataFile train = new DataFile(data.train().path(), data.train().rows().subList(0, most), "few");
    return new Dataset(data.folder(), data.labels(), train, data.validation(), data.test());
  }

  private static void fit(TextBase base, TuneSettings settings, Dataset data) {
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      var unused = Predictions.of(tuned.model(), data.test());
    }
  }

  private void watch() {
    long pause = Integer.getInteger("millis", 2);
    while (!done) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return;
      }
      StackTraceElement[] stack = trained.getStackTrace();
      if (stack.length > 0) {
        samples++;
        operations.merge(first(stack, StepProfile::operation), 1, Integer::sum);
        parts.merge(first(stack, StepProfile::part), 1, Integer::sum);
      }
    }
  }

  private static String first(StackTraceElement[] stack, Function<StackTraceElement, String> name) {
    for (StackTraceElement frame : stack) {
      String found = name.apply(frame);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "other";
  }

  /** The method of the project that called libtorch, or that computed in Java. */
  private static String operation(StackTraceElement frame) {
    return frame.getClassName().startsWith(OURS)
        ? shortName(frame) + "." + frame.getMethodName()
        : "";
  }

  /** The class above the tensors: a part of the model, the optimizer, the reading of rows. */
  private static String part(StackTraceElement frame) {
    String name = frame.getClassName();
    boolean below =
        name.startsWith("io.haori.tensor.") && !name.startsWith("io.haori.tensor.grad.");
    boolean tape = name.endsWith(".Tape") || name.endsWith(".Variable") || name.endsWith(".Weight");
    return name.startsWith(OURS) && !below && !tape ? shortName(frame) : "";
  }

  private static String shortName(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.substring(name.lastIndexOf('.') + 1).replaceAll("\\$.*", "");
  }

  private static void print(String what, Map<String, Integer> counts, int samples) {
    System.out.println("| " + what + " | share |\n|---|---|");
    counts.entrySet().stream()
        .sorted((one, other) -> other.getValue() - one.getValue())
        .limit(MOST_LINES)
        .forEach(
            entry ->
                System.out.printf(
                    "| `%s` | %.1f %% |%n", entry.getKey(), 100.0 * entry.getValue() / samples));
  }
}
