package io.haori.cli.tune;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.PeakMemory;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Row;
import io.haori.tensor.Tensor;
import io.haori.training.task.AnswerTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A sparse module beside the dense one of a run of its own with the same data, seed and epochs, and
 * beside the base without any module: what it costs in answers, time, memory and storage.
 */
final class DenseComparison {
  private static final int BATCH = 32;
  private static final int SINGLE_TEXTS = 100;
  private static final int BATCHES = 20;

  private final Session session;
  private final List<Subject> subjects = new ArrayList<>();
  private final List<Figures> figures = new ArrayList<>();
  private long peakBeforeMb;

  /** What is compared. */
  private record Subject(
      String name, TextModel model, @Nullable Double score, @Nullable Long stored) {}

  /** What was measured of a subject. */
  private record Figures(
      AnswerTimes.Times one, AnswerTimes.Times batch, long numbers, OptionalLong peakMb) {}

  /**
   * Beside the base alone.
   *
   * @param session where it is shown
   * @param sparse the module that was asked for
   */
  DenseComparison(Session session, TextModel sparse) {
    this.session = session;
    AdapterModule nothing = new AdapterModule("nothing", new FrozenMethod(), Map.of());
    // Shares the heads: they cost the same for all, and nobody closes this model.
    TextModel base = new TextModel(sparse.base(), nothing, sparse.heads(), sparse.options());
    subjects.add(new Subject("base alone", base, null, null));
  }

  /** Adds a model with its score on the test rows and the bytes of its folder. */
  void add(String name, TextModel model, double score, long stored) {
    subjects.add(new Subject(name, model, score, stored));
  }

  /** Lets all answer in turns. */
  void measure(List<Row> rows) {
    peakBeforeMb = PeakMemory.megabytes();
    AnswerTimes times =
        new AnswerTimes(subjects.stream().map(Subject::model).toList(), System::nanoTime);
    List<AnswerTimes.Times> one = times.measure(rows, 1, SINGLE_TEXTS);
    List<AnswerTimes.Times> batch = times.measure(rows, BATCH, BATCHES);
    for (int i = 0; i < subjects.size(); i++) {
      TextModel model = subjects.get(i).model();
      AnswerTimes again = new AnswerTimes(List.of(model), System::nanoTime);
      OptionalLong peak = PeakMemory.during(() -> again.measure(rows, BATCH, 2));
      figures.add(new Figures(one.get(i), batch.get(i), numbers(model), peak));
    }
  }

  private static long numbers(TextModel model) {
    return model.module().layers().values().stream()
        .flatMap(layer -> layer.tensors().values().stream())
        .mapToLong(Tensor::count)
        .sum();
  }

  /** Prints the table. */
  void show(String metric) {
    Table table =
        new Table(
            "",
            metric,
            "1 text p50/p95 ms",
            BATCH + " texts p50/p95 ms",
            "module",
            "peak RSS",
            "stored");
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      Figures of = figures.get(i);
      table.row(
          subject.name(),
          subject.score() == null ? "–" : String.format(Locale.ROOT, "%.4f", subject.score()),
          text(of.one()),
          text(of.batch()),
          ScoreText.bytes(of.numbers() * Float.BYTES),
          of.peakMb().isPresent() ? of.peakMb().getAsLong() + " MB" : "–",
          subject.stored() == null ? "–" : ScoreText.bytes(subject.stored()));
    }
    session.console().out().println();
    table.print(session.console());
    session
        .console()
        .out()
        .println(
            "Dense is a run of its own; all answered in turns in this process, whose memory they"
                + " share.");
  }

  private static String text(AnswerTimes.Times times) {
    return String.format(Locale.ROOT, "%.1f / %.1f", times.p50(), times.p95());
  }

  /** Peak of the process before it was measured part by part. */
  long peakBeforeMb() {
    return peakBeforeMb;
  }

  /** As the command's JSON shows it. */
  List<Map<String, Object>> forJson(String metric) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      Figures of = figures.get(i);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", subject.name());
      if (subject.score() != null) {
        row.put(metric, subject.score());
      }
      row.put("oneTextP50Ms", of.one().p50());
      row.put("oneTextP95Ms", of.one().p95());
      row.put("batchTexts", BATCH);
      row.put("batchP50Ms", of.batch().p50());
      row.put("batchP95Ms", of.batch().p95());
      row.put("moduleBytes", of.numbers() * Float.BYTES);
      of.peakMb().ifPresent(peak -> row.put("peakRssMb", peak));
      if (subject.stored() != null) {
        row.put("storedBytes", subject.stored());
      }
      rows.add(row);
    }
    return rows;
  }
}
