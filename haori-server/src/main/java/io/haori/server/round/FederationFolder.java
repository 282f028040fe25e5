package io.haori.server.round;

import io.haori.core.files.FileFailures;
import io.haori.core.json.JsonFile;
import io.haori.registry.name.ModuleName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of one federation: in a folder for each number {@code round}, as {@code federate init}
 * and {@code federate merge} write it, {@code sites} with what sites handed in, and in a secure
 * round {@code all.1} to {@code all.3}, what was collected.
 *
 * @param name whose roles count for it
 * @param folder of all rounds
 */
record FederationFolder(ModuleName name, Path folder) {
  private static final String ROUND = "round";
  private static final String COLLECTED = "all.";
  private static final int STEPS = 3;
  private static final long MOST_BYTES = 100_000;

  /** Number of the newest round; -1 where there is none. */
  int newest() {
    if (!Files.isDirectory(folder)) {
      return -1;
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(one -> String.valueOf(one.getFileName()))
          .filter(one -> one.matches("\\d{1,6}"))
          .mapToInt(Integer::parseInt)
          .filter(number -> Files.isDirectory(round(number)))
          .max()
          .orElse(-1);
    } catch (IOException e) {
      throw FileFailures.unreadable(folder, e);
    }
  }

  /** The folder of a round that all sites get. */
  Path round(int number) {
    return folder.resolve(String.valueOf(number)).resolve(ROUND);
  }

  /** Where what sites hand in for a round is. */
  Path sites(int number) {
    return folder.resolve(String.valueOf(number)).resolve("sites");
  }

  /** What is collected at a step of a secure round, from 1. */
  Path collected(int number, int step) {
    return folder.resolve(String.valueOf(number)).resolve(COLLECTED + step);
  }

  /** What was collected last; null for nothing. */
  @Nullable Path collected(int number) {
    return IntStream.rangeClosed(1, STEPS)
        .mapToObj(step -> collected(number, step))
        .filter(Files::isRegularFile)
        .reduce((before, after) -> after)
        .orElse(null);
  }

  /** What sites have handed in for a round, by time. */
  List<SiteFile> handedIn(int number) {
    Path sites = sites(number);
    if (!Files.isDirectory(sites)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(sites)) {
      return all.filter(one -> String.valueOf(one.getFileName()).endsWith(".json"))
          .map(one -> SiteFile.of(JsonFile.readObject(one, MOST_BYTES)))
          .sorted(Comparator.comparing(SiteFile::at).thenComparing(SiteFile::site))
          .toList();
    } catch (IOException e) {
      throw FileFailures.unreadable(sites, e);
    }
  }
}
