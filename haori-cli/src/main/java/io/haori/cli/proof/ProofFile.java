package io.haori.cli.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a proof of concept is recorded, and what the stage that runs has made so far. All else is
 * in the registry's log.
 *
 * @param format version of this file
 * @param registry as {@code --registry} takes it
 * @param blobs as {@code --blobs} takes it; empty for none
 * @param start number of the log entry that began it
 * @param running number of the stage that runs; 0 for none
 * @param versions that this stage has made
 */
public record ProofFile(
    int format, String registry, String blobs, long start, int running, List<String> versions) {
  /** Name of the file in the folder of the plan. */
  public static final String FILE = "poc.json";

  private static final int FORMAT = 1;
  private static final long MOST_BYTES = 1_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the list. */
  public ProofFile {
    versions = List.copyOf(versions);
  }

  /** One whose first stage has not begun. */
  public static ProofFile of(String registry, String blobs, long start) {
    return new ProofFile(FORMAT, registry, blobs, start, 0, List.of());
  }

  /** Whether a proof of concept was begun from a plan. */
  public static boolean isIn(Path plan) {
    return Files.exists(plan.resolve(FILE));
  }

  /**
   * Reads it.
   *
   * @param plan folder that {@code advise} wrote
   * @throws UserError when nothing was begun there, or the file is damaged
   */
  public static ProofFile read(Path plan) {
    if (!isIn(plan)) {
      throw new UserError(
          UserError.Kind.STATE,
          "No proof of concept was begun in " + plan + "; haori poc start " + plan + " begins one");
    }
    Path file = plan.resolve(FILE);
    JsonNode json = JsonFile.readObject(file, MOST_BYTES);
    try {
      ProofFile read = JSON.treeToValue(json, ProofFile.class);
      if (read.format != FORMAT) {
        throw new UserError(file + ": format must be " + FORMAT + ", got " + read.format);
      }
      return read;
    } catch (JsonProcessingException | NullPointerException e) {
      throw new UserError(file + ": must be as haori poc start wrote it", e);
    }
  }

  /** The same with a stage that runs. */
  public ProofFile withRunning(int stage, List<String> made) {
    return new ProofFile(format, registry, blobs, start, stage, made);
  }

  /** Writes it, whole or not at all. */
  public void write(Path plan) {
    try {
      AtomicFiles.writeText(plan.resolve(FILE), JSON.writeValueAsString(this) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
