package io.haori.cli.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.proof.ProofKind;
import io.haori.registry.proof.ProofRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A proof of concept as a registry's log has it.
 *
 * @param begun the entry that began it
 * @param start what was fixed then
 * @param stages what was found since, in order
 * @param end what follows, null while it runs
 */
public record ProofStory(
    ProofRecord begun,
    ProofStart start,
    List<Logged<StageResult>> stages,
    @Nullable Logged<ProofEnd> end) {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * Something with its entry in the log.
   *
   * @param record the entry
   * @param what it says
   * @param <T> of it
   */
  public record Logged<T>(ProofRecord record, T what) {}

  /** Copies the list. */
  public ProofStory {
    stages = List.copyOf(stages);
  }

  /** All of a registry that the person may look at, the oldest first. */
  public static List<ProofStory> all(Registry registry) {
    List<ProofRecord> records = registry.proofs().all();
    List<ProofStory> stories = new ArrayList<>();
    for (ProofRecord begun : records) {
      if (begun.kind() == ProofKind.START) {
        stories.add(of(begun, records));
      }
    }
    return stories;
  }

  /**
   * One of them.
   *
   * @param seq number of the entry that began it
   * @throws UserError when it is not there
   */
  public static ProofStory find(Registry registry, long seq) {
    return all(registry).stream()
        .filter(one -> one.begun().seq() == seq)
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    UserError.Kind.ABSENT,
                    "No proof of concept was begun by entry "
                        + seq
                        + " of the log of "
                        + registry.location()));
  }

  private static ProofStory of(ProofRecord begun, List<ProofRecord> records) {
    List<Logged<StageResult>> stages = new ArrayList<>();
    Logged<ProofEnd> end = null;
    for (ProofRecord record : records) {
      if (record.details().path("proof").asLong() == begun.seq()) {
        if (record.kind() == ProofKind.STAGE) {
          stages.add(new Logged<>(record, read(record.details(), StageResult.class)));
        } else if (record.kind() == ProofKind.END) {
          end = new Logged<>(record, read(record.details(), ProofEnd.class));
        }
      }
    }
    return new ProofStory(begun, read(begun.details(), ProofStart.class), stages, end);
  }

  private static <T> T read(JsonNode json, Class<T> type) {
    try {
      return JSON.treeToValue(json, type);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new UserError("log of the registry must be one that this version can read", e);
    }
  }

  /** As an entry of the log holds it. */
  public static Map<String, Object> details(Object record) {
    Map<String, Object> details =
        JSON.convertValue(record, new TypeReference<TreeMap<String, Object>>() {});
    details.values().removeIf(Objects::isNull);
    return details;
  }

  /** The result of a stage, null when it has none yet. */
  public @Nullable StageResult result(int number) {
    return stages.stream()
        .map(Logged::what)
        .filter(one -> one.number() == number)
        .findFirst()
        .orElse(null);
  }

  /** Whether no stage can follow: a module gains nothing on the first domain. */
  public boolean isDecided() {
    StageResult first = result(1);
    return (first != null && !first.passed()) || stages.size() == start.stages().size();
  }

  /** The stage that comes next; null when none does. */
  public @Nullable StagePlan next() {
    return isDecided() ? null : start.stages().get(stages.size());
  }
}
