package io.haori.training.pretrain;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.RowFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The unlabelled texts of one domain.
 *
 * @param name of the domain and of its module
 * @param files at least one, in the order given
 * @param heldOut texts to measure on; empty for a share of the files' own
 */
public record DomainCorpus(String name, List<DataFile> files, List<DataFile> heldOut) {
  /** Fewer texts than this teach nothing and leave nothing to measure on. */
  public static final int MIN_TEXTS = 16;

  /** A name is also a folder's; letters are those of any script. */
  private static final String NAME = "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._-]{0,99}";

  /** File systems bound a name in bytes. */
  private static final int MOST_BYTES = 200;

  /** Checks the name, which is kept in Unicode's form C, and that there is enough text. */
  public DomainCorpus {
    name = Normalizer.normalize(name, Normalizer.Form.NFC);
    require(
        name.matches(NAME),
        "name of a corpus",
        "letters, digits, dots, dashes and underscores, at most 100",
        name);
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    require(bytes <= MOST_BYTES, "name of a corpus", "at most 200 bytes in UTF-8", bytes);
    files = List.copyOf(files);
    heldOut = List.copyOf(heldOut);
    int texts = files.stream().mapToInt(file -> file.rows().size()).sum();
    require(texts >= MIN_TEXTS, "corpus " + name, "at least " + MIN_TEXTS + " texts", texts);
  }

  /** Texts a share of which is measured on. */
  public DomainCorpus(String name, List<DataFile> files) {
    this(name, files, List.of());
  }

  /**
   * Reads a domain's files.
   *
   * @param name of the domain
   * @param places files of texts ({@code .jsonl}, {@code .csv}, {@code .tsv}, {@code .txt}), or
   *     folders with a file {@code corpus}
   * @return the texts
   * @throws io.haori.core.check.UserError for the first thing that is wrong, with file and line
   */
  public static DomainCorpus read(String name, List<Path> places) {
    return read(name, places, DataOptions.USUAL);
  }

  /** The same with what was chosen about the files. */
  public static DomainCorpus read(String name, List<Path> places, DataOptions options) {
    List<DataFile> files = new ArrayList<>();
    for (Path place : places) {
      files.add(
          Files.isDirectory(place)
              ? Dataset.readCorpus(place, options)
              : RowFiles.readTexts(place, options));
    }
    return new DomainCorpus(name, files);
  }

  /**
   * A part of the texts, drawn at random.
   *
   * @param most texts to keep
   * @param seed decides which
   */
  public DomainCorpus first(int most, long seed) {
    List<DataFile> parts = new ArrayList<>();
    int left = most;
    for (DataFile file : files) {
      List<Row> rows = new ArrayList<>(file.rows());
      Collections.shuffle(rows, new Random(seed));
      List<Row> kept = rows.subList(0, Math.min(left, rows.size()));
      left -= kept.size();
      parts.add(new DataFile(file.path(), kept, file.sha256()));
    }
    return new DomainCorpus(
        name, parts.stream().filter(part -> !part.rows().isEmpty()).toList(), heldOut);
  }

  /** SHA-256 of each file by its path as given. */
  public Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    files.forEach(file -> digests.put(file.path().toString(), file.sha256()));
    return digests;
  }

  /**
   * Texts to learn from, and texts to measure on.
   *
   * @param train learnt from
   * @param heldOut never learnt from
   */
  record Parts(List<String> train, List<String> heldOut) {}

  /**
   * Parts the texts at random; equal texts are on one side only. Where there are texts to measure
   * on, all others are learnt from.
   *
   * @param share of the texts that is held out; at least one text is
   * @param most texts to hold out
   * @param seed decides which
   * @param joined a row as one string
   */
  Parts parts(double share, int most, long seed, BiFunction<DataFile, Row, String> joined) {
    Map<String, List<String>> equal = new TreeMap<>();
    for (DataFile file : files) {
      for (Row row : file.rows()) {
        String text = joined.apply(file, row);
        equal.computeIfAbsent(text, key -> new ArrayList<>()).add(text);
      }
    }
    List<List<String>> groups = new ArrayList<>(equal.values());
    require(
        groups.size() >= MIN_TEXTS,
        "corpus " + name,
        "at least " + MIN_TEXTS + " different texts",
        groups.size());
    Collections.shuffle(groups, new Random(seed));
    List<String> measured = new ArrayList<>();
    List<String> train = new ArrayList<>();
    if (heldOut.isEmpty()) {
      int wanted = (int) Math.max(1, Math.min(most, Math.round(share * groups.size())));
      for (List<String> group : groups) {
        (measured.size() < wanted ? measured : train).addAll(group);
      }
    } else {
      groups.forEach(train::addAll);
      heldOut.forEach(file -> file.rows().forEach(row -> measured.add(joined.apply(file, row))));
      Collections.shuffle(measured, new Random(seed));
    }
    Collections.shuffle(train, new Random(seed + 1));
    int kept = heldOut.isEmpty() ? measured.size() : Math.min(most, measured.size());
    return new Parts(List.copyOf(train), List.copyOf(measured.subList(0, kept)));
  }
}
