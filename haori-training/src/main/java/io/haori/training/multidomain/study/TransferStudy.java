package io.haori.training.multidomain.study;

import io.haori.analysis.transfer.DomainAnswers;
import io.haori.analysis.transfer.Measure;
import io.haori.analysis.transfer.SampleKind;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.training.comparison.ComparisonListener;
import io.haori.training.data.Split;
import io.haori.training.multidomain.Domain;
import io.haori.training.multidomain.DomainSetLearner;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.Domains;
import io.haori.training.multidomain.FinishedDomainSet;
import io.haori.training.multidomain.PlannedDomainSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Models of several sets of domains with the same seeds, and what each gets right: what transfer
 * and interference are measured on.
 *
 * <pre>{@code
 * TransferStudy study = new TransferStudy(trainer, settings, List.of(42L, 43L, 44L));
 * study.want(study.alone());
 * study.want(List.of(study.all()));
 * if (study.run()) {
 *   DomainAnswers first = study.compare(0, List.of(0), study.all());
 * }
 * }</pre>
 */
public final class TransferStudy {
  private final DomainSetLearner trainer;
  private final Measure measure;
  private final DomainSetSettings settings;
  private final List<Long> seeds;
  private final Map<List<Integer>, List<PlannedDomainSet>> plans = new LinkedHashMap<>();
  private Map<String, FinishedDomainSet> finished = Map.of();

  /**
   * Prepares a study.
   *
   * @param trainer trains and keeps the models
   * @param settings of all of them; the seed is replaced
   * @param seeds of each set's models; at least one
   */
  public TransferStudy(DomainSetLearner trainer, DomainSetSettings settings, List<Long> seeds) {
    this(trainer, Measure.ACCURACY, settings, seeds);
  }

  /**
   * Prepares a study by some measure.
   *
   * @param trainer trains and keeps the models
   * @param measure of each row: whether it is answered right, or its loss
   * @param settings of all of them; the seed is replaced
   * @param seeds of each set's models; at least one
   */
  public TransferStudy(
      DomainSetLearner trainer, Measure measure, DomainSetSettings settings, List<Long> seeds) {
    this.trainer = trainer;
    this.measure = measure;
    this.settings = settings;
    this.seeds = List.copyOf(seeds);
  }

  /** Reports progress to this listener. */
  public TransferStudy listener(ComparisonListener listener) {
    trainer.listener(listener);
    return this;
  }

  /** The domains. */
  public Domains domains() {
    return trainer.domains();
  }

  /** What is measured of each row. */
  public Measure measure() {
    return measure;
  }

  /** The seeds. */
  public List<Long> seeds() {
    return seeds;
  }

  /** Each domain alone. */
  public List<List<Integer>> alone() {
    return all().stream().map(List::of).toList();
  }

  /** All domains together. */
  public List<Integer> all() {
    return IntStream.range(0, domains().size()).boxed().toList();
  }

  /** Every two domains together; a model of two shows the effect of each on the other. */
  public List<List<Integer>> pairs() {
    List<List<Integer>> pairs = new ArrayList<>();
    for (int one = 0; one < domains().size(); one++) {
      for (int other = one + 1; other < domains().size(); other++) {
        pairs.add(List.of(one, other));
      }
    }
    return pairs;
  }

  /** All domains but one. */
  public List<Integer> without(int domain) {
    return all().stream().filter(other -> other != domain).toList();
  }

  /** All domains but each one in turn. */
  public List<List<Integer>> allButOne() {
    return all().stream().map(this::without).toList();
  }

  /** Asks for models of these sets, one a seed. */
  public void want(List<List<Integer>> sets) {
    for (List<Integer> set : sets) {
      plans.computeIfAbsent(
          set.stream().sorted().toList(),
          key -> seeds.stream().map(seed -> trainer.plan(key, settings.withSeed(seed))).toList());
    }
  }

  /**
   * Trains what was asked for.
   *
   * @return false when it was stopped before all was done
   */
  public boolean run() {
    finished = trainer.run(wanted());
    return wanted().stream().allMatch(plan -> finished.containsKey(plan.digest()));
  }

  /** All models asked for. */
  public List<PlannedDomainSet> wanted() {
    return plans.values().stream().flatMap(List::stream).toList();
  }

  /** How many models are done. */
  public long done() {
    return wanted().stream()
        .map(PlannedDomainSet::digest)
        .distinct()
        .filter(finished::containsKey)
        .count();
  }

  /** The plans of a set, one a seed. */
  public List<PlannedDomainSet> plansOf(List<Integer> set) {
    return Objects.requireNonNull(plans.get(set.stream().sorted().toList()), "not asked for");
  }

  /**
   * The finished models of a set.
   *
   * @param set that was asked for
   * @return one a seed
   */
  public List<FinishedDomainSet> of(List<Integer> set) {
    return plansOf(set).stream()
        .map(plan -> Objects.requireNonNull(finished.get(plan.digest()), "not done"))
        .toList();
  }

  /**
   * What models of two sets make of one domain's rows, seed by seed.
   *
   * @param domain in both sets
   * @param independent the set that is compared with, usually the domain alone
   * @param joint the set that is looked at
   */
  public DomainAnswers compare(int domain, List<Integer> independent, List<Integer> joint) {
    return compare(Split.TEST, domain, independent, joint);
  }

