package io.haori.training.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.haori.check.UserError;
import io.haori.files.AtomicFiles;
import io.haori.model.json.JsonFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where runs are kept, one folder each: {@code run.json} tells that it is finished, {@code adapter}
 * holds the model where it was worth keeping.
 */
final class RunFolders {
  private static final String RECORD = "run.json";
  private static final String ADAPTER = "adapter";
  private static final long MAX_BYTES = 200_000_000;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final Path folder;

  RunFolders(Path folder) {
    this.folder = folder;
  }

  /**
   * A run that was done before. One whose record is damaged counts as not done.
   *
   * @param run what is wanted
   * @param rows how many test rows it must have answered
   */
  Optional<FinishedRun> find(PlannedRun run, int rows) {
    Path file = folder.resolve(run.folder()).resolve(RECORD);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      FinishedRun found = JSON.treeToValue(JsonFile.readObject(file, MAX_BYTES), FinishedRun.class);
      boolean same = found.digest().equals(run.digest()) && found.predicted().length == rows;
      return same ? Optional.of(found) : Optional.empty();
    } catch (UserError | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Says that a run is finished. */
  void keep(PlannedRun run, FinishedRun finished) {
    try {
      AtomicFiles.writeText(
          folder.resolve(run.folder()).resolve(RECORD), JSON.writeValueAsString(finished) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where the adapter of a run stands. */
  Path adapter(PlannedRun run) {
    return folder.resolve(run.folder()).resolve(ADAPTER);
  }

  /** Deletes the adapters of all runs but one. */
  void keepAdapterOnlyOf(PlannedRun best, List<PlannedRun> runs) {
    runs.stream().filter(run -> !run.equals(best)).forEach(run -> delete(adapter(run)));
  }

  private static void delete(Path adapter) {
    if (!Files.exists(adapter)) {
      return;
    }
    try (Stream<Path> files = Files.walk(adapter)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
