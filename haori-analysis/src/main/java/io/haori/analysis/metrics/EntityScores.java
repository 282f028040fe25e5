package io.haori.analysis.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Scores of tagged words by entity, as seqeval's default mode counts: an entity is right when its
 * type, its first and its last word are. Plain tags, which mark no entities, are scored word by
 * word; the tag {@code O} is no entity there either.
 *
 * @param f1 of all entities together
 * @param precision share of the answered entities that are right
 * @param recall share of the entities that were found
 * @param macroF1 plain mean of the types' F1
 * @param wordAccuracy share of the words with the right tag
 * @param byClass one a type that occurs or is answered
 */
public record EntityScores(
    double f1,
    double precision,
    double recall,
    double macroF1,
    double wordAccuracy,
    List<ClassScore> byClass)
    implements Scores {
  /** Copies the list. */
  public EntityScores {
    byClass = List.copyOf(byClass);
  }

  /**
   * Counts.
   *
   * @param truth the right tags of each text
   * @param answered the answered tags, as many in each text
   * @param marked whether the tags mark entities, as {@link Entity#areMarked} says of all of them
   */
  public static EntityScores of(
      List<List<String>> truth, List<List<String>> answered, boolean marked) {
    Map<String, long[]> counts = new TreeMap<>();
    long words = 0;
    long rightWords = 0;
    for (int text = 0; text < truth.size(); text++) {
      Set<Entity> right = new HashSet<>(entities(truth.get(text), marked));
      List<Entity> said = entities(answered.get(text), marked);
      right.forEach(one -> of(counts, one)[2]++);
      for (Entity one : said) {
        of(counts, one)[1]++;
        of(counts, one)[0] += right.contains(one) ? 1 : 0;
      }
      for (int word = 0; word < truth.get(text).size(); word++) {
        words++;
        rightWords += truth.get(text).get(word).equals(answered.get(text).get(word)) ? 1 : 0;
      }
    }
    List<ClassScore> byClass = new ArrayList<>();
    long[] all = new long[3];
    counts.forEach(
        (type, of) -> {
          byClass.add(ClassScore.of(type, of[0], of[1], of[2]));
          for (int i = 0; i < all.length; i++) {
            all[i] += of[i];
          }
        });
    ClassScore together = ClassScore.of("", all[0], all[1], all[2]);
    return new EntityScores(
        together.f1(),
        together.precision(),
        together.recall(),
        byClass.stream().mapToDouble(ClassScore::f1).average().orElse(0),
        words == 0 ? 0 : (double) rightWords / words,
        byClass);
  }

  /**
   * What each text adds to both sides of {@link #f1}: twice its right entities, and those that
   * occur or are answered.
   *
   * @param truth the right tags of each text
   * @param answered the answered tags, as many in each text
   * @param marked as for {@link #of}
   * @return {@code [2][texts]}; the sum of the first over that of the second is F1
   */
  public static double[][] shares(
      List<List<String>> truth, List<List<String>> answered, boolean marked) {
    double[][] shares = new double[2][truth.size()];
    for (int text = 0; text < truth.size(); text++) {
      Set<Entity> right = new HashSet<>(entities(truth.get(text), marked));
      List<Entity> said = entities(answered.get(text), marked);
      shares[0][text] = 2 * said.stream().filter(right::contains).count();
      shares[1][text] = right.size() + said.size();
    }
    return shares;
  }

  private static List<Entity> entities(List<String> tags, boolean marked) {
    return marked ? Entity.of(tags) : Entity.ofWords(tags);
  }

  /** Right, answered and occurring entities of a type. */
  private static long[] of(Map<String, long[]> counts, Entity entity) {
    return counts.computeIfAbsent(entity.type(), type -> new long[3]);
  }

  @Override
  public Map<String, Double> byName() {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("f1", f1);
    scores.put("precision", precision);
    scores.put("recall", recall);
    scores.put("macroF1", macroF1);
    scores.put("wordAccuracy", wordAccuracy);
    return Collections.unmodifiableMap(scores);
  }

  @Override
  public double primary() {
    return f1;
  }
}
