package io.haori.cli.tune;

import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.training.baseline.TaskFit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mix beside other ways of fitting its task: one interval a way, in table, JSON and words. */
public final class BaselineView {
  private final TaskFit mix;
  private final List<Baseline> others;
  private final List<Interval> gains;
  private final Figures figures;

  /**
   * Compares.
   *
   * @param mix the result of the mix
   * @param others on the same test rows
   * @param seed of the intervals' bootstrap
   */
  public BaselineView(TaskFit mix, List<Baseline> others, long seed) {
    this.mix = mix;
    this.others = List.copyOf(others);
    this.gains = others.stream().map(other -> mix.against(other.fit(), seed)).toList();
    this.figures = mix.answers().inPercent() ? Figures.PERCENT : Figures.PLAIN;
  }

  /** One row a way, the mix first; for numbers with the errors in the unit of the data. */
  public Table table() {
    List<String> header = new ArrayList<>(List.of("way", "validation", "test"));
    ScoreText.errorNames(mix.test()).forEach(name -> header.add("test " + name));
    header.addAll(List.of("the mix gains", "95 % interval", "trained", "s"));
    Table table = new Table(header.toArray(String[]::new));
    row(table, mix, null);
    for (int i = 0; i < others.size(); i++) {
      row(table, others.get(i).fit(), gains.get(i));
    }
    return table;
  }

  private void row(Table table, TaskFit fit, @Nullable Interval gain) {
    List<String> cells = new ArrayList<>(List.of(fit.name()));
    cells.add(String.format(Locale.ROOT, "%.4f", fit.validationScore()));
    cells.add(String.format(Locale.ROOT, "%.4f", fit.testScore()));
    cells.addAll(ScoreText.errors(fit.test()));
    cells.add(gain == null ? "" : figures.difference(gain.estimate()));
    cells.add(gain == null ? "" : figures.interval(gain.low(), gain.high()));
    cells.add(String.format(Locale.ROOT, "%,d", fit.trainable()));
    cells.add(String.format(Locale.ROOT, "%.0f", fit.seconds()));
    table.row(cells.toArray(String[]::new));
  }

  /** One sentence a way: whether the mix is better, and what to use where it is not. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      sentences.add(sentence(others.get(i), gains.get(i)));
    }
    return sentences;
  }

  private String sentence(Baseline other, Interval gain) {
    String name = other.fit().name();
    String measured = inWords(figures, gain);
    if (gain.low() > 0) {
      return "The mix is better than " + name + ": " + measured + ".";
    }
    if (gain.high() < 0) {
      return "The mix is worse than "
          + name
          + ": "
          + measured
          + ". Do not use the mix; use "
          + other.instead()
          + " instead.";
    }
    return "No difference shown between the mix and "
        + name
        + ": "
        + measured
        + ". The simpler choice is "
        + other.instead()
        + ".";
  }

  /** A difference with its interval. */
  public static String inWords(Figures figures, Interval gain) {
    return figures.difference(gain.estimate())
        + ", 95 % interval "
        + figures.interval(gain.low(), gain.high());
  }

  /** As the command's JSON shows it. */
  public List<Map<String, Object>> forJson() {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      TaskFit other = others.get(i).fit();
      Interval gain = gains.get(i);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", other.name());
      one.put("validation", other.validation());
      one.put("test", other.test());
      one.put("trainable", other.trainable());
      one.put("seconds", other.seconds());
      one.put("mixGains", gain.estimate());
      one.put("mixGainsInterval", new double[] {gain.low(), gain.high()});
      one.put("result", gain.low() > 0 ? "better" : gain.high() < 0 ? "worse" : "no difference");
      one.put("sentence", sentence(others.get(i), gain));
      list.add(one);
    }
    return list;
  }
}
