package io.haori.registry.watch;

import io.haori.registry.access.Role;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.name.VersionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is watched, as rows. References are changes as all others: roles decide, the log names them.
 * Answers and feedback come many a second; they are for the process that serves, which has checked
 * who asks, and are in tables of their own without a line in the log for each.
 */
public final class WatchRecords {
  private final Ledger ledger;

  /** For one person. */
  public WatchRecords(Ledger ledger) {
    this.ledger = ledger;
  }

  /** What {@link #addFeedback} did. */
  public enum Outcome {
    /** It is stored. */
    ADDED,
    /** The same true label was there. */
    KNOWN,
    /** Another true label was there, which stays. */
    CONTRADICTED
  }

  /**
   * Stores what a version's answers looked like on evaluation rows; the last one counts.
   *
   * @param id which version
   * @param reference of it
   */
  public void setReference(VersionId id, DriftReference reference) {
    Intent intent =
        Intent.of("reference", Role.AUTHOR, id)
            .with("data", reference.dataName())
            .with("split", reference.split())
            .with("dataDigest", reference.dataDigest());
    ledger.change(
        intent,
        change -> {
          WatchTable.insert(
              change.handle(), change.seq(), id, reference, change.now(), change.actor());
          return id;
        });
  }

  /** What a version's answers looked like, if that was stored. */
  public Optional<DriftReference> reference(VersionId id) {
    return ledger.look(
        Intent.of("show", Role.VIEWER, id), handle -> WatchTable.reference(handle, id));
  }

  /**
   * Keeps answers that may get feedback, and forgets old ones.
   *
   * @param answers of a moment
   * @param kept how long one may still get feedback
   * @param most how many are kept; older ones are forgotten first
   */
  public void keep(List<ServedAnswer> answers, Duration kept, int most) {
    Instant oldest = ledger.now().minus(kept);
    ledger
        .database()
        .write(
            handle -> {
              WatchTable.insert(handle, answers);
              WatchTable.forget(handle, oldest, most);
              return answers.size();
            });
  }

  /** An answer that may get feedback, if it is still known. */
  public Optional<ServedAnswer> answer(String request) {
    return ledger.database().ask(handle -> WatchTable.answer(handle, request));
  }

  /**
   * Stores a true label.
   *
   * @param answer that it is about
   * @param row of the request, from 0
   * @param truth the true label, worded as answers are
   * @param actor who gives it
   */
  public Outcome addFeedback(ServedAnswer answer, int row, String truth, String actor) {
    return ledger
        .database()
        .write(handle -> WatchTable.insert(handle, answer, row, truth, ledger.now(), actor));
  }

  /**
   * Feedback in the order in which it came.
   *
   * @param seq of the last one that is known
   * @param most how many are wanted
   */
  public List<Feedback> feedbackAfter(long seq, int most) {
    return ledger.database().ask(handle -> WatchTable.feedbackAfter(handle, seq, most));
  }

  /**
   * Feedback on a version's answers that a threshold decided, in the order in which it came.
   *
   * @param id of the version
   * @param most how many are wanted; the last ones
   */
  public List<ScoredFeedback> scored(VersionId id, int most) {
    return ledger.look(
        Intent.of("show", Role.VIEWER, id), handle -> WatchTable.scored(handle, id, most));
  }
}
