package io.haori.training.search;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scores of finished rounds in a file, so that an interrupted search continues where it was. */
final class TrialJournal {
  private static final long MAX_BYTES = 50_000_000;

  private final @Nullable Path file;
  private final Map<String, Double> scores = new LinkedHashMap<>();

  /**
   * A journal.
   *
   * @param file where it is; null for nowhere
   * @param resume whether to read what is there
   */
  TrialJournal(@Nullable Path file, boolean resume) {
    this.file = file;
    if (file != null && resume && Files.exists(file)) {
      ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
      json.fieldNames()
          .forEachRemaining(
              key -> {
                // JSON has no NaN: a failed round is stored as null.
                if (!json.get(key).isNumber() && !json.get(key).isNull()) {
                  throw Check.in(file, key + " must be a number or null, got " + json.get(key));
                }
                scores.put(key, json.get(key).isNull() ? Double.NaN : json.get(key).doubleValue());
              });
    }
  }

  /** The score of a round, null when it was not finished. */
  @Nullable Double find(String run) {
    return scores.get(run);
  }

  /** Keeps the score of a round. */
  void keep(String run, double score) {
    scores.put(run, score);
    if (file != null) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      scores.forEach((key, value) -> json.put(key, value.isNaN() ? null : value));
      AtomicFiles.writeText(file, json.toPrettyString() + "\n");
    }
  }
}
