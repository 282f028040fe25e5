package io.haori.registry;

import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.lifecycle.RecordedEvaluation;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What two versions differ in. */
public final class VersionDiff {
  private VersionDiff() {}

  /**
   * One difference.
   *
   * @param kind for example {@code setting}
   * @param name for example {@code batchSize}; empty where the kind says all
   * @param left of the first version, null when it has none
   * @param right of the second version, null when it has none
   */
  public record Difference(
      String kind, String name, @Nullable String left, @Nullable String right) {
    /** Kind and name in a few words, for example {@code setting, batchSize}. */
    public String what() {
      return name.isEmpty() ? kind : kind + ", " + name;
    }
  }

  /** What a fact is about; the order is that of the differences. */
  private record Subject(String kind, String name) implements Comparable<Subject> {
    @Override
    public int compareTo(Subject other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : name.compareTo(other.name);
    }
  }

  /**
   * One side of a comparison.
   *
   * @param view the version and its status
   * @param evaluations what was measured of it, in the order of time
   */
  public record Side(VersionView view, List<RecordedEvaluation> evaluations) {
    /** Keeps the list from being changed. */
    public Side {
      evaluations = List.copyOf(evaluations);
    }
  }

  /**
   * Compares two versions.
   *
   * @param left the first
   * @param right the second
   * @return nothing for what is equal
   */
  public static List<Difference> between(Side left, Side right) {
    Map<Subject, String> first = facts(left);
    Map<Subject, String> second = facts(right);
    TreeSet<Subject> all = new TreeSet<>(first.keySet());
    all.addAll(second.keySet());
    List<Difference> differences = new ArrayList<>();
    for (Subject what : all) {
      @Nullable String one = first.get(what);
      @Nullable String other = second.get(what);
      if (!Objects.equals(one, other)) {
        differences.add(new Difference(what.kind(), what.name(), one, other));
      }
    }
    return differences;
  }

  private static Map<Subject, String> facts(Side side) {
    Map<Subject, String> facts = new TreeMap<>();
    ModuleVersion version = side.view().version();
    Origin origin = version.origin();
    put(facts, "state", "", side.view().status().state().word());
    side.view().live().forEach(target -> put(facts, "live", target.alias(), "yes"));
    put(facts, "author", "", version.author());
    put(facts, "method", "", origin.method());
    put(facts, "base", "", origin.baseName() + " " + origin.baseDigest());
    put(facts, "code version", "", origin.codeVersion());
    put(facts, "size in bytes", "", String.valueOf(version.bytes()));
    if (origin.seed() != null) {
      put(facts, "seed", "", String.valueOf(origin.seed()));
    }
    origin.settings().forEach((name, value) -> put(facts, "setting", name, value));
    origin.data().forEach((split, digest) -> put(facts, "data", split, digest));
    origin
        .metrics()
        .forEach(
            (split, scores) -> scores.forEach((n, v) -> put(facts, "score", split + " " + n, v)));
    // Of what was measured twice, the last counts, as for a rule.
    for (RecordedEvaluation recorded : side.evaluations()) {
      Evaluation one = recorded.evaluation();
      String data = one.dataName() + " (" + one.split() + ") ";
      one.scores().forEach((name, value) -> put(facts, "measured", data + name, value));
    }
    version
        .parents()
        .forEach(parent -> put(facts, "parent", parent.id().toString(), parent.relation().word()));
    version.files().forEach(file -> put(facts, "file", file.path(), file.blob().digest()));
    return facts;
  }

  private static void put(Map<Subject, String> facts, String kind, String name, Object value) {
    facts.put(new Subject(kind, name), String.valueOf(value));
  }
}
