package io.haori.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.haori.cli.proof.ProofEnd;
import io.haori.cli.proof.ProofStory;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a report is about.
 *
 * @param plan the advice before anything was trained; missing where there is none
 * @param story of a proof of concept, or null
 * @param facts of a registry, or null
 * @param read when it was read
 */
record Subject(
    JsonNode plan, @Nullable ProofStory story, @Nullable RegistryFacts facts, Instant read) {
  /** Of an advice alone. */
  static Subject of(JsonNode plan, Instant now) {
    return new Subject(plan, null, null, now);
  }

  /** Of a registry, with a proof of concept or without. */
  static Subject of(RegistryFacts facts, @Nullable ProofStory story) {
    return new Subject(
        story == null ? MissingNode.getInstance() : story.start().plan(),
        story,
        facts,
        facts.read());
  }

  /** How the proof of concept ended; null where it has not. */
  @Nullable ProofEnd end() {
    return story == null || story.end() == null ? null : story.end().what();
  }

  /** Days, money and shares: of the test rows where there are some, else of the advice. */
  JsonNode payback() {
    ProofEnd end = end();
    return end != null && end.payback().isObject() ? end.payback() : plan.path("payback");
  }

  /** What everything costs; missing where that is not known. */
  JsonNode costs() {
    return plan.path("costs");
  }

  /** {@code go-on}, {@code stop} or {@code not-known}. */
  String verdict() {
    ProofEnd end = end();
    if (end != null) {
      return end.verdict();
    }
    String advised = plan.path("verdict").asText("");
    return story == null && List.of("go-on", "stop").contains(advised) ? advised : "not-known";
  }

  /** What the rows are called. */
  String name() {
    if (story != null) {
      return story.start().first().name();
    }
    String path = plan.at("/source/path").asText("");
    if (!path.isEmpty()) {
      return path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
    }
    return facts == null ? "" : facts.place();
  }
}
