package io.haori.cli.tune;

import io.haori.analysis.statistics.Interval;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import io.haori.model.backbone.Pooling;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.choice.Choice;
import io.haori.training.choice.ChoiceListener;
import io.haori.training.choice.CrossScore;
import io.haori.training.choice.LabelNameChoice;
import io.haori.training.choice.PoolingChoice;
import io.haori.training.choice.Suits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows how a method is chosen by cross-validation: a bar over all fits, then a table. */
final class MethodChoiceView implements ChoiceListener, AutoCloseable {
  private static final double PERCENT = 100;

  private final Session session;
  private final CommonOptions common;
  private @Nullable Progress progress;

  MethodChoiceView(Session session, CommonOptions common) {
    this.session = session;
    this.common = common;
  }

  @Override
  public void onFit(int done, int all, CrossScore score) {
    Progress shown = progress;
    if (shown == null) {
      shown = session.progress(common, "compare", done - 1, all);
      progress = shown;
    }
    shown.at(done, percent(score.accuracy()) + " so far (" + score.candidate().name() + ")");
  }

  void print(Choice choice) {
    Table table = new Table("way", "fits", "held-out rows", "right", "log loss", "seconds");
    for (CrossScore score : choice.scores()) {
      if (score.fits() == 0) {
        table.row(score.candidate().name(), "0", "", "", "", "");
        continue;
      }
      table.row(
          score.candidate().name() + (score == choice.best() ? " *" : ""),
          String.valueOf(score.fits()),
          String.valueOf(score.rows()),
          percent(score.accuracy()),
          String.format(Locale.ROOT, "%.3f", score.logLoss()),
          String.format(Locale.ROOT, "%.1f", score.seconds()));
    }
    table.print(session.console());
    printPooling(choice.pooling());
    printLabelNames(choice.labelNames());
    printWhyNotTried(choice);
    session.console().out().println(choice.reason());
    Interval interval = interval(choice);
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "* is fitted to all training rows. Expect about %s of new texts to be answered"
                    + " right;%nwith %,d rows anything from %s to %s is possible (95 %%).",
                percent(choice.best().accuracy()),
                choice.heldOut(),
                percent(interval.low()),
                percent(interval.high())));
    session.console().out().println();
  }

  private void printPooling(@Nullable PoolingChoice pooling) {
    if (pooling == null) {
      return;
    }
    String usual = percent(pooling.usual().accuracy());
    String compared = percent(pooling.compared().accuracy());
    session
        .console()
        .out()
        .println(
            pooling.takesCompared()
                ? "Texts are read as the mean of their tokens: so a probe has "
                    + compared
                    + " of the held-out rows right, through the base's pooler "
                    + usual
                    + "."
                : "Texts are read through the base's pooler: so a probe has "
                    + usual
                    + " of the held-out rows right, by the mean of their tokens "
                    + compared
                    + ".");
  }

  private void printLabelNames(@Nullable LabelNameChoice names) {
    if (names == null) {
      return;
    }
    String text;
    if (names.learns()) {
      text =
          "The labels' names or descriptions are learnt from as texts, too: with them a probe has a"
              + " log loss of %2$.3f on held-out rows, without them %3$.3f.";
    } else if (!names.misleads()) {
      text =
          "The labels' names or descriptions are not learnt from: with them a probe has a log loss"
              + " of %2$.3f on held-out rows, without them %3$.3f.";
    } else {
      text =
          "The labels' names or descriptions are not learnt from: rows are nearer to those of other"
              + " labels than to that of their own, by %1$.1f standard errors.";
    }
    double with = names.names().logLoss();
    double without = names.rows().logLoss();
    session
        .console()
        .out()
        .println(String.format(Locale.ROOT, text, -names.standardErrors(), with, without));
  }

  private void printWhyNotTried(Choice choice) {
    choice.scores().stream()
        .filter(score -> score.fits() == 0)
        .map(score -> score.candidate().suits())
        .filter(suits -> suits == Suits.KNOWN_SUBJECTS || suits == Suits.NEW_SUBJECTS)
        .findFirst()
        .ifPresent(
            suits ->
                session
                    .console()
                    .out()
                    .println(
                        suits == Suits.NEW_SUBJECTS
                            ? "Ways without fits are for subjects that the base's vectors do not"
                                + " hold; the probe shows that they hold this one."
                            : "Ways without fits are for subjects that the base's vectors hold;"
                                + " the probe shows that they do not hold this one."));
    boolean isNew =
        choice.scores().stream()
            .anyMatch(score -> score.candidate().suits() == Suits.NEW_SUBJECTS && score.fits() > 0);
    choice.scores().stream()
        .filter(score -> isNew && score.fits() == 0)
        .filter(score -> score.candidate().suits() == Suits.NEW_SUBJECTS_OF_ENOUGH_ROWS)
        .findFirst()
        .ifPresent(
            score ->
                session
                    .console()
                    .out()
                    .println(
                        score.candidate().name()
                            + " is compared from "
                            + Suits.ENOUGH_ROWS
                            + " rows on: with fewer the folds say too little of it."));
  }

  private static Interval interval(Choice choice) {
    return choice.best().interval(choice.heldOut());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", PERCENT * share);
  }

  /** As the command's JSON shows it. */
  static Map<String, Object> forJson(Choice choice) {
    List<Map<String, Object>> ways = new ArrayList<>();
    for (CrossScore score : choice.scores()) {
      Map<String, Object> way = new LinkedHashMap<>();
      way.put("way", score.candidate().name());
      way.put("fits", score.fits());
      way.put("rows", score.rows());
      if (score.fits() > 0) {
        way.put("accuracy", score.accuracy());
        way.put("logLoss", score.logLoss());
      }
      way.put("seconds", Math.round(score.seconds() * 1000) / 1000.0);
      way.put("chosen", score == choice.best());
      ways.add(way);
    }
    Interval interval = interval(choice);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ways", ways);
    json.put("reason", choice.reason());
    PoolingChoice pooling = choice.pooling();
    if (pooling != null) {
      Map<String, Object> poolings = new LinkedHashMap<>();
      poolings.put("taken", (pooling.takesCompared() ? Pooling.MEAN : Pooling.CLS).word());
      poolings.put(Pooling.MEAN.word(), pooling.compared().accuracy());
      poolings.put(Pooling.CLS.word(), pooling.usual().accuracy());
      json.put("pooling", poolings);
    }
    LabelNameChoice names = choice.labelNames();
    if (names != null) {
      LabelNameUse taken = names.learns() ? LabelNameUse.LEARN : LabelNameUse.IGNORE;
      Map<String, Object> uses = new LinkedHashMap<>();
      uses.put("taken", taken.word());
      uses.put("standardErrors", names.standardErrors());
      if (!names.misleads()) {
        uses.put("logLoss", names.names().logLoss());
        uses.put("logLossWithout", names.rows().logLoss());
      }
      json.put("labelNames", uses);
    }
    json.put("accuracy", choice.best().accuracy());
    json.put("low", interval.low());
    json.put("high", interval.high());
    json.put("rows", choice.heldOut());
    return json;
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
