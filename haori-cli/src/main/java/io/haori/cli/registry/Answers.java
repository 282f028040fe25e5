package io.haori.cli.registry;

import io.haori.analysis.report.Figures;
import io.haori.registry.ModuleSummary;
import io.haori.registry.VersionView;
import io.haori.registry.access.GrantedRole;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.AliasMove;
import io.haori.registry.lifecycle.RecordedEvaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.Json;
import io.haori.registry.version.ModuleVersion;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the registry knows, as JSON objects and as cells of tables. */
public final class Answers {
  private Answers() {}

  public static Map<String, Object> of(ModuleSummary summary) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", summary.newest().name().text());
    json.put("version", summary.newest().number());
    json.put("state", summary.state().word());
    json.put("live", summary.live());
    json.put("created", summary.created().toString());
    json.put("author", summary.author());
    json.put("method", summary.method());
    json.put("base", summary.baseName());
    json.put("bytes", summary.bytes());
    return json;
  }

  public static Map<String, Object> of(VersionView view, List<RecordedEvaluation> evaluations) {
    ModuleVersion version = view.version();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", version.id().name().text());
    json.put("version", version.id().number());
    json.put("state", view.status().state().word());
    json.put("since", view.status().changed().toString());
    json.put("live", view.live().stream().map(LiveTarget::alias).toList());
    json.put("created", version.created().toString());
    json.put("author", version.author());
    json.put("digest", version.contentDigest());
    json.put("bytes", version.bytes());
    json.put("method", version.origin().method());
    Map<String, String> base = new LinkedHashMap<>();
    base.put("name", version.origin().baseName());
    base.put("digest", version.origin().baseDigest());
    json.put("base", base);
    json.put("codeVersion", version.origin().codeVersion());
    if (version.origin().seed() != null) {
      json.put("seed", version.origin().seed());
    }
    json.put("settings", version.origin().settings());
    json.put("data", version.origin().data());
    json.put("metrics", version.origin().metrics());
    json.put(
        "parents",
        version.parents().stream()
            .map(
                parent ->
                    Map.of("module", parent.id().toString(), "relation", parent.relation().word()))
            .toList());
    json.put("children", view.children().stream().map(VersionId::toString).toList());
    json.put("evaluations", evaluations.stream().map(Answers::of).toList());
    Map<String, String> files = new LinkedHashMap<>();
    version.files().forEach(file -> files.put(file.path(), file.blob().digest()));
    json.put("files", files);
    json.put("deleted", view.status().purged());
    return json;
  }

  private static Map<String, Object> of(RecordedEvaluation recorded) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", recorded.evaluation().dataName());
    json.put("split", recorded.evaluation().split());
    json.put("dataDigest", recorded.evaluation().dataDigest());
    json.put("scores", recorded.evaluation().scores());
    json.put("at", recorded.happened().toString());
    json.put("by", recorded.actor());
    return json;
  }

  public static Map<String, Object> of(AliasMove move) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", move.name().text());
    json.put("alias", move.target().alias());
    json.put("version", move.version() == null ? 0 : move.version());
    json.put("since", move.happened().toString());
    json.put("by", move.actor());
    json.put("reason", move.reason());
    return json;
  }

  public static Map<String, Object> of(GrantedRole role) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("account", role.grant().account());
    json.put("role", role.grant().role().word());
    json.put("pattern", role.grant().pattern().text());
    if (role.since() != null) {
      json.put("since", role.since().toString());
    }
    if (role.by() != null) {
      json.put("by", role.by());
    }
    return json;
  }

  public static Map<String, Object> of(AuditEntry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seq", entry.seq());
    json.put("at", entry.happened().toString());
    json.put("by", entry.actor());
    json.put("action", entry.action());
    json.put("module", entry.module());
    json.put("version", entry.version());
    json.put("outcome", entry.outcome());
    json.put("details", Json.tree(entry.details()));
    json.put("previous", entry.previous());
    json.put("hash", entry.hash());
    return json;
  }

  /** A moment as a table shows it: UTC, to the second. */
  public static String moment(Instant instant) {
    String text = instant.toString();
    return text.substring(0, Math.min(19, text.length() - 1)).replace('T', ' ');
  }

  /** A size in the unit that suits it. */
  public static String bytes(long bytes) {
    return Figures.BYTES.text(bytes);
  }

  /** Scores in a line. */
  public static String scores(Map<String, Double> scores) {
    StringBuilder line = new StringBuilder();
    scores.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            score ->
                line.append(line.isEmpty() ? "" : ", ")
                    .append(
                        String.format(Locale.ROOT, "%s %.4f", score.getKey(), score.getValue())));
    return line.toString();
  }
}
