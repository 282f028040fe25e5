package io.haori.analysis.payback;

import io.haori.analysis.payback.Payback.Sensitivity;
import io.haori.analysis.payback.Payback.Spread;
import io.haori.analysis.payback.Payback.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Draws everything uncertain many times: prices, volume and shares from their ranges, and the
 * model's answers by the Bayesian bootstrap (Rubin 1981) of the rows that it was scored on, with
 * half a right and half a wrong row more, as Jeffreys' prior has it: no wrong answer among thirty
 * is no proof that there will be none.
 *
 * <pre>{@code
 * monthly = volume · (cost of a text today − cost of a text with the model) − running
 * months = (setup + labels · label) / monthly, and never where monthly ≤ 0
 * }</pre>
 *
 * The same seed gives the same numbers.
 */
public final class PaybackSimulation {
  /** The usual number of draws. */
  public static final int DEFAULT_DRAWS = 2_000;

  private static final String ACCURACY = "accuracy";
  private static final double LOW = 0.1;
  private static final double HIGH = 0.9;

  private final HeldOutAnswers answers;
  private final HandOver handOver;
  private final Costs costs;
  private final int draws;
  private final Map<String, Range> ranges = new LinkedHashMap<>();
  private final String[] priceNames;

  /** Shares of the drawn numbers: one column a range, then one of the rows' cost. */
  private final double[][] shares;

  private final double[][] rowWeights;
  private final double[][] extraWeights;

  /**
   * Draws what is uncertain.
   *
   * @param answers of the model to rows that it has not seen
   * @param handOver which of them go to a person
   * @param costs of all of it
   * @param draws how often; at least 1
   * @param seed of the draws
   */
  public PaybackSimulation(
      HeldOutAnswers answers, HandOver handOver, Costs costs, int draws, long seed) {
    this.answers = answers;
    this.handOver = handOver;
    this.costs = costs;
    this.draws = draws;
    addRanges();
    priceNames = new String[answers.labels().size()];
    for (int label = 0; label < priceNames.length; label++) {
      String name = answers.labels().get(label);
      priceNames[label] = costs.wrongByLabel().containsKey(name) ? "wrong." + name : "wrong";
    }
    SplittableRandom random = new SplittableRandom(seed);
    shares = new double[draws][ranges.size()];
    rowWeights = new double[draws][answers.rows()];
    extraWeights = new double[draws][2];
    for (int draw = 0; draw < draws; draw++) {
      for (int i = 0; i < ranges.size(); i++) {
        shares[draw][i] = random.nextDouble();
      }
      for (int row = 0; row < answers.rows(); row++) {
        rowWeights[draw][row] = -Math.log(1 - random.nextDouble());
      }
      for (int i = 0; i < 2; i++) {
        double normal = random.nextGaussian();
        // Half of a squared normal number is a Gamma variable of shape 1/2.
        extraWeights[draw][i] = normal * normal / 2;
      }
    }
  }

  private void addRanges() {
    ranges.put("volume", costs.volume());
    ranges.put("today.right", costs.today().right());
    ranges.put("today.cost", costs.today().cost());
    ranges.put("person.right", costs.person().right());
    ranges.put("person.cost", costs.person().cost());
    ranges.put("right", costs.right());
    ranges.put("wrong", costs.wrong());
    costs.wrongByLabel().keySet().stream()
        .sorted()
        .forEach(label -> ranges.put("wrong." + label, costs.wrong(label)));
    ranges.put("label", costs.label());
    ranges.put("setup", costs.setup());
    ranges.put("running", costs.running());
    Costs.Work outsourcing = costs.outsourcing();
    if (outsourcing != null) {
      ranges.put("outsourcing.right", outsourcing.right());
      ranges.put("outsourcing.cost", outsourcing.cost());
    }
  }

