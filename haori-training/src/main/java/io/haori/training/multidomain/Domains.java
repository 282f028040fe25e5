package io.haori.training.multidomain;

import static io.haori.core.check.Check.require;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.records.RecordFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Domains that are looked at together.
 *
 * @param all at least one, no name twice
 */
public record Domains(List<Domain> all) {
  private static final String DATA = "data";

  /** Copies the list. */
  public Domains {
    all = List.copyOf(all);
  }

  /**
   * Reads domains. A folder is a domain called as the folder, a file one called as the file without
   * its ending; one whose rows name several domains is those domains.
   *
   * @param folders with train, validation and test each
   * @throws UserError for the first thing that is wrong
   */
  public static Domains read(List<Path> folders) {
    return read(folders, DataOptions.USUAL);
  }

  /** The same with what was chosen about the files. */
  public static Domains read(List<Path> folders, DataOptions options) {
    List<Domain> domains = new ArrayList<>();
    for (Path folder : folders) {
      Dataset data = Dataset.read(folder, options);
      if (data.labels().size() == 1) {
        domains.add(new Domain(nameOf(folder), data));
      } else {
        for (DomainLabels.Head head : data.labels().heads()) {
          domains.add(new Domain(head.domain(), part(data, head)));
        }
      }
    }
    Domains read = new Domains(domains);
    read.check();
    return read;
  }

  static String nameOf(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    String text = name == null ? folder.toString() : name.toString();
    return RecordFormat.of(folder)
        .filter(format -> Files.isRegularFile(folder))
        .map(format -> text.substring(0, text.length() - format.ending().length()))
        .orElse(text);
  }

  /** One domain's rows of a folder that holds several. */
  private static Dataset part(Dataset data, DomainLabels.Head head) {
    DomainLabels labels = new DomainLabels(data.labels().task(), List.of(head));
    return new Dataset(
        data.folder(),
        labels,
        part(data.train(), head.domain()),
        part(data.validation(), head.domain()),
        part(data.test(), head.domain()));
  }

  static DataFile part(DataFile file, String domain) {
    List<Row> rows = file.rows().stream().filter(row -> domain.equals(row.domain())).toList();
    if (rows.isEmpty()) {
      throw Check.in(file.path(), "must have rows of the domain \"" + domain + "\", got none");
    }
    return new DataFile(file.path(), rows, file.sha256());
  }

  private void check() {
    requireDifferentNames();
    for (Domain domain : all) {
      require(
          domain.data().labels().task().equals(TaskCatalogue.CLASSIFICATION),
          DATA,
          "domains whose labels are classes",
          shown(domain.data().labels().task()) + " in " + domain.name());
    }
    Domain first = all.get(0);
    for (Domain domain : all) {
      require(
          columns(domain).equals(columns(first)),
          DATA,
          "domains with the same columns",
          columns(first)
              + " in "
              + first.name()
              + " and "
              + columns(domain)
              + " in "
              + domain.name());
    }
  }

  /** Refuses two domains of one name. */
  Domains requireDifferentNames() {
    Set<String> names = new HashSet<>();
    for (Domain domain : all) {
      require(
          names.add(domain.name()), DATA, "domains of different names", domain.name() + " twice");
    }
    return this;
  }

  /** Whether a decoder writes their rows. */
  public boolean areWritten() {
    return all.get(0).isWritten();
  }

  /** Whether their rows are prompts with answers, which a decoder can be asked. */
  public boolean arePrompts() {
    return areWritten() && all.get(0).data().train().rows().get(0).textPair() != null;
  }

  private static String shown(Task task) {
    return task.equals(TaskCatalogue.REGRESSION) ? "numbers" : task.name();
  }

  private static String columns(Domain domain) {
    boolean pairs =
        domain.data().train().rows().stream().map(Row::textPair).anyMatch(Objects::nonNull);
    return pairs ? "text, text_pair" : "text";
  }

  /** Refuses a single domain. */
  public Domains requireSeveral() {
    require(all.size() >= 2, DATA, "at least two domains", "only " + all.get(0).name());
    return this;
  }

  /**
   * Refuses domains on whose test rows no test could ever find anything.
   *
   * @param needed rows of each
   * @param tests how many are corrected for, for the sentence
   */
  public void requireTestRows(int needed, int tests) {
    for (Domain domain : all) {
      int rows = domain.data().test().rows().size();
      if (rows < needed) {
        throw Check.in(
            domain.data().test().path(),
            "must have at least "
                + needed
                + " rows of "
                + domain.name()
                + " for "
                + tests
                + " tests at 5 %, got "
                + rows);
      }
    }
  }

  /**
   * The heads that suit the label sets.
   *
   * @param chosen by the user; null leaves it to the labels: one head where all sets are the same,
   *     one each where no two have a label in common
   * @throws UserError when nothing was chosen and a label is in different sets
   */
  public HeadChoice heads(@Nullable HeadChoice chosen) {
    if (chosen != null) {
      return chosen;
    }
    if (all.stream().map(Domain::labels).distinct().count() == 1) {
      return HeadChoice.SHARED;
    }
    for (Domain one : all) {
      for (Domain other : all) {
        if (!one.labels().equals(other.labels())) {
          Set<String> common = new TreeSet<>(one.labels().names());
          common.retainAll(other.labels().names());
          if (!common.isEmpty()) {
            throw new UserError(
                "heads must be own or shared where one label is in different sets, got none:"
                    + " \""
                    + common.iterator().next()
                    + "\" is in "
                    + one.name()
                    + " and in "
                    + other.name());
          }
        }
      }
    }
    return HeadChoice.OWN;
  }

  /** How many there are. */
  public int size() {
    return all.size();
  }

  /** Their names, in order. */
  public List<String> names() {
    return all.stream().map(Domain::name).toList();
  }

  /**
   * The index of a domain.
   *
   * @param setting that named it, for the error
   * @param name of one of them
   */
  public int indexOf(String setting, String name) {
    int index = names().indexOf(name);
    require(index >= 0, setting, "of " + String.join(", ", names()), name);
    return index;
  }

  /** All rows of a split, domain after domain. */
  List<Row> rows(Split split) {
    return all.stream().flatMap(domain -> domain.data().split(split).rows().stream()).toList();
  }
}
