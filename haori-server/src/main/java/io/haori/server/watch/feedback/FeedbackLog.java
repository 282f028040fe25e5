package io.haori.server.watch.feedback;

import io.haori.analysis.sequential.AccuracyTrial;
import io.haori.analysis.sequential.ConfidenceSequence;
import io.haori.analysis.sequential.RestartedSequence;
import io.haori.analysis.sequential.Verdict;
import io.haori.registry.Registry;
import io.haori.registry.name.VersionId;
import io.haori.registry.watch.Feedback;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * All feedback of a registry, in the order in which it came, also from other servers and from
 * before this one was started: whoever reads it comes to the same numbers. Thread-safe.
 */
public final class FeedbackLog {
  private static final int BATCH = 2_000;
  private static final int MOST_KEYS = 2_000;

  private final Registry registry;
  private final MeterRegistry meters;
  private final Map<String, ConfidenceSequence> accuracies = bounded();
  private final Map<String, RestartedSequence> recent = bounded();
  private final Map<Long, AccuracyTrial> trials = bounded();
  private final Map<String, Feedback> mixes = bounded();
  private long seq;

  /**
   * Nothing is read yet.
   *
   * @param registry holds the feedback
   * @param meters show the accuracies
   */
  public FeedbackLog(Registry registry, MeterRegistry meters) {
    this.registry = registry;
    this.meters = meters;
  }

  /**
   * A mix that had feedback.
   *
   * @param head whose head answered
   * @param mix members with their weights
   * @param accuracy of its answers
   */
  public record Mixed(VersionId head, String mix, LiveAccuracy accuracy) {}

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MOST_KEYS;
      }
    };
  }

  /** Reads what came since the last time. */
  public synchronized void catchUp() {
    List<Feedback> more;
    do {
      more = registry.watch().feedbackAfter(seq, BATCH);
      more.forEach(this::add);
    } while (more.size() == BATCH);
  }

  private void add(Feedback one) {
    seq = one.seq();
    String key = key(one.id(), one.mix());
    ConfidenceSequence sequence = accuracies.get(key);
    if (sequence == null) {
      sequence = new ConfidenceSequence(AccuracyTrial.ALPHA);
      accuracies.put(key, sequence);
      if (one.mix().isEmpty()) {
        register(one.id());
      } else {
        mixes.put(key, one);
      }
    }
    sequence.add(one.right() ? 1 : 0);
    recent
        .computeIfAbsent(key, unknown -> new RestartedSequence(AccuracyTrial.ALPHA))
        .add(one.right() ? 1 : 0);
    if (one.trial() != 0) {
      AccuracyTrial trial = trials.computeIfAbsent(one.trial(), id -> new AccuracyTrial());
      if (one.rightOther() != null) {
        trial.addPair(one.right(), one.rightOther());
      } else if (one.arm().equals("candidate")) {
        trial.addCandidate(one.right());
      } else if (one.arm().equals("live")) {
        trial.addLive(one.right());
      }
    }
  }

  private static String key(VersionId id, String mix) {
    return mix.isEmpty() ? id.toString() : id + " in " + mix;
  }

  private void register(VersionId id) {
    gauge("haori.feedback.answers", "Answers with feedback", id, LiveAccuracy::answers);
    gauge("haori.live.accuracy", "Share of right answers by feedback", id, LiveAccuracy::mean);
    gauge("haori.live.accuracy.low", "Lower end of its interval", id, LiveAccuracy::low);
    gauge("haori.live.accuracy.high", "Upper end of its interval", id, LiveAccuracy::high);
  }

  private void gauge(
      String name, String description, VersionId id, ToDoubleFunction<LiveAccuracy> value) {
    Gauge.builder(name, () -> of(id, "").map(value::applyAsDouble).orElse(Double.NaN))
        .description(description)
        .tag("module", id.name().text())
        .tag("version", String.valueOf(id.number()))
        .strongReference(true)
        .register(meters);
  }

  /**
   * The accuracy of a version.
   *
   * @param id whose head answered
   * @param mix empty where it answered alone
   * @return empty before there was feedback
   */
  public synchronized Optional<LiveAccuracy> of(VersionId id, String mix) {
    String key = key(id, mix);
    return Optional.ofNullable(accuracies.get(key)).map(all -> accuracy(key, all));
  }

  /** The mixes that had feedback. */
  public synchronized List<Mixed> mixes() {
    List<Mixed> all = new ArrayList<>();
    for (Map.Entry<String, Feedback> one : mixes.entrySet()) {
      ConfidenceSequence sequence = accuracies.get(one.getKey());
      if (sequence != null) {
        all.add(
            new Mixed(one.getValue().id(), one.getValue().mix(), accuracy(one.getKey(), sequence)));
      }
    }
    return all;
  }

  private LiveAccuracy accuracy(String key, ConfidenceSequence sequence) {
    RestartedSequence last = recent.get(key);
    return new LiveAccuracy(
        sequence.count(),
        sequence.mean(),
        sequence.low(),
        sequence.high(),
        last == null ? 1 : last.present().high());
  }

  private static LiveAccuracy ofArm(ConfidenceSequence sequence) {
    return new LiveAccuracy(
        sequence.count(), sequence.mean(), sequence.low(), sequence.high(), sequence.high());
  }

  /** What a trial says, also before there was feedback. */
  public synchronized TrialAccuracy ofTrial(long id) {
    AccuracyTrial trial = trials.getOrDefault(id, new AccuracyTrial());
    Verdict verdict = trial.verdict();
    return new TrialAccuracy(
        ofArm(trial.live()), ofArm(trial.candidate()), trial.low(), trial.high(), verdict);
  }
}
