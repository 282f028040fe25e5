package io.haori.benchmarks.serving;

import io.haori.inference.live.LiveModel;
import io.haori.inference.live.LiveSnapshot;
import io.haori.inference.router.Route;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What modules and mixes answer to some texts, computed in this process and not by the server. */
final class ExpectedAnswers {
  private static final int TEXTS = 24;
  private static final double TOLERANCE = 1e-3;
  private static final String[] WORDS =
      ("pump valve seal line pressure leak oil bar motor belt sensor heat noise stop check replace"
              + " filter bearing gauge drive")
          .split(" ", -1);

  private final List<String> texts = new ArrayList<>();
  private final Map<String, List<Prediction>> answers = new HashMap<>();

  ExpectedAnswers(SplittableRandom random) {
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder("order " + i);
      int words = 3 + random.nextInt(14);
      for (int word = 0; word < words; word++) {
        text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
      }
      texts.add(text.toString());
    }
  }

  List<String> texts() {
    return texts;
  }

  /**
   * Computes the answers of one module or mix.
   *
   * @param name by which they are found
   * @param live holds the modules
   * @param route through them
   */
  void compute(String name, LiveModel live, Route route) {
    try (LiveSnapshot snapshot = live.snapshot()) {
      List<Row> rows = texts.stream().map(text -> new Row(text, null, null, null, 1)).toList();
      answers.put(name, snapshot.pass(route).predict(rows));
    }
  }

  /**
   * Whether an answer is that of a module or mix.
   *
   * @param name of it
   * @param text number of the text
   * @param label that was answered
   * @param probability of it
   */
  boolean fits(String name, int text, String label, double probability) {
    List<Prediction> known = answers.get(name);
    if (known == null) {
      return false;
    }
    Double expected = known.get(text).probabilities().get(label);
    // Of two labels that are equally probable either may be the first.
    return expected != null
        && Math.abs(expected - probability) <= TOLERANCE
        && expected >= known.get(text).probability() - TOLERANCE;
  }
}
