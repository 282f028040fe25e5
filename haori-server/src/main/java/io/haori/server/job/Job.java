package io.haori.server.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a job at a moment.
 *
 * @param id its name
 * @param request what is done
 * @param account who started it
 * @param created when they did
 * @param state in its life
 * @param changed when it came into that state
 * @param sentence why it failed; empty where it did not
 * @param version that came of it; null where none did
 * @param began whether a process has worked on it, whose work is continued
 * @param process that works on it, or did when the server ended; null for none
 */
public record Job(
    String id,
    JobRequest request,
    String account,
    Instant created,
    JobState state,
    Instant changed,
    String sentence,
    @Nullable VersionId version,
    boolean began,
    @Nullable ProcessMark process) {
  /**
   * A process in words that a later server understands.
   *
   * @param pid its number
   * @param started when it was started
   */
  public record ProcessMark(long pid, Instant started) {}

  static Job fresh(String id, JobRequest request, String account, Instant now) {
    return new Job(id, request, account, now, JobState.QUEUED, now, "", null, false, null);
  }

  Job in(JobState newState, Instant now, String newSentence) {
    return new Job(id, request, account, created, newState, now, newSentence, version, began, null);
  }

  Job running(ProcessMark newProcess) {
    return new Job(
        id, request, account, created, state, changed, sentence, version, true, newProcess);
  }

  Job with(VersionId newVersion) {
    return new Job(
        id, request, account, created, state, changed, sentence, newVersion, began, process);
  }

  /** As answers have it. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("id", id);
    map.putAll(request.toMap());
    map.put("account", account);
    map.put("created", created.toString());
    map.put("state", state.word());
    map.put("changed", changed.toString());
    map.put("sentence", sentence.isEmpty() ? null : sentence);
    map.put("version", version == null ? null : version.toString());
    return map;
  }

  /** As it is stored. */
  Map<String, @Nullable Object> stored() {
    Map<String, @Nullable Object> map = toMap();
    map.put("began", began);
    if (process != null) {
      map.put("pid", process.pid());
      map.put("processStarted", process.started().toString());
    }
    return map;
  }

  static Job of(JsonNode json) {
    String version = json.path("version").asText("");
    return new Job(
        json.path("id").asText(),
        JobRequest.of(json),
        json.path("account").asText(),
        Instant.parse(json.path("created").asText()),
        JobState.valueOf(json.path("state").asText().toUpperCase(Locale.ROOT)),
        Instant.parse(json.path("changed").asText()),
        json.path("sentence").asText(""),
        json.path("version").isTextual() ? ModuleReference.parseVersion(version) : null,
        json.path("began").asBoolean(),
        json.has("pid")
            ? new ProcessMark(
                json.path("pid").asLong(), Instant.parse(json.path("processStarted").asText()))
            : null);
  }
}
