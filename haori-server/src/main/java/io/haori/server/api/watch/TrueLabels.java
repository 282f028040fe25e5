package io.haori.server.api.watch;

import static io.haori.core.check.Check.require;

import io.haori.registry.Registry;
import io.haori.registry.VersionSummary;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.registry.watch.ServedAnswer;
import io.haori.registry.watch.WatchRecords.Outcome;
import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.engine.Detected;
import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.feedback.AnswerJournal;
import io.haori.server.watch.feedback.AnswerText;
import io.haori.server.watch.feedback.LiveAccuracy;
import io.haori.server.watch.trial.AnswerWatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes true labels of answers, from requests and from the page: who may give them, which labels a
 * version has, and what is counted.
 */
public final class TrueLabels {
  private static final int LONGEST_ID = 100;
  private static final int MOST_NAMED = 50;

  private final Registry registry;
  private final RegistryWatch watch;
  private final BaseEngines engines;
  private final Callers callers;
  private final AnswerWatch watching;
  private final Limits limits;

  /**
   * Of a server.
   *
   * @param registry keeps them
   * @param watch what names mean
   * @param engines know the labels of versions
   * @param callers what people may do
   * @param watching knows the answers
   * @param limits how long the labels of a version may take to be found
   */
  public TrueLabels(
      Registry registry,
      RegistryWatch watch,
      BaseEngines engines,
      Callers callers,
      AnswerWatch watching,
      Limits limits) {
    this.registry = registry;
    this.watch = watch;
    this.engines = engines;
    this.callers = callers;
    this.watching = watching;
    this.limits = limits;
  }

  /**
   * A true label that was taken.
   *
   * @param version whose head answered
   * @param row of the request, from 0
   * @param answered what was answered
   * @param truth the true label, worded as answers are
   * @param accuracy of the version, or of the mix, by all feedback so far
   */
  public record Taken(
      VersionId version, int row, String answered, String truth, Optional<LiveAccuracy> accuracy) {
    /** Whether the answer was right. */
    public boolean right() {
      return truth.equals(answered);
    }
  }

  /**
   * Takes the true label of one row of an answer.
   *
   * @param caller who gives it
   * @param id of the answer
   * @param index of the row; null where the request had one alone
   * @param labels one, or several where the version answers several
   * @throws Refused where no such answer is known, they may not, or another label was given before
   * @throws io.haori.core.check.UserError where the version never answers these labels
   */
  public Taken take(Caller caller, String id, @Nullable Integer index, List<String> labels) {
    watching.requireRegistry();
    ServedAnswer answer =
        id.length() > LONGEST_ID ? null : watching.journal().find(id).orElse(null);
    if (answer == null) {
      throw Refused.absent(
          "No answer with the id "
              + shortened(id)
              + " may get feedback; those with labels may for "
              + AnswerJournal.KEPT.toDays()
              + " days");
    }
    callers.requireMayUse(caller, new ModuleReference.Numbered(answer.id()));
    if (!caller.account().equals(answer.account())) {
      callers.requireMayAdd(caller, answer.id().name());
    }
    int last = answer.labels().size() - 1;
    if (index == null) {
      require(
          last == 0, "index", "in [0, " + last + "], as the request had several inputs", "nothing");
    }
    int row = index == null ? 0 : index;
    require(row >= 0 && row <= last, "index", "in [0, " + last + "]", row);
    requireKnown(answer.id(), labels);
    String answered = answer.labels().get(row);
    String truth = AnswerText.truth(labels, answered);
    Outcome outcome = registry.watch().addFeedback(answer, row, truth, caller.account());
    if (outcome == Outcome.CONTRADICTED) {
      throw Refused.conflict(
          "label of "
              + shortened(id)
              + " (index "
              + row
              + ") must be the one that was given before");
    }
    watching.feedback().catchUp();
    return new Taken(
        answer.id(), row, answered, truth, watching.feedback().of(answer.id(), answer.mix()));
  }

  /** Refuses labels that the version never answers, where this server can look at it. */
  private void requireKnown(VersionId id, List<String> labels) {
    ModuleDirectory directory = watch.directory();
    VersionSummary version = directory.find(id);
    if (version != null && directory.served(version).detector()) {
      require(
          labels.size() == 1 && isWord(labels.get(0)),
          "label",
          Detected.GOOD
              + " or "
              + Detected.ANOMALOUS
              + ", as "
              + id
              + " is a detector of anomalies",
          labels.size() == 1 ? labels.get(0) : labels);
      return;
    }
    BaseEngine engine =
        version == null || version.state() == State.RETIRED
            ? null
            : engines.withDigest(version.baseDigest()).orElse(null);
    if (version == null || engine == null) {
      return;
    }
    Set<String> known =
        engine
            .labels(directory.served(version))
            .orTimeout(limits.deadline().toMillis(), TimeUnit.MILLISECONDS)
            .join();
    for (String label : labels) {
      require(
          known.isEmpty() || known.contains(label),
          "label",
          "one of " + named(known) + ", which " + id + " answers",
          label);
    }
  }

  private static boolean isWord(String label) {
    return label.equals(Detected.GOOD) || label.equals(Detected.ANOMALOUS);
  }

  private static String named(Set<String> labels) {
    String first = String.join(", ", labels.stream().limit(MOST_NAMED).toList());
    int more = labels.size() - MOST_NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private static String shortened(String id) {
    return id.length() > LONGEST_ID ? id.substring(0, LONGEST_ID) + "…" : id;
  }
}
