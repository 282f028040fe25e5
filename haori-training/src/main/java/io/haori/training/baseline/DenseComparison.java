package io.haori.training.baseline;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Row;
import io.haori.tensor.Tensor;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.answer.AnswerTimes;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A sparse module beside the dense one of a run of its own with the same data, seed and epochs, and
 * beside the base without any module: what it costs in answers, time, memory and storage. All
 * answer in turns in one process.
 */
public final class DenseComparison {
  /** Texts of a request in a batch. */
  public static final int BATCH = 32;

  private static final int SINGLE_TEXTS = 100;
  private static final int BATCHES = 20;

  private final String name;
  private final TextModel sparse;
  private Function<Runnable, OptionalLong> peakOf = DenseComparison::unknown;
  private LongSupplier nanoTime = System::nanoTime;

  /**
   * What one model costs.
   *
   * @param name of the model
   * @param score on the test rows, by which epochs were chosen; null for the base alone
   * @param one time of an answer to one text
   * @param batch time of the answers to {@link #BATCH} texts
   * @param moduleBytes of the module's numbers in memory
   * @param peakMegabytes the most memory that the process held while it answered; empty where
   *     unknown
   * @param storedBytes of the adapter's folder; null for the base alone
   */
  public record Cost(
      String name,
      @Nullable Double score,
      AnswerTimes.Times one,
      AnswerTimes.Times batch,
      long moduleBytes,
      OptionalLong peakMegabytes,
      @Nullable Long storedBytes) {}

  private record Subject(
      String name, TextModel model, @Nullable Double score, @Nullable Long stored) {}

  /**
   * A comparison.
   *
   * @param name of the sparse module in the result
   * @param sparse the module that was asked for; stays open
   */
  public DenseComparison(String name, TextModel sparse) {
    this.name = name;
    this.sparse = sparse;
  }

  /**
   * The settings of the dense run beside a sparse one: of the method that the chosen one decorates,
   * with as many epochs at most.
   *
   * @param sparse the chosen ones
   * @param rateChosen whether their learning rate counts for the dense run, too; it else learns at
   *     its own usual rate
   */
  public static TuneSettings dense(TuneSettings sparse, boolean rateChosen) {
    AdapterMethod dense = sparse.method().undecorated();
    LoopConfig loop = sparse.loop();
    int mostEpochs =
        sparse.method().strategy() instanceof TrainingStrategy.Progressive progressive
            ? progressive.stages().stream().mapToInt(Stage::epochs).sum()
            : loop.epochs();
    double rate = rateChosen ? loop.optimizer().learningRate() : dense.usualLearningRate();
    return sparse
        .withMethod(dense)
        .withLoop(
            loop.withEpochs(mostEpochs).withOptimizer(loop.optimizer().withLearningRate(rate)));
  }

  /**
   * Measures memory, too.
   *
   * @param newPeakOf runs some work once and gives the most memory that the process held meanwhile,
   *     in MB of 2^20 bytes; empty where unknown
   */
  public DenseComparison peakOf(Function<Runnable, OptionalLong> newPeakOf) {
    peakOf = newPeakOf;
    return this;
  }

  /** Measures time with this clock, which is as {@link System#nanoTime}. */
  public DenseComparison clock(LongSupplier newNanoTime) {
    nanoTime = newNanoTime;
    return this;
  }

  /**
   * Fits the dense module and lets all three answer the test rows.
   *
   * @param fitter of the task, whose settings of the dense method are those of its run
   * @param dense its settings: the same run without the sparse part
   * @param data the rows of the fitter
   * @param storedBytes of the sparse module's folder
   * @return the base alone, the dense module, the sparse one; empty when the run was stopped
   * @throws io.haori.core.check.UserError when training diverges
   */
  public List<Cost> run(TaskFitter fitter, TuneSettings dense, Dataset data, long storedBytes) {
    String metric = dense.loop().selection().metric();
    List<Cost> costs = new ArrayList<>();
    fitter.fit(
        dense.method().name() + ", dense",
        dense.method(),
        null,
        false,
        (tuned, predictions, fit) -> {
          Map<String, Double> test = Predictions.of(sparse, data.test()).scores().byName();
          costs.addAll(
              measure(
                  List.of(
                      new Subject("base alone", bare(), null, null),
                      new Subject(
                          fit.name(),
                          tuned.model(),
                          score(fit.test(), metric),
                          stored(tuned, data, dense, fit)),
                      new Subject(name, sparse, score(test, metric), storedBytes)),
                  data.test().rows()));
        });
    return List.copyOf(costs);
  }

  /** Shares the heads: they cost the same for all, and nobody closes this model. */
  private TextModel bare() {
    AdapterModule nothing = new AdapterModule("nothing", Baselines.frozen(), Map.of());
    return new TextModel(sparse.base(), nothing, sparse.heads(), sparse.options());
  }

  private static double score(Map<String, Double> scores, String metric) {
    return scores.getOrDefault(metric, Double.NaN);
  }

  private static long stored(TunedModel tuned, Dataset data, TuneSettings settings, TaskFit fit) {
    try {
      Path around = Files.createTempDirectory("haori-dense-");
      try {
        return AdapterFolder.save(
            around.resolve("adapter"), tuned.model(), tuned.provenance(data, settings, fit.test()));
      } finally {
        AtomicFiles.delete(around);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Cost> measure(List<Subject> subjects, List<Row> rows) {
    AnswerTimes times = new AnswerTimes(subjects.stream().map(Subject::model).toList(), nanoTime);
    List<AnswerTimes.Times> one = times.measure(rows, 1, SINGLE_TEXTS);
    List<AnswerTimes.Times> batch = times.measure(rows, BATCH, BATCHES);
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      AnswerTimes again = new AnswerTimes(List.of(subject.model()), nanoTime);
      OptionalLong peak = peakOf.apply(() -> again.measure(rows, BATCH, 2));
      costs.add(
          new Cost(
              subject.name(),
              subject.score(),
              one.get(i),
              batch.get(i),
              numbers(subject.model()) * Float.BYTES,
              peak,
              subject.stored()));
    }
    return costs;
  }

  private static long numbers(TextModel model) {
    return model.module().layers().values().stream()
        .flatMap(layer -> layer.tensors().values().stream())
        .mapToLong(Tensor::count)
        .sum();
  }

  private static OptionalLong unknown(Runnable work) {
    work.run();
    return OptionalLong.empty();
  }
}
