package io.haori.server.api.watch;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Prediction;
import io.haori.registry.trial.Trial;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.RequestBody;
import io.haori.server.api.request.TextRequests;
import io.haori.server.engine.Computed;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.Work;
import io.haori.server.watch.trial.AnswerWatch;
import io.haori.server.watch.trial.Assignment;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;

/** The part of requests in trials, and the report of their answers to what watches them. */
public final class WatchedAnswers {
  /** Member of a request that says for whom it is: the same key always gets the same version. */
  public static final String KEY = "key";

  private static final int LONGEST_KEY = 200;

  private final Models models;
  private final Admission admission;
  private final AnswerWatch watching;

  /** With what all routes share, and what watches the answers. */
  public WatchedAnswers(Models models, Admission admission, AnswerWatch watching) {
    this.models = models;
    this.admission = admission;
    this.watching = watching;
  }

  /**
   * A request with its part in a trial.
   *
   * @param asked with the candidate in the place of what is live where it answers
   * @param assignment the part
   */
  public record Part(TextRequests.Asked asked, Assignment assignment) {
    /** Members of the answer about the trial; none in the shadow, of which nobody need know. */
    public void putInto(Map<String, Object> members) {
      Trial trial = assignment.trial();
      if (trial != null && !assignment.isShadowed()) {
        members.put("trial", trial.id());
        members.put("arm", assignment.arm());
      }
    }
  }

  /** Finds the part of a request. */
  public Part part(Context context, TextRequests.Asked asked) {
    RequestBody body = asked.body();
    String key = body.textOrNull(KEY);
    require(
        key == null || key.length() <= LONGEST_KEY,
        KEY,
        "a text of at most " + LONGEST_KEY + " characters",
        key == null ? 0 : key.length());
    if (body.has("mix") || body.has("lora")) {
      return new Part(asked, Assignment.NONE);
    }
    ModuleChoice choice = asked.choice();
    String drawn = key == null ? Exchange.id(context) : key;
    Assignment assignment = watching.assign(choice.named(), choice.head().id(), drawn);
    Trial trial = assignment.trial();
    return trial != null && assignment.toCandidate()
        ? new Part(new TextRequests.Asked(body, candidate(choice, trial), asked.rows()), assignment)
        : new Part(asked, assignment);
  }

  private ModuleChoice candidate(ModuleChoice choice, Trial trial) {
    ServedModule candidate = watching.candidate(trial);
    return new ModuleChoice(
        Map.of(candidate, 1.0), candidate, models.engine(candidate), choice.named());
  }

  /** Reports an answer; where there is room, a candidate computes it in the shadow first. */
  public void report(Context context, Part part, Computed computed) {
    String id = Exchange.id(context);
    String account = Exchange.account(context);
    Trial trial = part.assignment().trial();
    if (trial == null || !part.assignment().isShadowed()) {
      report(id, account, part, part.assignment(), computed, List.of());
      return;
    }
    if (!admission.hasRoom()) {
      report(id, account, part, Assignment.NONE, computed, List.of());
      return;
    }
    ModuleChoice other = candidate(part.asked().choice(), trial);
    Work work = new Work(other.weights(), other.head(), part.asked().rows());
    var unused =
        admission
            .admitted(work.characters(), () -> other.engine().compute(work, task -> {}))
            .whenComplete(
                (shadow, failure) ->
                    report(
                        id,
                        account,
                        part,
                        failure == null ? part.assignment() : Assignment.NONE,
                        computed,
                        failure == null ? shadow.predictions() : List.of()));
  }

  private void report(
      String id,
      String account,
      Part part,
      Assignment assignment,
      Computed computed,
      List<Prediction> shadow) {
    ModuleChoice choice = part.asked().choice();
    watching.answered(
        id,
        account,
        choice.head(),
        choice.weights(),
        assignment,
        computed.predictions(),
        computed.observed(),
        shadow);
  }
}
