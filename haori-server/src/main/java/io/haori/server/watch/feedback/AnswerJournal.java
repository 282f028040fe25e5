package io.haori.server.watch.feedback;

import io.haori.registry.Registry;
import io.haori.registry.watch.ServedAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers that may get feedback. They are written to the registry a moment after they were given,
 * all of that moment at once, so that another server and one that was started anew know them.
 * Bounded in memory and in the registry. Thread-safe.
 */
public final class AnswerJournal {
  /** How long an answer may get feedback. */
  public static final Duration KEPT = Duration.ofDays(7);

  private static final int MOST_KEPT = 500_000;
  private static final int MOST_PENDING = 50_000;
  private static final int BATCH = 5_000;

  private final Registry registry;
  private final Map<String, ServedAnswer> pending = new LinkedHashMap<>();

  /** Of a server on a registry. */
  public AnswerJournal(Registry registry) {
    this.registry = registry;
  }

  /** Keeps an answer; where too many could not be written, the oldest of these is forgotten. */
  public synchronized void remember(ServedAnswer answer) {
    pending.put(answer.request(), answer);
    if (pending.size() > MOST_PENDING) {
      Iterator<String> oldest = pending.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** An answer, if it is still known. */
  public Optional<ServedAnswer> find(String request) {
    synchronized (this) {
      ServedAnswer answer = pending.get(request);
      if (answer != null) {
        return Optional.of(answer);
      }
    }
    return registry.watch().answer(request);
  }

  /** Writes what is new. What cannot be written stays. */
  public void flush() {
    List<ServedAnswer> batch = new ArrayList<>();
    synchronized (this) {
      for (ServedAnswer answer : pending.values()) {
        if (batch.size() < BATCH) {
          batch.add(answer);
        }
      }
    }
    if (batch.isEmpty()) {
      return;
    }
    registry.watch().keep(batch, KEPT, MOST_KEPT);
    synchronized (this) {
      batch.forEach(answer -> pending.remove(answer.request()));
    }
  }
}