  /**
   * The same on the rows of a split: what is chosen by the validation rows can be checked on the
   * test rows.
   *
   * @param split validation or test
   * @param domain in both sets
   * @param independent the set that is compared with
   * @param joint the set that is looked at
   */
  public DomainAnswers compare(
      Split split, int domain, List<Integer> independent, List<Integer> joint) {
    String name = domains().all().get(domain).name();
    return measure == Measure.LOSS
        ? new DomainAnswers(
            name, measure, scores(split, name, of(independent)), scores(split, name, of(joint)))
        : right(split, domain, independent, joint);
  }

  private DomainAnswers right(
      Split split, int domain, List<Integer> independent, List<Integer> joint) {
    return new DomainAnswers(
        domains().all().get(domain).name(),
        right(split, domain, of(independent)),
        right(split, domain, of(joint)));
  }

  /** Losses with their sign turned, so that more is better. */
  private double[][] scores(Split split, String domain, List<FinishedDomainSet> models) {
    double[][] scores = new double[models.size()][];
    for (int seed = 0; seed < scores.length; seed++) {
      scores[seed] = losses(models.get(seed), domain, split);
      for (int row = 0; row < scores[seed].length; row++) {
        scores[seed][row] = -scores[seed][row];
      }
    }
    return scores;
  }

  /** {@code [rows]} a copy of a model's losses. */
  double[] losses(FinishedDomainSet model, String domain, Split split) {
    return trainer.losses(model, domain, split).clone();
  }

  private boolean[][] right(Split split, int domain, List<FinishedDomainSet> models) {
    Domain data = domains().all().get(domain);
    List<Row> rows = data.data().split(split).rows();
    boolean[][] right = new boolean[models.size()][rows.size()];
    for (int seed = 0; seed < right.length; seed++) {
      List<String> predicted = models.get(seed).of(data.name()).of(split);
      for (int row = 0; row < rows.size(); row++) {
        right[seed][row] = predicted.get(row).equals(label(rows.get(row)));
      }
    }
    return right;
  }

  /**
   * A test sample that is of one kind under one or several seeds.
   *
   * @param domain its domain
   * @param text what is read
   * @param label what is right
   * @param independent what the model of the domain alone says under the first of these seeds, or
   *     its mean loss over all of them
   * @param joint what the model of all says under the same seed, or its mean loss
   * @param seeds how many there are
   */
  public record Sample(
      String domain, String text, String label, String independent, String joint, int seeds) {}

  /**
   * Samples of one kind in the model of all domains.
   *
   * @param domain whose test rows
   * @param kind what became of them
   * @return in the order of the rows
   */
  public List<Sample> samples(int domain, SampleKind kind) {
    if (measure == Measure.LOSS) {
      return byLoss(domain, kind == SampleKind.TRANSFER ? 1 : -1);
    }
    Domain one = domains().all().get(domain);
    DomainAnswers answers = right(Split.TEST, domain, List.of(domain), all());
    List<Row> rows = one.data().test().rows();
    List<Sample> samples = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      int count = 0;
      int first = -1;
      for (int seed = answers.seeds() - 1; seed >= 0; seed--) {
        if (answers.kind(seed, row) == kind) {
          count++;
          first = seed;
        }
      }
      if (count > 0) {
        samples.add(
            new Sample(
                one.name(),
                rows.get(row).text(),
                label(rows.get(row)),
                of(List.of(domain)).get(first).of(one.name()).predicted().get(row),
                of(all()).get(first).of(one.name()).predicted().get(row),
                count));
      }
    }
    return samples;
  }

  /** Rows whose loss falls, or rises with the sign −1, those first that it changes most for. */
  private List<Sample> byLoss(int domain, int sign) {
    Domain one = domains().all().get(domain);
    DomainAnswers answers = compare(domain, List.of(domain), all());
    List<Row> rows = one.data().test().rows();
    double[] gains = new double[rows.size()];
    for (int row = 0; row < gains.length; row++) {
      gains[row] = sign * (mean(answers.joint(), row) - mean(answers.independent(), row));
    }
    List<Sample> samples = new ArrayList<>();
    IntStream.range(0, gains.length)
        .filter(row -> gains[row] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(row -> -gains[row]))
        .forEach(
            row ->
                samples.add(
                    new Sample(
                        one.name(),
                        rows.get(row).text(),
                        label(rows.get(row)),
                        measure.text(mean(answers.independent(), row)),
                        measure.text(mean(answers.joint(), row)),
                        (int)
                            IntStream.range(0, answers.seeds())
                                .filter(
                                    seed ->
                                        sign * answers.joint()[seed][row]
                                            > sign * answers.independent()[seed][row])
                                .count())));
    return samples;
  }

  private static double mean(double[][] bySeed, int row) {
    return Arrays.stream(bySeed).mapToDouble(one -> one[row]).average().orElseThrow();
  }

  /** The right class of a row, or the right answer to a prompt. */
  static String label(Row row) {
    if (row.label() instanceof Label.ClassName name) {
      return name.name();
    }
    String answer = row.textPair();
    return answer == null ? "" : answer.strip();
  }
}