  /** Runs it. */
  public Payback run() {
    double[] months = new double[draws];
    double[] monthly = new double[draws];
    double[] once = new double[draws];
    double[] today = new double[draws];
    double[] outsourced = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      Outcome outcome = outcome(values(draw, null, 0), weights(draw));
      months[draw] = outcome.months();
      monthly[draw] = outcome.monthly();
      once[draw] = outcome.once();
      today[draw] = outcome.today();
      outsourced[draw] = outcome.outsourced();
    }
    double within = within(months);
    Verdict verdict = Verdict.of(within);
    return new Payback(
        verdict,
        within,
        spread(months),
        spread(monthly),
        spread(once),
        spread(today),
        spread(outsourced),
        sensitivities(verdict));
  }

  /**
   * A draw's result.
   *
   * @param once what is paid once
   * @param monthly what is saved a month
   * @param today what the work costs a month today
   * @param outsourced what is saved a month over outsourcing
   */
  private record Outcome(double once, double monthly, double today, double outsourced) {
    double months() {
      return monthly > 0 ? once / monthly : once > 0 ? Double.POSITIVE_INFINITY : 0;
    }
  }

  private Map<String, Double> values(int draw, @Nullable String fixed, double share) {
    Map<String, Double> values = new LinkedHashMap<>();
    int column = 0;
    for (Map.Entry<String, Range> one : ranges.entrySet()) {
      double u = one.getKey().equals(fixed) ? share : shares[draw][column];
      values.put(one.getKey(), one.getValue().quantile(u));
      column++;
    }
    // Where nothing else is said, a person is who does the work today.
    if (costs.person().equals(costs.today())) {
      values.put("person.right", value(values, "today.right"));
      values.put("person.cost", value(values, "today.cost"));
    }
    return values;
  }

  private static double value(Map<String, Double> values, String name) {
    return values.getOrDefault(name, 0.0);
  }

  private double[] weights(int draw) {
    double[] all = Arrays.copyOf(rowWeights[draw], answers.rows() + 2);
    all[answers.rows()] = extraWeights[draw][0];
    all[answers.rows() + 1] = extraWeights[draw][1];
    double sum = Arrays.stream(all).sum();
    for (int i = 0; i < all.length; i++) {
      all[i] /= sum;
    }
    return all;
  }

  private Outcome outcome(Map<String, Double> values, double[] weights) {
    double worth = value(values, "right");
    double usualWrong = value(values, "wrong");
    double model = weights[answers.rows() + 1] * usualWrong - weights[answers.rows()] * worth;
    double price = (weights[answers.rows()] + weights[answers.rows() + 1]) * usualWrong;
    double personRight = value(values, "person.right");
    for (int row = 0; row < answers.rows(); row++) {
      double wrong = value(values, priceNames[answers.truth()[row]]);
      price += weights[row] * wrong;
      double cost;
      if (handOver.toPerson()[row]) {
        cost = value(values, "person.cost") + (1 - personRight) * wrong - personRight * worth;
      } else {
        cost = answers.isRight(row) ? -worth : wrong;
      }
      model += weights[row] * cost;
    }
    double volume = value(values, "volume");
    double today = others(values, "today", price, worth);
    double running = value(values, "running");
    double outsourced =
        costs.outsourcing() == null
            ? 0
            : volume * (others(values, "outsourcing", price, worth) - model) - running;
    return new Outcome(
        value(values, "setup") + costs.labels() * value(values, "label"),
        volume * (today - model) - running,
        volume * today,
        outsourced);
  }

  /** Cost of a text that others do, whose errors are spread over all labels alike. */
  private static double others(
      Map<String, Double> values, String name, double price, double worth) {
    double right = value(values, name + ".right");
    return value(values, name + ".cost") + (1 - right) * price - right * worth;
  }

  private double within(double[] months) {
    double limit = costs.withinMonths().likely();
    return Arrays.stream(months).filter(one -> one <= limit).count() / (double) months.length;
  }

  private static Spread spread(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(at(sorted, LOW), at(sorted, 0.5), at(sorted, HIGH));
  }

  /** A drawn value itself: between one that is finite and one that is not there is none. */
  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  private List<Sensitivity> sensitivities(Verdict verdict) {
    List<Sensitivity> all = new ArrayList<>();
    for (Map.Entry<String, Range> one : ranges.entrySet()) {
      if (one.getValue().isOpen()) {
        all.add(
            sensitivity(one.getKey(), verdict, within(one.getKey(), 0), within(one.getKey(), 1)));
      }
    }
    all.add(ofAccuracy(verdict));
    all.sort(
        Comparator.comparingDouble((Sensitivity one) -> -Math.abs(one.atHigh() - one.atLow())));
    return all;
  }

  private static Sensitivity sensitivity(
      String name, Verdict verdict, double atLow, double atHigh) {
    boolean changes = Verdict.of(atLow) != verdict || Verdict.of(atHigh) != verdict;
    return new Sensitivity(name, atLow, atHigh, changes);
  }

  private double within(String fixed, double share) {
    double[] months = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      months[draw] = outcome(values(draw, fixed, share), weights(draw)).months();
    }
    return within(months);
  }

  /** The draws of the rows with the fewest and with the most right answers. */
  private Sensitivity ofAccuracy(Verdict verdict) {
    Integer[] order = new Integer[draws];
    double[] right = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      order[draw] = draw;
      double[] weights = weights(draw);
      right[draw] = weights[answers.rows()];
      for (int row = 0; row < answers.rows(); row++) {
        right[draw] += answers.isRight(row) ? weights[row] : 0;
      }
    }
    Arrays.sort(order, Comparator.comparingDouble(draw -> right[draw]));
    double[] low = weights(order[(int) (LOW * (draws - 1))]);
    double[] high = weights(order[(int) (HIGH * (draws - 1))]);
    double[] atLow = new double[draws];
    double[] atHigh = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      Map<String, Double> values = values(draw, null, 0);
      atLow[draw] = outcome(values, low).months();
      atHigh[draw] = outcome(values, high).months();
    }
    return sensitivity(ACCURACY, verdict, within(atLow), within(atHigh));
  }
}
