package io.haori.cli.tune;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import io.haori.training.search.SearchListener;
import io.haori.training.search.SettingsSearch;
import io.haori.training.search.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows a search for settings: one bar over all rounds, then every trial. */
final class SettingsSearchView implements SearchListener, AutoCloseable {
  private final Session session;
  private final CommonOptions common;
  private @Nullable Progress progress;

  SettingsSearchView(Session session, CommonOptions common) {
    this.session = session;
    this.common = common;
  }

  @Override
  public void onRound(int done, int all, Trial trial) {
    Progress shown = progress;
    if (shown == null) {
      shown = session.progress(common, "search", done - 1, all);
      progress = shown;
    }
    shown.at(
        done,
        String.format(Locale.ROOT, "trial %d: validation %.4f", trial.number(), trial.score()));
  }

  /** Prints every trial with all its rounds. */
  void print(SettingsSearch.Found found) {
    List<String> names = List.copyOf(found.trials().get(0).settings().keySet());
    int rounds = found.trials().stream().mapToInt(trial -> trial.rounds().size()).max().orElse(0);
    List<String> header = new ArrayList<>(List.of("trial"));
    header.addAll(names);
    for (int round = 0; round < rounds; round++) {
      header.add("round " + (round + 1));
    }
    Table table = new Table(header.toArray(String[]::new));
    for (Trial trial : found.trials()) {
      List<String> row = new ArrayList<>();
      row.add(trial.number() + (trial.equals(found.best()) ? " *" : ""));
      names.forEach(name -> row.add(trial.settings().get(name)));
      for (int round = 0; round < rounds; round++) {
        row.add(round < trial.rounds().size() ? text(trial.rounds().get(round)) : "");
      }
      table.row(row.toArray(String[]::new));
    }
    table.print(session.console());
    session.console().out().println("Rounds: validation score (epochs). * is trained in full.");
    session.console().out().println();
  }

  private static String text(Trial.Round round) {
    return Double.isNaN(round.score())
        ? "failed (" + round.epochs() + ")"
        : String.format(Locale.ROOT, "%.4f (%d)", round.score(), round.epochs());
  }

  /** As the command's JSON shows it. */
  static List<Map<String, Object>> forJson(SettingsSearch.Found found) {
    List<Map<String, Object>> trials = new ArrayList<>();
    for (Trial trial : found.trials()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("trial", trial.number());
      json.put("settings", values(trial.settings()));
      List<Map<String, @Nullable Object>> rounds = new ArrayList<>();
      for (Trial.Round round : trial.rounds()) {
        Map<String, @Nullable Object> one = new LinkedHashMap<>();
        one.put("epochs", round.epochs());
        one.put("validation", Double.isNaN(round.score()) ? null : round.score());
        rounds.add(one);
      }
      json.put("rounds", rounds);
      json.put("chosen", trial.equals(found.best()));
      trials.add(json);
    }
    return trials;
  }

  /** What was drawn, numbers as numbers. */
  private static Map<String, Object> values(Map<String, String> drawn) {
    Map<String, Object> values = new LinkedHashMap<>();
    drawn.forEach((name, text) -> values.put(name, value(text)));
    return values;
  }

  private static Object value(String text) {
    try {
      Double number = Double.valueOf(text);
      return text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : number;
    } catch (NumberFormatException e) {
      return text;
    }
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
