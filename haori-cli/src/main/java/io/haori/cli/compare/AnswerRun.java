package io.haori.cli.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.analysis.metrics.AnswerScores;
import io.haori.core.files.AtomicFiles;
import io.haori.core.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one run of a comparison of decoders' modules gave.
 *
 * @param right answers of the test rows
 * @param written by the module, one a row
 * @param lossBefore of held-out answers, of the base
 * @param loss of held-out answers, with the module
 * @param trainable numbers that were trained
 * @param storedBytes of the module
 * @param seconds of the training
 */
record AnswerRun(
    List<String> right,
    List<String> written,
    double lossBefore,
    double loss,
    long trainable,
    long storedBytes,
    double seconds) {
  /** Beside the module that it is of. */
  static final String FILE = "answers.json";

  private static final long MAX_BYTES = 100_000_000;

  /** Copies the lists. */
  AnswerRun {
    right = List.copyOf(right);
    written = List.copyOf(written);
  }

  /** How the answers compare with the right ones. */
  AnswerScores scores() {
    return AnswerScores.of(right, written);
  }

  /** 1 for each answer that is exactly right, else 0. */
  double[] exact() {
    double[] exact = new double[right.size()];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = AnswerScores.isExact(right.get(i), written.get(i)) ? 1 : 0;
    }
    return exact;
  }

  /** Writes it into a folder. */
  void write(Path folder) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("lossBefore", lossBefore).put("loss", loss).put("trainable", trainable);
    json.put("storedBytes", storedBytes).put("seconds", seconds);
    put(json.putArray("right"), right);
    put(json.putArray("written"), written);
    AtomicFiles.writeText(folder.resolve(FILE), json.toPrettyString() + "\n");
  }

  private static void put(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  /** Reads it from a folder, where it is there. */
  static Optional<AnswerRun> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    return Optional.of(
        new AnswerRun(
            texts(json.path("right")),
            texts(json.path("written")),
            json.path("lossBefore").doubleValue(),
            json.path("loss").doubleValue(),
            json.path("trainable").longValue(),
            json.path("storedBytes").longValue(),
            json.path("seconds").doubleValue()));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }
}
