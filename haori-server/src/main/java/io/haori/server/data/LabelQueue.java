package io.haori.server.data;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the labels that would teach most: of texts that a model is unsure of and that differ
 * from the ones before them. What people answer becomes a new version of labelled data.
 */
public final class LabelQueue {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path folder;
  private final DataSets data;
  private final DataCheck commands;

  /**
   * Of a server.
   *
   * @param work says where files may lie meanwhile
   * @param data gets the labels
   * @param commands reads and writes data
   */
  public LabelQueue(WorkSettings work, DataSets data, DataCheck commands) {
    folder = work.folder();
    this.data = data;
    this.commands = commands;
  }

  /**
   * A text to label.
   *
   * @param line of it in its file
   * @param text that was read
   * @param guess of the model
   * @param uncertainty in [0, 1]
   */
  public record Question(long line, String text, String guess, double uncertainty) {}

  /**
   * The texts to label next.
   *
   * @param texts without labels
   * @param module that guesses
   * @param registry as who asks sees it
   * @param into labelled data whose texts are left out; null for none
   * @param count how many at most
   */
  public List<Question> questions(
      DataVersion texts,
      ModuleReference module,
      Registry registry,
      @Nullable DataVersion into,
      int count) {
    Path temporary = temporary();
    try {
      Path adapter = temporary.resolve(module.name().fileName());
      registry.modules().checkOut(module, adapter);
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "data",
                  "order",
                  "--data",
                  texts.file().toString(),
                  "--adapter",
                  adapter.toString(),
                  "--count",
                  String.valueOf(count)));
      arguments.addAll(texts.reading().arguments());
      if (into != null) {
        arguments.addAll(List.of("--without", into.file().toString()));
      }
      JsonNode found = commands.run(arguments, texts.file(), texts.id().toString());
      List<Question> questions = new ArrayList<>();
      for (JsonNode one : found.path("texts")) {
        questions.add(
            new Question(
                one.path("line").asLong(),
                one.path("text").asText(),
                one.path("guess").asText(),
                one.path("uncertainty").asDouble()));
      }
      return questions;
    } finally {
      AtomicFiles.delete(temporary);
    }
  }

  /**
   * What becomes the next version of labelled data.
   *
   * @param texts that were asked about
   * @param labels by text, or by a picture's name; at least one
   * @param name of the labelled data
   * @param into their version before; null where there is none yet
   * @param base whose tokens are counted
   * @param account of who gave the labels
   * @param note for people
   */
  public record Labelled(
      DataVersion texts,
      Map<String, String> labels,
      ModuleName name,
      @Nullable DataVersion into,
      String base,
      String account,
      String note) {}

  /** Adds labels to data as their next version. */
  public DataVersion add(Labelled labelled) {
    Path temporary = temporary();
    try {
      Path rows = temporary.resolve("rows.jsonl");
      AtomicFiles.writeText(rows, lines(labelled.labels()));
      return labelled.texts().ofPictures()
          ? addPictures(labelled, rows, temporary)
          : addTexts(labelled, rows, temporary);
    } catch (IOException e) {
      throw FileFailures.unwritable(temporary, e);
    } finally {
      AtomicFiles.delete(temporary);
    }
  }

  private DataVersion addTexts(Labelled labelled, Path rows, Path temporary) throws IOException {
    Path all = temporary.resolve(labelled.name().fileName() + ".jsonl");
    List<String> arguments = adding(labelled, rows, all);
    DataVersion into = labelled.into();
    Reading before = into == null ? Reading.usual() : into.reading();
    if (into != null) {
      addColumn(arguments, "--text-column", before.textColumn());
      addColumn(arguments, "--label-column", before.labelColumn());
      addColumn(arguments, "--sheet", before.sheet());
    }
    commands.run(arguments, rows, "labels");
    DataSets.Upload upload = upload(labelled, all, lined(before, labels(labelled)));
    try (InputStream content = Files.newInputStream(all)) {
      return data.add(upload, content);
    }
  }

  /** Copies of all pictures: a version keeps what it has, whatever becomes of the others. */
  private DataVersion addPictures(Labelled labelled, Path rows, Path temporary) {
    Path all = temporary.resolve(labelled.name().fileName());
    DataVersion asked = labelled.texts();
    for (String name : labelled.labels().keySet()) {
      require(
          asked.picture(name).isPresent(), "text", "the name of a picture of " + asked.id(), name);
    }
    List<String> arguments = adding(labelled, rows, all);
    arguments.addAll(List.of("--pictures", asked.file().toString()));
    commands.run(arguments, rows, "labels");
    return data.addFolder(upload(labelled, all, Reading.usual()), all);
  }

  private static List<String> adding(Labelled labelled, Path rows, Path all) {
    List<String> arguments =
        new ArrayList<>(List.of("data", "add", "--rows", rows.toString(), "--out", all.toString()));
    DataVersion into = labelled.into();
    if (into != null) {
      arguments.addAll(List.of("--data", into.file().toString()));
    }
    return arguments;
  }

  private static DataSets.Upload upload(Labelled labelled, Path all, Reading reading) {
    return new DataSets.Upload(
        labelled.name(),
        String.valueOf(all.getFileName()),
        reading,
        labelled.base(),
        labelled.account(),
        labelled.note());
  }

  private static void addColumn(List<String> arguments, String flag, String value) {
    if (!value.isEmpty()) {
      arguments.add(flag + "=" + value);
    }
  }

  /** Those that there were, with what was given beside them; empty where nobody named any. */
  private static String labels(Labelled labelled) {
    DataVersion from = labelled.into() == null ? labelled.texts() : labelled.into();
    String known = from.reading().labels();
    if (known.isEmpty()) {
      return "";
    }
    Set<String> names = new HashSet<>(from.reading().labelNames());
    String others =
        labelled.labels().values().stream()
            .filter(names::add)
            .map(name -> "\n" + name)
            .collect(Collectors.joining());
    return known + others;
  }

  /** The rows are no longer in a sheet. */
  private static Reading lined(Reading before, String labels) {
    return new Reading(
        before.textColumn(),
        before.labelColumn(),
        before.pairColumn(),
        before.domainColumn(),
        before.groupColumn(),
        "",
        before.task(),
        false,
        labels);
  }

  private static String lines(Map<String, String> labels) {
    StringBuilder lines = new StringBuilder();
    labels.forEach(
        (text, label) -> {
          try {
            lines
                .append(MAPPER.writeValueAsString(Map.of("text", text, "label", label)))
                .append('\n');
          } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
          }
        });
    return lines.toString();
  }

  private Path temporary() {
    try {
      return Files.createTempDirectory(folder, ".labels-");
    } catch (IOException e) {
      throw FileFailures.unwritable(folder, e);
    }
  }
}
