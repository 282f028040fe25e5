package io.haori.training.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where finished runs are kept, one folder each: {@code run.json} has the result, {@code adapter}
 * holds the model where it was worth keeping.
 *
 * @param folder that holds them all
 * @param type what a record holds, read and written as JSON
 * @param <T> of a record
 */
public record FinishedRuns<T>(Path folder, Class<T> type) {
  private static final String RECORD = "run.json";
  private static final String ADAPTER = "adapter";
  private static final long MAX_BYTES = 200_000_000;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * A run that was done before. One whose record is damaged counts as not done.
   *
   * @param run its folder's name
   * @param same whether a record is of the run that is wanted
   */
  public Optional<T> find(String run, Predicate<T> same) {
    Path file = folder.resolve(run).resolve(RECORD);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      T found = JSON.treeToValue(JsonFile.readObject(file, MAX_BYTES), type);
      return same.test(found) ? Optional.of(found) : Optional.empty();
    } catch (UserError | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Says that a run is finished.
   *
   * @param run its folder's name
   * @param finished what came out
   */
  public void keep(String run, T finished) {
    try {
      AtomicFiles.writeText(
          folder.resolve(run).resolve(RECORD), JSON.writeValueAsString(finished) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Whether there are folders, but not this one.
   *
   * @param run the folder's name
   * @throws UserError when the folder cannot be read
   */
  public boolean holdsOnlyOthersThan(String run) {
    if (!Files.isDirectory(folder) || Files.exists(folder.resolve(run))) {
      return false;
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.anyMatch(Files::isDirectory);
    } catch (IOException | UncheckedIOException e) {
      throw new UserError(folder + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Where the adapter of a run is.
   *
   * @param run its folder's name
   */
  public Path adapter(String run) {
    return folder.resolve(run).resolve(ADAPTER);
  }
}
