package io.haori.server.watch.trial;

import io.haori.analysis.sequential.Verdict;
import io.haori.registry.trial.Trial;
import io.haori.server.watch.feedback.FeedbackLog;
import io.haori.server.watch.feedback.LiveAccuracy;
import io.haori.server.watch.feedback.TrialAccuracy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;

/** Figures of the trials that run and of mixes that had feedback. Used by one thread. */
final class TrialMeters {
  /** Each mix has figures of its own, which a monitoring system stores for ever. */
  private static final int MOST_MIXES = 200;

  private final FeedbackLog feedback;
  private final MultiGauge trialAnswers;
  private final MultiGauge trialAccuracy;
  private final MultiGauge low;
  private final MultiGauge high;
  private final MultiGauge verdict;
  private final MultiGauge mixAnswers;
  private final MultiGauge mixAccuracy;
  private final MultiGauge mixAlarm;

  TrialMeters(MeterRegistry meters, FeedbackLog feedback) {
    this.feedback = feedback;
    trialAnswers =
        gauge(meters, "haori.trial.answers", "Answers with feedback in a trial that runs");
    trialAccuracy =
        gauge(meters, "haori.trial.accuracy", "Share of right answers in a trial that runs");
    low = gauge(meters, "haori.trial.difference.low", "Candidate less live, lower end of 95 %");
    high = gauge(meters, "haori.trial.difference.high", "Candidate less live, upper end of 95 %");
    verdict = gauge(meters, "haori.trial.verdict", "-1 stop, 0 not certain, 1 switch");
    mixAnswers = gauge(meters, "haori.mix.answers", "Answers of a mix with feedback");
    mixAccuracy = gauge(meters, "haori.mix.accuracy", "Share of right answers of a mix");
    mixAlarm =
        gauge(meters, "haori.mix.alarm", "1 while a module certainly loses too much in a mix");
  }

  private static MultiGauge gauge(MeterRegistry meters, String name, String description) {
    return MultiGauge.builder(name).description(description).register(meters);
  }

  /**
   * Shows what is known now.
   *
   * @param trials that run
   * @param decisions say which mixes are not safe
   */
  void show(List<Trial> trials, LiveDecisions decisions) {
    List<Row<?>> answers = new ArrayList<>();
    List<Row<?>> accuracies = new ArrayList<>();
    List<Row<?>> lows = new ArrayList<>();
    List<Row<?>> highs = new ArrayList<>();
    List<Row<?>> verdicts = new ArrayList<>();
    for (Trial trial : trials) {
      Tags tags =
          Tags.of(
              "module",
              trial.name().text(),
              "trial",
              String.valueOf(trial.id()),
              "kind",
              trial.kind().word());
      TrialAccuracy found = feedback.ofTrial(trial.id());
      addArm(answers, accuracies, tags.and("arm", "live"), found.live());
      addArm(answers, accuracies, tags.and("arm", "candidate"), found.candidate());
      lows.add(Row.of(tags, found.low()));
      highs.add(Row.of(tags, found.high()));
      verdicts.add(Row.of(tags, number(found.verdict())));
    }
    trialAnswers.register(answers, true);
    trialAccuracy.register(accuracies, true);
    low.register(lows, true);
    high.register(highs, true);
    verdict.register(verdicts, true);
    showMixes(decisions);
  }

  private static void addArm(
      List<Row<?>> answers, List<Row<?>> accuracies, Tags tags, LiveAccuracy found) {
    answers.add(Row.of(tags, found.answers()));
    accuracies.add(Row.of(tags, found.answers() == 0 ? Double.NaN : found.mean()));
  }

  private static int number(Verdict verdict) {
    return switch (verdict) {
      case STOP -> -1;
      case GO_ON -> 0;
      case SWITCH -> 1;
    };
  }

  private void showMixes(LiveDecisions decisions) {
    List<Row<?>> answers = new ArrayList<>();
    List<Row<?>> accuracies = new ArrayList<>();
    List<Row<?>> alarms = new ArrayList<>();
    for (FeedbackLog.Mixed one : feedback.mixes().stream().limit(MOST_MIXES).toList()) {
      Tags tags = Tags.of("head", one.head().toString(), "mix", one.mix());
      answers.add(Row.of(tags, one.accuracy().answers()));
      accuracies.add(Row.of(tags, one.accuracy().mean()));
      alarms.add(Row.of(tags, decisions.isUnsafe(one.head(), one.mix()) ? 1 : 0));
    }
    mixAnswers.register(answers, true);
    mixAccuracy.register(accuracies, true);
    mixAlarm.register(alarms, true);
  }
}
