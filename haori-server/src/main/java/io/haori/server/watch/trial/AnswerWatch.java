package io.haori.server.watch.trial;

import io.haori.analysis.drift.ObservedRow;
import io.haori.inference.task.spi.Prediction;
import io.haori.registry.Registry;
import io.haori.registry.combination.Combinations;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.trial.Trial;
import io.haori.registry.watch.ServedAnswer;
import io.haori.server.engine.Detected;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.ServedVersion;
import io.haori.server.problem.Refused;
import io.haori.server.settings.WatchSettings;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.drift.DriftWatch;
import io.haori.server.watch.drift.Webhook;
import io.haori.server.watch.feedback.AnswerJournal;
import io.haori.server.watch.feedback.AnswerText;
import io.haori.server.watch.feedback.FeedbackLog;
import io.haori.server.watch.feedback.TrialAccuracy;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that is watched of a server's answers: drift, feedback and trials. A thread of its own
 * writes and decides once a second; answers wait for none of it.
 */
public final class AnswerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerWatch.class);
  private static final long PERIOD = 1;

  /** So much of a window is lost when the process is killed. */
  private static final Duration KEEPING = Duration.ofSeconds(30);

  private final RegistryWatch watch;
  private final InstantSource clock;
  private final DriftWatch drift;
  private final AnswerJournal journal;
  private final FeedbackLog feedback;
  private final LiveDecisions decisions;
  private final TrialMeters trialMeters;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "haori-answer-watch");
            made.setDaemon(true);
            return made;
          });
  private boolean troubled;
  private Instant keptAt;

  /**
   * Watches a server.
   *
   * @param settings how
   * @param registry where references and feedback are
   * @param watch what names mean
   * @param meters show what is found
   * @param loader reads references
   * @param clock for the times of answers
   * @param folder where windows of texts are kept over a restart; null to keep none
   */
  public AnswerWatch(
      WatchSettings settings,
      Registry registry,
      RegistryWatch watch,
      MeterRegistry meters,
      Executor loader,
      InstantSource clock,
      @Nullable Path folder) {
    this.watch = watch;
    this.clock = clock;
    keptAt = clock.instant();
    Webhook webhook = new Webhook(settings.webhook());
    drift =
        new DriftWatch(
            registry,
            meters,
            settings.interval(),
            loader,
            clock,
            name -> watch.directory().seenAt(name),
            webhook,
            folder);
    journal = new AnswerJournal(registry);
    feedback = new FeedbackLog(registry, meters);
    decisions = new LiveDecisions(registry, feedback, webhook);
    trialMeters = new TrialMeters(meters, feedback);
  }

  /** Begins to write and to decide. */
  public void start() {
    var unused = thread.scheduleWithFixedDelay(this::turn, 0, PERIOD, TimeUnit.SECONDS);
  }

  /** Writes what is new, reads what others wrote, and does what rules say. */
  public void turn() {
    try {
      synchronized (decisions) {
        ModuleDirectory directory = watch.directory();
        drift.expect(
            directory.live().stream()
                .map(live -> directory.served(directory.get(live.id())).id())
                .toList());
        journal.flush();
        feedback.catchUp();
        decisions.decide(directory);
        trialMeters.show(watch.directory().trials(), decisions);
        keepWindows();
      }
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled) {
        LOG.warn("What is watched cannot be written or read: {}", e.getMessage());
      }
      troubled = true;
    }
  }

  private void keepWindows() {
    Instant now = clock.instant();
    if (!now.isBefore(keptAt.plus(KEEPING))) {
      keptAt = now;
      drift.keep();
    }
  }

  /**
   * The part of a request in a trial.
   *
   * @param named what the request asked for, such as {@code food@live}
   * @param meant the version that this means
   * @param key of the request
   */
  public Assignment assign(String named, ServedVersion meant, String key) {
    if (!(ModuleReference.parse(named) instanceof ModuleReference.Live live)) {
      return Assignment.NONE;
    }
    return watch.directory().trials().stream()
        .filter(one -> one.name().equals(live.name()) && one.target().equals(live.target()))
        .filter(one -> one.live().number() == meant.version())
        .findFirst()
        .map(trial -> Assignment.of(trial, key))
        .orElse(Assignment.NONE);
  }

  /** The candidate of a trial as it is brought into memory. */
  public ServedModule candidate(Trial trial) {
    return watch.directory().served(watch.directory().get(trial.candidate()));
  }

  /**
   * An answer was given.
   *
   * @param request its name
   * @param account who asked
   * @param head whose head answered
   * @param weights of the modules that acted
   * @param assignment its part in a trial
   * @param predictions what was answered
   * @param observed what was seen of the rows
   * @param shadow what the candidate answered in the shadow; none where there is none
   */
  public void answered(
      String request,
      String account,
      ServedModule head,
      Map<ServedModule, Double> weights,
      Assignment assignment,
      List<Prediction> predictions,
      List<ObservedRow> observed,
      List<Prediction> shadow) {
    if (head.kept()) {
      // Loaded by path: the registry knows nothing of it.
      return;
    }
    String mix = mix(head, weights);
    if (mix.isEmpty()) {
      drift.see(head.id(), observed);
    }
    texts(predictions)
        .ifPresent(
            labels ->
                journal.remember(
                    new ServedAnswer(
                        request,
                        clock.instant(),
                        account,
                        id(head),
                        mix,
                        assignment.trialId(),
                        assignment.arm(),
                        labels,
                        texts(shadow).orElse(List.of()))));
  }

  /**
   * An answer was shown to somebody who tries modules: it may get feedback as all answers may, and
   * is not among those that are watched for drift.
   *
   * @param request its name
   * @param account who tries
   * @param head whose head answered
   * @param weights of the modules that acted
   * @param prediction what was answered
   * @return whether it may get feedback
   */
  public boolean tried(
      String request,
      String account,
      ServedModule head,
      Map<ServedModule, Double> weights,
      Prediction prediction) {
    Optional<String> text = head.kept() ? Optional.empty() : AnswerText.of(prediction);
    text.ifPresent(
        label ->
            journal.remember(
                new ServedAnswer(
                    request,
                    clock.instant(),
                    account,
                    id(head),
                    mix(head, weights),
                    0,
                    "",
                    List.of(label),
                    List.of())));
    return text.isPresent();
  }

  /**
   * A detector's answer was shown to somebody who tries it, who may give feedback.
   *
   * @param request its name
   * @param account who tries
   * @param detector which one
   * @param detected what it said of the pictures
   */
  public void tried(String request, String account, ServedModule detector, Detected detected) {
    if (!detector.kept()) {
      remember(request, account, detector, detected);
    }
  }

  /**
   * A detector of anomalies has answered.
   *
   * @param request its name
   * @param account who asked
   * @param detector which one
   * @param detected what it said of the pictures
   */
  public void detected(String request, String account, ServedModule detector, Detected detected) {
    if (detector.kept()) {
      // Loaded by path: the registry knows nothing of it.
      return;
    }
    drift.see(detector.id(), detected.observed());
    remember(request, account, detector, detected);
  }

  private void remember(String request, String account, ServedModule detector, Detected detected) {
    journal.remember(
        new ServedAnswer(
            request,
            clock.instant(),
            account,
            id(detector),
            "",
            0,
            "",
            detected.pictures().stream().map(Detected.Scored::word).toList(),
            List.of(),
            detected.pictures().stream().map(Detected.Scored::score).toList()));
  }

  private static Optional<List<String>> texts(List<Prediction> predictions) {
    List<String> texts = new ArrayList<>();
    for (Prediction one : predictions) {
      AnswerText.of(one).ifPresent(texts::add);
    }
    return texts.size() == predictions.size() ? Optional.of(texts) : Optional.empty();
  }

  private static VersionId id(ServedModule module) {
    return VersionId.of(module.id().module(), module.id().version());
  }

  private static String mix(ServedModule head, Map<ServedModule, Double> weights) {
    Double own = weights.get(head);
    if (weights.size() == 1 && own != null && own == 1) {
      return "";
    }
    Map<VersionId, Double> members = new LinkedHashMap<>();
    for (Map.Entry<ServedModule, Double> one : weights.entrySet()) {
      if (!one.getKey().kept()) {
        members.put(id(one.getKey()), one.getValue());
      }
    }
    return Combinations.subject(members);
  }

  /**
   * Refuses at once what needs the registry, where waiting for it would hold a thread for long.
   *
   * @throws Refused while the registry cannot be read
   */
  public void requireRegistry() {
    if (watch.trouble() != null) {
      throw Refused.registryAway();
    }
  }

  /** Drift by version. */
  public DriftWatch drift() {
    return drift;
  }

  /** Answers that may get feedback. */
  public AnswerJournal journal() {
    return journal;
  }

  /** What followed from feedback. */
  public FeedbackLog feedback() {
    return feedback;
  }

  /** Whether a module's answers in a mix are certainly worse than the rule allows. */
  public boolean isUnsafe(FeedbackLog.Mixed mixed) {
    return decisions.isUnsafe(mixed.head(), mixed.mix());
  }

  /** What a trial says, in words with its numbers. */
  public static String words(TrialAccuracy found) {
    return LiveDecisions.words(found);
  }

  /** Writes what is new and ends, within seconds also where the registry does not answer. */
  @Override
  public void close() {
    if (!thread.isShutdown()) {
      thread.execute(this::writeLast);
      thread.shutdown();
    }
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        thread.shutdownNow();
        LOG.warn("What was watched last may not be written");
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void writeLast() {
    for (Runnable part : List.<Runnable>of(drift::keep, journal::flush)) {
      try {
        part.run();
      } catch (RuntimeException e) {
        LOG.warn("What was watched last was not written: {}", e.getMessage());
      }
    }
  }
}
