package io.haori.server.round;

import static io.haori.core.check.Check.require;

import io.haori.server.problem.Refused;
import io.haori.training.federated.HandedIn;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which files the next step of a round takes, each with what it is called in sentences.
 *
 * @param federation whose newest round it is
 * @param number of the round
 */
record GatheredFiles(FederationFolder federation, int number) {
  /** Steps of a secure round, after each of which somebody collects. */
  private static final int STEPS = 3;

  private static final String COLLECTED = "what was collected";

  /** Of the newest round. */
  static GatheredFiles of(FederationFolder federation) {
    return new GatheredFiles(federation, federation.newest());
  }

  private @Nullable Path before() {
    return federation.collected(number);
  }

  private String awaited() {
    return HandedIn.awaited(federation.round(number), before());
  }

  private static int stepOf(@Nullable Path collected) {
    if (collected == null) {
      return 0;
    }
    String name = String.valueOf(collected.getFileName());
    return Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
  }

  /**
   * The step of a secure round that collects next, from 1.
   *
   * @throws Refused when all is collected
   */
  int step() {
    int step = stepOf(before()) + 1;
    if (step > STEPS) {
      throw Refused.conflict(
          "Round "
              + number
              + " of "
              + federation.name()
              + " has all of its steps; it waits for its merge");
    }
    return step;
  }

  /**
   * What that step collects.
   *
   * @param without sites that are left out
   */
  Map<Path, String> toCollect(List<String> without) {
    Map<Path, String> files = ofKind(awaited(), without);
    Path before = before();
    if (before != null) {
      files.put(before, COLLECTED);
    }
    return files;
  }

  /**
   * What is merged.
   *
   * @param without sites that are left out
   * @throws Refused when something is to be collected before
   */
  Map<Path, String> toMerge(List<String> without) {
    String awaited = awaited();
    if (awaited.equals(HandedIn.UPDATE)) {
      return ofKind(awaited, without);
    }
    Path collected = before();
    if (collected == null || stepOf(collected) < STEPS) {
      throw Refused.conflict(
          "Round "
              + number
              + " of "
              + federation.name()
              + " is secure and waits for "
              + awaited
              + "; collect before the merge");
    }
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(collected, COLLECTED);
    files.putAll(ofKind(HandedIn.MASKED, List.of()));
    files.putAll(ofKind(HandedIn.LAST, without));
    return files;
  }

  private Map<Path, String> ofKind(String kind, List<String> without) {
    List<SiteFile> all = federation.handedIn(number);
    List<String> sites = all.stream().map(SiteFile::site).distinct().toList();
    for (String site : without) {
      require(sites.contains(site), "without", "one of " + String.join(", ", sites), site);
    }
    Map<Path, String> files = new LinkedHashMap<>();
    for (SiteFile one : all) {
      if (one.kind().equals(kind) && !without.contains(one.site())) {
        files.put(one.in(federation.sites(number)), kind + " of " + one.site());
      }
    }
    if (files.isEmpty()) {
      throw Refused.conflict(
          "Round "
              + number
              + " of "
              + federation.name()
              + " waits for "
              + kind
              + ", which nobody has handed in");
    }
    return files;
  }
}
