package io.haori.inference.task.spi;

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
  private final Task task;
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
   * Heads in a given order, for example as a file lists them.
   *
   * @param task what all heads are asked for
   * @param heads at least one; domains differ
   */
  public DomainLabels(Task task, List<Head> heads) {
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one head");
    }
    this.task = task;
    this.heads = List.copyOf(heads);
    for (int i = 0; i < heads.size(); i++) {
      if (indices.put(heads.get(i).domain(), i) != null) {
        throw new IllegalArgumentException("two heads for the domain " + heads.get(i).domain());
      }
    }
  }

  /**
   * One head that answers for every row.
   *
   * @param task what it is asked for
   * @param labels its classes
   * @return a single head without a domain's name
   */
  public static DomainLabels single(Task task, LabelSet labels) {
    return new DomainLabels(task, List.of(new Head("", labels)));
  }

  /**
   * The heads that rows call for, domains in ascending order.
   *
   * @param task that all labels of the rows are of
   * @param rows with a domain all or none
   * @return one head for each domain, or a single one
   */
  public static DomainLabels of(Task task, List<Row> rows) {
    return of(task, rows, null);
  }

  /** The same, where every head has given classes instead of those of its rows; null for these. */
  public static DomainLabels of(Task task, List<Row> rows, @Nullable LabelSet fixed) {
    Map<String, TreeSet<String>> classes = new TreeMap<>();
    for (Row row : rows) {
      TreeSet<String> names =
          classes.computeIfAbsent(row.domain() == null ? "" : row.domain(), d -> new TreeSet<>());
      if (row.label() != null) {
        names.addAll(row.label().names());
      }
    }
    return new DomainLabels(
        task,
        classes.entrySet().stream()
            .map(e -> new Head(e.getKey(), fixed == null ? LabelSet.of(e.getValue()) : fixed))
            .toList());
  }

  /** The same heads for a task that differs in how it answers alone. */
  public DomainLabels with(Task other) {
    return new DomainLabels(other, heads);
  }

  /** What all heads are asked for. */
  public Task task() {
    return task;
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
   * @return one a class, or 1 for a number
   */
  public int outputs(int head) {
    return task.outputs(heads.get(head).labels());
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
    return other instanceof DomainLabels o && o.task.equals(task) && o.heads.equals(heads);
  }

  @Override
  public int hashCode() {
    return heads.hashCode();
  }

  @Override
  public String toString() {
    return task.name() + " " + heads;
  }
}
