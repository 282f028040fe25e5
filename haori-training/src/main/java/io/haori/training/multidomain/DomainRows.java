package io.haori.training.multidomain;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.training.data.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The rows of all domains as tokens, domain after domain, made once for any number of runs. A row's
 * number counts through all domains.
 */
public final class DomainRows {
  private final Domains domains;
  private final int maxLength;
  private final Map<Split, TokenizedRows> tokens = new EnumMap<>(Split.class);
  private final Map<Split, int[]> starts = new EnumMap<>(Split.class);

  /**
   * Tokenises all rows.
   *
   * @param domains what is learnt
   * @param reader of the base; not kept
   * @param maxLength tokens of a row at most
   */
  public DomainRows(Domains domains, RowReader reader, int maxLength) {
    this.domains = domains;
    this.maxLength = maxLength;
    for (Split split : Split.values()) {
      tokens.put(split, reader.read(domains.rows(split), maxLength));
      int[] start = new int[domains.size() + 1];
      for (int domain = 0; domain < domains.size(); domain++) {
        start[domain + 1] =
            start[domain] + domains.all().get(domain).data().split(split).rows().size();
      }
      starts.put(split, start);
    }
  }

  /** What is learnt. */
  public Domains domains() {
    return domains;
  }

  /** Tokens of a row at most. */
  public int maxLength() {
    return maxLength;
  }

  /** Tokens of all rows of a split. */
  public TokenizedRows tokens(Split split) {
    return get(tokens, split);
  }

  /** How many rows a domain has in a split. */
  public int count(Split split, int domain) {
    int[] start = get(starts, split);
    return start[domain + 1] - start[domain];
  }

  /** Numbers of a domain's rows in a split, ascending. */
  public int[] of(Split split, int domain) {
    int[] start = get(starts, split);
    return IntStream.range(start[domain], start[domain + 1]).toArray();
  }

  /** The domain of a row. */
  public int domainOf(Split split, int row) {
    int[] start = get(starts, split);
    int domain = 0;
    while (row >= start[domain + 1]) {
      domain++;
    }
    return domain;
  }

  /** Tokens of some domains' rows of a split. */
  long tokensOf(Split split, List<Integer> some) {
    int[] lengths = tokens(split).lengths();
    return some.stream()
        .mapToLong(domain -> IntStream.of(of(split, domain)).mapToLong(row -> lengths[row]).sum())
        .sum();
  }

  /**
   * The heads of a model.
   *
   * @param some its domains
   * @param choice whether they share one
   */
  public DomainLabels labels(List<Integer> some, HeadChoice choice) {
    List<Domain> ours = some.stream().map(domains.all()::get).toList();
    if (choice == HeadChoice.SHARED) {
      return DomainLabels.single(
          TaskCatalogue.CLASSIFICATION,
          LabelSet.of(ours.stream().flatMap(domain -> domain.labels().names().stream()).toList()));
    }
    return new DomainLabels(
        TaskCatalogue.CLASSIFICATION,
        ours.stream()
            .map(domain -> new DomainLabels.Head(domain.name(), domain.labels()))
            .toList());
  }

  /**
   * What the rows of a split are to be answered with.
   *
   * @param split whose rows
   * @param some domains of the model; the answers of other rows are all 0
   * @param labels its heads
   */
  public Targets targets(Split split, List<Integer> some, DomainLabels labels) {
    int all = tokens(split).size();
    int[] heads = new int[all];
    int[] classes = new int[all];
    for (int domain : some) {
      String name = domains.all().get(domain).name();
      int head = labels.headOf(name).orElseThrow();
      LabelSet set = labels.heads().get(head).labels();
      List<Row> rows = domains.all().get(domain).data().split(split).rows();
      int[] numbers = of(split, domain);
      for (int i = 0; i < numbers.length; i++) {
        Label label = Objects.requireNonNull(rows.get(i).label());
        heads[numbers[i]] = head;
        // A label that training lacks is a class that the head does not have: always an error.
        classes[numbers[i]] = set.indexOf(((Label.ClassName) label).name()).orElse(set.size());
      }
    }
    return Targets.ofClasses(heads, classes, List.of());
  }

  private static <T> T get(Map<Split, T> map, Split split) {
    return Objects.requireNonNull(map.get(split));
  }

  /** Copies of the domains' indices in the order of their names. */
  List<Integer> byName(List<Integer> some) {
    List<Integer> sorted = new ArrayList<>(some);
    sorted.sort(Comparator.comparing(domain -> domains.all().get(domain).name()));
    return sorted;
  }
}
