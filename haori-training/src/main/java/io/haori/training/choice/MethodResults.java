package io.haori.training.choice;

import io.haori.training.choice.MethodRule.Situation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What ways of fitting got on this project's sets, as docs/STUDIES.md and BENCHMARKS.md have it.
 */
public final class MethodResults {
  private static final String FILE = "method-results.csv";
  private static final int FIRST_WAY = 5;
  private static final double PERCENT = 100;

  private MethodResults() {}

  /**
   * One set.
   *
   * @param set its name
   * @param situation what it is like
   * @param accuracy by way, on test rows, mean over seeds
   */
  public record Measured(String set, Situation situation, Map<String, Double> accuracy) {
    /** Copies the map. */
    public Measured {
      accuracy = Map.copyOf(accuracy);
    }
  }

  /** All of them. */
  public static List<Measured> all() {
    List<Measured> all = new ArrayList<>();
    try (InputStream in =
            Objects.requireNonNull(MethodResults.class.getResourceAsStream(FILE), FILE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<String> header = List.of();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> cells = List.of(line.split(",", -1));
        if (line.startsWith("#")) {
          continue;
        }
        if (header.isEmpty()) {
          header = cells;
        } else {
          all.add(measured(header, cells));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** All ways that were measured somewhere. */
  public static Set<String> ways() {
    Set<String> ways = new TreeSet<>();
    all().forEach(one -> ways.addAll(one.accuracy().keySet()));
    return ways;
  }

  private static Measured measured(List<String> header, List<String> cells) {
    Map<String, Double> accuracy = new TreeMap<>();
    for (int column = FIRST_WAY; column < header.size() - 1; column++) {
      if (!cells.get(column).isEmpty()) {
        accuracy.put(header.get(column), share(cells.get(column)));
      }
    }
    return new Measured(
        cells.get(0),
        new Situation(
            Integer.parseInt(cells.get(1)),
            Integer.parseInt(cells.get(2)),
            share(cells.get(3)),
            share(cells.get(4))),
        accuracy);
  }

  private static double share(String percent) {
    return Double.parseDouble(percent) / PERCENT;
  }
}
