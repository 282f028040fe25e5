package io.haori.training.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a model is to answer: one head a domain, each with its own label set. Data without domains,
 * or all of one domain, make a single head, which then answers for rows of any domain.
 */
public final class DomainLabels {
  private final TaskKind kind;
  private final List<Head> heads;
  private final Map<String, Integer> indices = new HashMap<>();

  /**
   * The answers to one domain's rows.
   *
   * @param domain its name; empty when the data name none
   * @param labels its classes; empty for a regression
   */
  public record Head(String domain, LabelSet labels) {}

  /**
   * Heads in a given order, for example as a file tells them.
   *
   * @param kind what all heads ask for
   * @param heads at least one; domains differ
   */
  public DomainLabels(TaskKind kind, List<Head> heads) {
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one head");
    }
    this.kind = kind;
    this.heads = List.copyOf(heads);
    for (int i = 0; i < heads.size(); i++) {
      if (indices.put(heads.get(i).domain(), i) != null) {
        throw new IllegalArgumentException("two heads for the domain " + heads.get(i).domain());
      }
    }
  }

  /**
   * One classification head that answers for every row.
   *
   * @param labels its classes
   * @return a single head without a domain's name
   */
  public static DomainLabels single(LabelSet labels) {
    return new DomainLabels(TaskKind.CLASSIFICATION, List.of(new Head("", labels)));
  }

  /**
   * The heads that rows call for, domains in ascending order.
   *
   * @param rows all with a label of the same kind; with a domain all or none
   * @return their domains and classes
   */
  static DomainLabels of(List<Row> rows) {
    return of(rows, null);
  }

  /** The same, where every head has given classes instead of those of its rows; null for these. */
  static DomainLabels of(List<Row> rows, @Nullable LabelSet fixed) {
    Map<String, TreeSet<String>> classes = new TreeMap<>();
    TaskKind kind = TaskKind.CLASSIFICATION;
    for (Row row : rows) {
      TreeSet<String> names =
          classes.computeIfAbsent(row.domain() == null ? "" : row.domain(), d -> new TreeSet<>());
      if (row.label() instanceof Label.ClassName name) {
        names.add(name.name());
      } else {
        kind = TaskKind.REGRESSION;
      }
    }
    return new DomainLabels(
        kind,
        classes.entrySet().stream()
            .map(e -> new Head(e.getKey(), fixed == null ? LabelSet.of(e.getValue()) : fixed))
            .toList());
  }

  /**
   * What all heads ask for.
   *
   * @return classification or regression
   */
  public TaskKind kind() {
    return kind;
  }

  /**
   * The heads by index.
   *
   * @return unmodifiable, at least one
   */
  public List<Head> heads() {
    return heads;
  }

  /**
   * How many heads there are.
   *
   * @return at least 1
   */
  public int size() {
    return heads.size();
  }

  /**
   * How many numbers a head gives out.
   *
   * @param head its index
   * @return one a class, or 1 for a regression
   */
  public int outputs(int head) {
    return kind == TaskKind.REGRESSION ? 1 : heads.get(head).labels().size();
  }

  /**
   * The head that answers for a row's domain.
   *
   * @param domain as the row has it, null when it has none
   * @return the head's index, or nothing when no head knows the domain
   */
  public OptionalInt headOf(@Nullable String domain) {
    if (heads.size() == 1) {
      return OptionalInt.of(0);
    }
    Integer index = domain == null ? null : indices.get(domain);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DomainLabels o && o.kind == kind && o.heads.equals(heads);
  }

  @Override
  public int hashCode() {
    return heads.hashCode();
  }

  @Override
  public String toString() {
    return kind + " " + heads;
  }
}
