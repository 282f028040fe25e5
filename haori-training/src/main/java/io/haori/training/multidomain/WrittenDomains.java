package io.haori.training.multidomain;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.PromptedDataset;
import io.haori.training.data.RowFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads domains that a decoder writes: rows of prompts with their answers, or texts. Their datasets
 * have no labels.
 */
public final class WrittenDomains {
  private static final DomainLabels NONE =
      DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of()));

  /** Of texts that are not split, a tenth is validation rows, another one test rows. */
  private static final int PARTS = 10;

  private WrittenDomains() {}

  /** Whether a place holds such rows. */
  public static boolean isIn(Path place, DataOptions options) {
    return Files.exists(place)
        && (Dataset.isCorpusAlone(place) || PromptedDataset.isIn(place, options));
  }

  /**
   * Reads them. A folder whose rows name several domains is those domains.
   *
   * @param places folders with train, validation and test; or texts, which are split
   * @param options what was chosen about the files; its seed decides how texts are split
   * @throws UserError for the first thing that is wrong
   */
  public static Domains read(List<Path> places, DataOptions options) {
    List<Domain> domains = new ArrayList<>();
    Boolean prompts = null;
    for (Path place : places) {
      if (!isIn(place, options)) {
        throw new UserError(
            "data must be of one kind, all rows with labels or all for a decoder to write, got "
                + places.get(0)
                + " and "
                + place);
      }
      boolean texts = Dataset.isCorpusAlone(place);
      if (prompts != null && prompts == texts) {
        throw new UserError(
            "data must be of one kind, all prompts with answers or all texts, got "
                + places.get(0)
                + " and "
                + place);
      }
      prompts = !texts;
      Dataset data = texts ? split(place, options) : prompted(place, options);
      domains.addAll(parts(Domains.nameOf(place), data));
    }
    return new Domains(domains).requireDifferentNames();
  }

  private static Dataset prompted(Path place, DataOptions options) {
    PromptedDataset read = PromptedDataset.read(place, options);
    return new Dataset(
        place,
        NONE,
        read.train(),
        required(
            place,
            read.validation(),
            "must have a file of validation rows, by which models are chosen"),
        required(
            place, read.test(), "must have a file of test rows, by which models are compared"));
  }

  private static DataFile required(Path place, @Nullable DataFile file, String what) {
    if (file == null) {
      throw Check.in(place, what);
    }
    return file;
  }

  private static Dataset split(Path place, DataOptions options) {
    DataFile all =
        Files.isDirectory(place)
            ? Dataset.readCorpus(place, options)
            : RowFiles.readTexts(place, options);
    List<Row> rows = new ArrayList<>(all.rows());
    Collections.shuffle(rows, new Random(options.splitSeed()));
    int part = rows.size() / PARTS;
    if (part == 0) {
      throw Check.in(
          all.path(), "must have at least " + PARTS + " texts to be split, got " + rows.size());
    }
    return new Dataset(
        place,
        NONE,
        part(all, rows.subList(2 * part, rows.size())),
        part(all, rows.subList(0, part)),
        part(all, rows.subList(part, 2 * part)),
        "80/10/10, seed " + options.splitSeed());
  }

  private static DataFile part(DataFile file, List<Row> rows) {
    return new DataFile(file.path(), rows, file.sha256());
  }

  private static List<Domain> parts(String name, Dataset data) {
    TreeSet<String> named = new TreeSet<>();
    data.train().rows().stream().map(Row::domain).filter(Objects::nonNull).forEach(named::add);
    if (named.size() < 2) {
      return List.of(new Domain(name, data));
    }
    List<Domain> domains = new ArrayList<>();
    for (String domain : named) {
      domains.add(
          new Domain(
              domain,
              new Dataset(
                  data.folder(),
                  NONE,
                  Domains.part(data.train(), domain),
                  Domains.part(data.validation(), domain),
                  Domains.part(data.test(), domain))));
    }
    return domains;
  }
}
