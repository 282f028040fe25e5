package io.haori.training.multidomain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.haori.check.UserError;
import io.haori.files.AtomicFiles;
import io.haori.model.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where finished models are kept, one folder each: {@code run.json} tells what it answered, {@code
 * adapter} holds the model where it was worth keeping.
 *
 * @param folder that holds them all
 */
record RunStore(Path folder) {
  private static final String RECORD = "run.json";
  private static final String ADAPTER = "adapter";
  private static final long MAX_BYTES = 200_000_000;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** A model that was trained before. One whose record is damaged counts as not trained. */
  Optional<FinishedSet> find(PlannedSet plan) {
    Path file = folder.resolve(plan.folder()).resolve(RECORD);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      FinishedSet found = JSON.treeToValue(JsonFile.readObject(file, MAX_BYTES), FinishedSet.class);
      return found.digest().equals(plan.digest()) ? Optional.of(found) : Optional.empty();
    } catch (UserError | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Says that a model is finished. */
  void keep(PlannedSet plan, FinishedSet finished) {
    try {
      AtomicFiles.writeText(
          folder.resolve(plan.folder()).resolve(RECORD), JSON.writeValueAsString(finished) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where the model's adapter stands. */
  Path adapter(PlannedSet plan) {
    return folder.resolve(plan.folder()).resolve(ADAPTER);
  }
}
