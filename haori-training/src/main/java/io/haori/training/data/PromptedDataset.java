package io.haori.training.data;

import static io.haori.core.check.Check.require;

import io.haori.core.check.Check;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Prompts with the answers that a decoder is to write. A row's text is the prompt, its second text
 * the answer; of a conversation all before the assistant's last message, and that message.
 *
 * @param folder or file as the user named it
 * @param train learnt from
 * @param validation measured on while learning; null where there are none
 * @param test answered afterwards; null where there are none
 * @param splitBy shares and seed by which a single file was split, for example {@code 70/15/15,
 *     seed 42}; null for a folder, and for a file of few prompts, which are all learnt from
 */
public record PromptedDataset(
    Path folder,
    DataFile train,
    @Nullable DataFile validation,
    @Nullable DataFile test,
    @Nullable String splitBy) {

  /**
   * Whether a folder's training rows, or a file's rows, are prompts with answers or conversations:
   * they have {@code prompt} and {@code completion}, or {@code messages}, and no {@code text}.
   *
   * @param folder of a dataset, or a single file
   * @param options what was chosen about the files
   */
  public static boolean isIn(Path folder, DataOptions options) {
    return isIn(folder, Split.TRAIN, options);
  }

  /**
   * One split of prompts with answers.
   *
   * @param folder of a dataset
   * @param split which one
   * @param options what was chosen about the files
   * @return empty where there is no such split, or its rows are something else
   * @throws io.haori.core.check.UserError for the first row that is wrong; or where a single file
   *     has too few prompts for some to be held out
   */
  public static Optional<DataFile> readSplit(Path folder, Split split, DataOptions options) {
    if (!isIn(folder, split, options)) {
      return Optional.empty();
    }
    DatasetReader reader = new DatasetReader(folder, options, false);
    if (!reader.isUnsplit()) {
      return Optional.ofNullable(optional(reader, split));
    }
    PromptedDataset all = read(folder, options);
    DataFile held =
        switch (split) {
          case TRAIN -> all.train();
          case VALIDATION -> all.validation();
          case TEST -> all.test();
        };
    if (held == null) {
      throw Check.in(
          folder,
          "must have at least "
              + UnsplitPrompts.LEAST
              + " different prompts, or groups, for "
              + split.fileName()
              + " rows to be held out, got "
              + UnsplitPrompts.groups(all.train()).size());
    }
    return Optional.of(held);
  }

  private static boolean isIn(Path folder, Split split, DataOptions options) {
    if (!Files.exists(folder) || options.columns().text() != null) {
      return false;
    }
    DatasetReader reader = new DatasetReader(folder, options, false);
    boolean single = reader.isUnsplit();
    if (reader.hasImages(split)) {
      return false;
    }
    if (!single && !reader.has(split)) {
      return false;
    }
    Path file = single ? folder : reader.find(split.fileName(), Labels.NONE);
    if (Files.isDirectory(file)) {
      return false;
    }
    try (Records records = Records.open(file, options.read())) {
      Collection<String> names = records.columns();
      if (names.isEmpty()) {
        DataRecord first = records.next();
        while (first != null && first.blank()) {
          first = records.next();
        }
        names = first == null ? List.of() : first.fields().keySet();
      }
      return RowFields.arePrompts(names, options.columns());
    }
  }

  /**
   * Reads a folder, or a file, some of whose prompts are held out where there are 30 or more.
   *
   * @param folder with a file of training rows, and perhaps of validation and test rows; or a file
   * @param options what was chosen about the files
   * @throws io.haori.core.check.UserError for the first thing that is wrong, with file and line
   */
  public static PromptedDataset read(Path folder, DataOptions options) {
    DatasetReader reader = new DatasetReader(folder, options, false);
    if (reader.isUnsplit()) {
      return new UnsplitPrompts(answered(reader.readUnsplit(Labels.NONE)), options).split(folder);
    }
    return new PromptedDataset(
        folder,
        answered(reader.read(Split.TRAIN, Labels.NONE)),
        optional(reader, Split.VALIDATION),
        optional(reader, Split.TEST),
        null);
  }

  private static @Nullable DataFile optional(DatasetReader reader, Split split) {
    return reader.has(split) ? answered(reader.read(split, Labels.NONE)) : null;
  }

  private static DataFile answered(DataFile file) {
    file.rows().stream()
        .filter(row -> row.textPair() == null)
        .findFirst()
        .ifPresent(
            row -> {
              throw Check.at(
                  file.path(),
                  row.line(),
                  row.conversation() == null
                      ? RowFields.COMPLETION + " is missing"
                      : "messages must end with one of the assistant, which is learnt");
            });
    return file;
  }

  /**
   * The same with fewer training rows, the first of the file.
   *
   * @param most at least 1
   */
  public PromptedDataset first(int most) {
    require(most >= 1, "trainRows", "at least 1", most);
    List<Row> kept = train.rows().subList(0, Math.min(most, train.rows().size()));
    String digest = train.sha256() + "/" + kept.size();
    return new PromptedDataset(
        folder, new DataFile(train.path(), kept, digest), validation, test, splitBy);
  }

  /**
   * Refuses rows to learn from that are too few, or too often the same.
   *
   * @param least different training rows
   * @throws io.haori.core.check.UserError with the file and how many there are
   */
  public PromptedDataset requireDifferent(int least) {
    long different =
        train.rows().stream().map(row -> row.text() + "\n" + row.textPair()).distinct().count();
    if (different < least) {
      throw Check.in(
          train.path(),
          "must have at least "
              + least
              + " different rows to learn answers from, got "
              + different);
    }
    return this;
  }

  /** SHA-256 of each file by the name of its split. */
  public Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    digests.put(Split.TRAIN.fileName(), train.sha256());
    if (validation != null) {
      digests.put(Split.VALIDATION.fileName(), validation.sha256());
    }
    if (test != null) {
      digests.put(Split.TEST.fileName(), test.sha256());
    }
    return digests;
  }
}
