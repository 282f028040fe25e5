package io.haori.registry.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What two versions differ in. */
public final class VersionDiff {
  private VersionDiff() {}

  /**
   * One difference.
   *
   * @param what for example {@code setting, batch-size}
   * @param left of the first version, empty when it has none
   * @param right of the second version, empty when it has none
   */
  public record Difference(String what, String left, String right) {}

  /**
   * Compares two versions.
   *
   * @param left the first
   * @param right the second
   * @return nothing for what is equal
   */
  public static List<Difference> between(ModuleVersion left, ModuleVersion right) {
    Map<String, String> first = facts(left);
    Map<String, String> second = facts(right);
    TreeSet<String> all = new TreeSet<>(first.keySet());
    all.addAll(second.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String what : all) {
      String one = first.getOrDefault(what, "");
      String other = second.getOrDefault(what, "");
      if (!one.equals(other)) {
        differences.add(new Difference(what, one, other));
      }
    }
    return differences;
  }

  private static Map<String, String> facts(ModuleVersion version) {
    Map<String, String> facts = new TreeMap<>();
    Origin origin = version.origin();
    facts.put("author", version.author());
    facts.put("method", origin.method());
    facts.put("base", origin.baseName() + " " + origin.baseDigest());
    facts.put("code version", origin.codeVersion());
    facts.put("size in bytes", String.valueOf(version.bytes()));
    if (origin.seed() != null) {
      facts.put("seed", String.valueOf(origin.seed()));
    }
    origin.settings().forEach((name, value) -> facts.put("setting, " + name, value));
    origin.data().forEach((split, digest) -> facts.put("data, " + split, digest));
    origin
        .metrics()
        .forEach(
            (split, scores) ->
                scores.forEach(
                    (name, value) ->
                        facts.put("score, " + split + " " + name, String.valueOf(value))));
    version
        .parents()
        .forEach(parent -> facts.put("parent, " + parent.id(), parent.relation().word()));
    version.files().forEach(file -> facts.put("file, " + file.path(), file.blob().digest()));
    return facts;
  }
}
