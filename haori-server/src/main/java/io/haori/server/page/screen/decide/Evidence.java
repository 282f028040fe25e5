package io.haori.server.page.screen.decide;

import io.haori.registry.VersionView;
import io.haori.registry.access.Role;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.lifecycle.RecordedEvaluation;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.server.page.screen.AskedRule;
import io.haori.server.page.screen.Visit;
import io.haori.server.page.screen.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of a version, for those who decide about it. */
public final class Evidence {
  private Evidence() {}

  /**
   * A score.
   *
   * @param data on which it was measured, and the split
   * @param metric its name
   * @param score the number
   * @param source who measured it; empty for the run that made the version
   * @param happened when; null of the run that made the version
   * @param live what the version that is live reached on the same rows; empty where that is not
   *     known
   * @param difference of this version from the live one; empty where that is not known
   */
  public record ScoreRow(
      String data,
      String metric,
      String score,
      String source,
      String happened,
      String live,
      String difference) {}

  /**
   * A version that this one was made of, or that was made of it.
   *
   * @param name of the module
   * @param version its number
   * @param relation how it was; empty for what was made of it
   */
  public record Relative(String name, int version, String relation) {}

  /** Values for the template. */
  static Map<String, Object> of(Visit visit, VersionView view, @Nullable VersionId live) {
    ModuleVersion version = view.version();
    List<RecordedEvaluation> evaluations = visit.registry().lifeCycle().evaluations(version.id());
    Map<String, Object> model = new HashMap<>();
    model.put("author", version.author());
    model.put("created", Words.moment(version.created()));
    model.put("method", version.origin().method());
    model.put("base", version.origin().baseName());
    model.put("digest", version.contentDigest());
    model.put("codeVersion", version.origin().codeVersion());
    model.put("files", VersionScreen.files(version));
    model.put("settings", texts(version.origin().settings()));
    model.put("data", version.origin().data());
    VersionId other = live == null || live.equals(version.id()) ? null : live;
    model.put(
        "scores", scores(version, evaluations, other == null ? Map.of() : reached(visit, other)));
    model.put("liveVersion", other == null ? "" : other.toString());
    model.put("rules", rules(visit, version, evaluations));
    List<VersionId> members = visit.registry().combinations().members(version.id());
    model.put("isMade", !members.isEmpty());
    model.put(
        "together",
        members.isEmpty()
            ? List.of()
            : CombinationScreen.of(visit, version.id().name(), version.id().toString()));
    model.put(
        "parents",
        version.parents().stream()
            .filter(one -> visit.sees(one.id().name()))
            .map(Evidence::parent)
            .toList());
    model.put(
        "children",
        view.children().stream()
            .filter(one -> visit.sees(one.name()))
            .map(one -> new Relative(one.name().text(), one.number(), ""))
            .toList());
    return model;
  }

  private static Relative parent(Parent parent) {
    VersionId id = parent.id();
    return new Relative(id.name().text(), id.number(), parent.relation().word());
  }

  private static Map<String, String> texts(Map<String, Object> settings) {
    Map<String, String> texts = new TreeMap<>();
    settings.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    return texts;
  }

  /** Rows and metric of a score; two scores of one measure can be compared. */
  private record Measure(String dataName, String split, String digest, String metric) {}

  /** What a version reached, as it was measured last. */
  private static Map<Measure, Double> reached(Visit visit, VersionId id) {
    Map<Measure, Double> reached = new HashMap<>();
    for (RecordedEvaluation one : visit.registry().lifeCycle().evaluations(id)) {
      Evaluation of = one.evaluation();
      of.scores()
          .forEach(
              (metric, score) ->
                  reached.put(
                      new Measure(of.dataName(), of.split(), of.dataDigest(), metric), score));
    }
    return reached;
  }

  private static List<ScoreRow> scores(
      ModuleVersion version, List<RecordedEvaluation> evaluations, Map<Measure, Double> live) {
    List<ScoreRow> rows = new ArrayList<>();
    for (RecordedEvaluation one : evaluations) {
      String data = one.evaluation().dataName() + " (" + one.evaluation().split() + ")";
      new TreeMap<>(one.evaluation().scores())
          .forEach(
              (metric, score) -> {
                Double before =
                    live.get(
                        new Measure(
                            one.evaluation().dataName(),
                            one.evaluation().split(),
                            one.evaluation().dataDigest(),
                            metric));
                rows.add(
                    new ScoreRow(
                        data,
                        metric,
                        Words.score(score),
                        one.actor(),
                        Words.moment(one.happened()).text(),
                        before == null ? "" : Words.score(before),
                        before == null ? "" : Words.difference(score - before)));
              });
    }
    version
        .origin()
        .metrics()
        .forEach(
            (split, metrics) ->
                metrics.forEach(
                    (metric, score) ->
                        rows.add(new ScoreRow(split, metric, Words.score(score), "", "", "", ""))));
    return rows;
  }

  /** The rules about the module, for who may see the registry's rules. */
  private static List<AskedRule> rules(
      Visit visit, ModuleVersion version, List<RecordedEvaluation> evaluations) {
    List<AskedRule> rows = new ArrayList<>();
    if (!visit.caller().may(Role.VIEWER, null)) {
      return rows;
    }
    for (ApprovalRule rule : visit.registry().lifeCycle().rules()) {
      if (rule.pattern().matches(version.id().name())) {
        Double reached = reached(rule, evaluations);
        rows.add(
            AskedRule.of(
                rule,
                reached == null ? "" : Words.score(reached),
                reached != null && reached >= rule.atLeast()));
      }
    }
    visit.registry().lifeCycle().fourEyes().stream()
        .filter(pattern -> pattern.matches(version.id().name()))
        .findFirst()
        .ifPresent(
            pattern ->
                rows.add(
                    AskedRule.fourEyes(
                        pattern,
                        version.author(),
                        !version.author().equals(visit.caller().account()))));
    return rows;
  }

  /** As it was measured last; null where it was not. */
  private static @Nullable Double reached(ApprovalRule rule, List<RecordedEvaluation> evaluations) {
    return evaluations.stream()
        .map(RecordedEvaluation::evaluation)
        .filter(one -> one.dataName().equals(rule.dataName()) && one.split().equals(rule.split()))
        .filter(one -> rule.dataDigest() == null || one.dataDigest().equals(rule.dataDigest()))
        .map(one -> one.scores().get(rule.metric()))
        .filter(Objects::nonNull)
        .reduce((earlier, later) -> later)
        .orElse(null);
  }
}
