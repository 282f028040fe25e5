package io.haori.benchmarks.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.benchmarks.serving.Asker.Answer;
import io.haori.registry.Registry;
import io.haori.registry.watch.Feedback;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gives answers their true label and knows which of these the server has confirmed. */
final class FeedbackGiver {
  /** Answers are written once a second; a kill may come before. */
  private static final long WRITTEN_AFTER = 3_000_000_000L;

  private static final int MOST = 500;
  private static final int BATCH = 1_000;

  private final Tally tally;
  private final Deque<Given> answers = new ArrayDeque<>();
  private final Map<String, Integer> confirmed = new HashMap<>();
  private final Map<String, Integer> cut = new HashMap<>();

  /** An answer that may get feedback. */
  private record Given(ServerLife life, String id, String version, String label, long answered) {}

  FeedbackGiver(Tally tally) {
    this.tally = tally;
  }

  /** An answer came; the oldest one is forgotten where nobody asks for it. */
  synchronized void remember(ServerLife life, JsonNode answer, String version, long answered) {
    answers.add(
        new Given(
            life,
            answer.path("id").asText(),
            version.equals(Traffic.MIX) ? "mix" : version,
            answer.at("/data/0/label").asText(),
            answered));
    if (answers.size() > MOST) {
      answers.remove();
    }
  }

  private synchronized @Nullable Given next() {
    // The newest and the oldest in turn: of this server, and of one that was killed.
    return answers.size() % 2 == 0 ? answers.pollLast() : answers.pollFirst();
  }

  /** Says of one answer that it was right. */
  void give(ServerLife life) throws IOException, InterruptedException {
    Given given = next();
    if (given == null) {
      return;
    }
    Answer answer;
    try {
      answer =
          life.asker()
              .post("/v1/feedback", Map.of("id", given.id(), "index", 0, "label", given.label()));
    } catch (IOException e) {
      add(cut, given.version());
      throw e;
    }
    tally.count("feedback");
    if (answer.status() == 200) {
      add(confirmed, given.version());
    } else if (answer.status() == 404 && given.life().isNearEnd(given.answered(), WRITTEN_AFTER)) {
      tally.count("answers of the last moment before a kill, without feedback");
    } else {
      tally.fault("feedback refused", answer.detail());
    }
  }

  private synchronized void add(Map<String, Integer> counts, String version) {
    counts.merge(version, 1, Integer::sum);
  }

  /** Compares what the registry holds with what was confirmed. */
  synchronized void check(Registry registry) {
    Map<String, Integer> found = new HashMap<>();
    long seq = 0;
    List<Feedback> some;
    do {
      some = registry.watch().feedbackAfter(seq, BATCH);
      for (Feedback one : some) {
        seq = one.seq();
        found.merge(one.mix().isEmpty() ? one.id().toString() : "mix", 1, Integer::sum);
      }
    } while (!some.isEmpty());
    Set<String> versions = new TreeSet<>(confirmed.keySet());
    versions.addAll(found.keySet());
    for (String version : versions) {
      int fewest = confirmed.getOrDefault(version, 0);
      int most = fewest + cut.getOrDefault(version, 0);
      int there = found.getOrDefault(version, 0);
      if (there < fewest || there > most) {
        tally.fault(
            "feedback lost", version + ": " + there + " rows, confirmed " + fewest + " to " + most);
      }
    }
    tally.count("checks of feedback");
  }
}
