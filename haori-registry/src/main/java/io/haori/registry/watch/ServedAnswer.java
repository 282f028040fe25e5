package io.haori.registry.watch;

import io.haori.registry.name.VersionId;
import java.time.Instant;
import java.util.List;

/**
 * An answer of a server that may get feedback; nothing of its texts.
 *
 * @param request its name
 * @param happened when it was given
 * @param account who asked
 * @param id whose head answered
 * @param mix members with their weights where several acted; empty for one alone
 * @param trial number of the trial that it is a part of; 0 for none
 * @param arm of that trial: {@code live} or {@code candidate}; empty for none
 * @param labels what was answered, a text a row
 * @param other what the trial's candidate answered in the shadow, a text a row; else empty
 * @param scores that were compared with a threshold, one a row; empty where none was
 */
public record ServedAnswer(
    String request,
    Instant happened,
    String account,
    VersionId id,
    String mix,
    long trial,
    String arm,
    List<String> labels,
    List<String> other,
    List<Double> scores) {
  /** Copies the lists. */
  public ServedAnswer {
    labels = List.copyOf(labels);
    other = List.copyOf(other);
    scores = List.copyOf(scores);
  }

  /** An answer that no threshold decided. */
  public ServedAnswer(
      String request,
      Instant happened,
      String account,
      VersionId id,
      String mix,
      long trial,
      String arm,
      List<String> labels,
      List<String> other) {
    this(request, happened, account, id, mix, trial, arm, labels, other, List.of());
  }

  /** The same with what the candidate answered in the shadow. */
  public ServedAnswer withOther(List<String> newOther) {
    return new ServedAnswer(
        request, happened, account, id, mix, trial, arm, labels, newOther, scores);
  }
}
