package io.haori.training.multidomain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** How much each domain counts. */
class WeightingTest {
  private static final int[] ROWS = {100, 300};
  private static final Offset<Double> CLOSE = within(1e-6);

  private static double[] first(Weighting weighting) {
    try (DomainWeights weights = new DomainWeights(weighting, 2, ROWS)) {
      return weights.now();
    }
  }

  @Test
  void uniformWeightsMakeDomainsEqualAndSizeWeightsRows() {
    assertThat(first(Weighting.UNIFORM)).containsExactly(2.0, 2.0 / 3);
    assertThat(first(Weighting.DWA)).containsExactly(2.0, 2.0 / 3);
    assertThat(first(Weighting.PCGRAD)).containsExactly(2.0, 2.0 / 3);
    assertThat(first(Weighting.UNCERTAINTY)).containsExactly(2.0, 2.0 / 3);
    assertThat(first(Weighting.SIZE)).containsExactly(1.0, 1.0);
    assertThat(first(Weighting.TEMPERATURE)).containsExactly(1.0, 1.0);
  }

  @Test
  void dynamicWeightsFavourTheDomainWhoseLossFallsMoreSlowly() {
    try (DomainWeights weights = new DomainWeights(Weighting.DWA, 2, new int[] {50, 50})) {
      epoch(weights, 2.0, 2.0);
      assertThat(weights.now()).containsExactly(1.0, 1.0);
      epoch(weights, 1.0, 1.8);

      // 2 · softmax(0.5 / 2, 0.9 / 2)
      double one = Math.exp(0.25);
      double other = Math.exp(0.45);
      assertThat(weights.now()[0]).isCloseTo(2 * one / (one + other), CLOSE);
      assertThat(weights.now()[1]).isCloseTo(2 * other / (one + other), CLOSE);
    }
  }

  private static void epoch(DomainWeights weights, double one, double other) {
    weights.step(new double[] {10 * one, 10 * other}, new int[] {10, 10});
    weights.endEpoch();
  }

  @Test
  void theGradientOfLearntNoiseIsThatOfKendallsLoss() {
    try (DomainWeights weights = new DomainWeights(Weighting.UNCERTAINTY, 2, ROWS)) {
      double[] sums = {6.0, 9.0};
      int[] rows = {4, 12};
      weights.step(sums, rows);

      float[] gradient = weights.parameter().orElseThrow().gradient().toFloats();
      for (int i = 0; i < 2; i++) {
        double step = 1e-4;
        double up = kendall(i, step, sums[i], rows[i]);
        double down = kendall(i, -step, sums[i], rows[i]);
        assertThat((double) gradient[i]).isCloseTo((up - down) / (2 * step), CLOSE);
      }
    }
  }

  /** exp(−s) · weighted loss + s/2, for the share of the batch of 16 that is the domain's. */
  private static double kendall(int domain, double s, double sum, int rows) {
    double base = domain == 0 ? 2.0 : 2.0 / 3;
    return base * (Math.exp(-s) * sum + s / 2 * rows) / 16;
  }

  @Test
  void drawnRowsFollowTheTemperature() {
    assertThat(DomainSetPlan.shares(new int[] {100, 900}, 1)).containsExactly(100, 900);
    assertThat(DomainSetPlan.shares(new int[] {100, 900}, 2)).containsExactly(250, 750);
    int[] equal = DomainSetPlan.shares(new int[] {100, 900}, 1e6);
    assertThat(equal[0]).isEqualTo(500);
    assertThat(DomainSetPlan.shares(new int[] {5, 10_000}, 3)[0]).isGreaterThan(700);
  }

  @Property(tries = 100)
  void drawnRowsAreAsManyAsThereAre(
      @ForAll @IntRange(min = 1, max = 9) int domains, @ForAll long seed) {
    int[] sizes = new Random(seed).ints(domains, 10, 2_000).toArray();
    int[] shares = DomainSetPlan.shares(sizes, 2);
    assertThat(Arrays.stream(shares).sum()).isEqualTo(Arrays.stream(sizes).sum());
    assertThat(Arrays.stream(shares).min().orElseThrow()).isPositive();
  }

  @Property(tries = 200)
  void surgeryGivesWhatProjectingTheGradientsGives(
      @ForAll @IntRange(min = 1, max = 6) int count, @ForAll long seed) {
    Random random = new Random(seed);
    double[][] gradients = new double[count][9];
    for (double[] gradient : gradients) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = random.nextGaussian();
      }
    }
    double[][] products = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        products[i][j] = dot(gradients[i], gradients[j]);
      }
    }

    double[] weights = GradientSurgery.weights(products, new SplittableRandom(seed));

    double[] wanted = projected(gradients, new SplittableRandom(seed));
    for (int place = 0; place < wanted.length; place++) {
      double made = 0;
      for (int i = 0; i < count; i++) {
        made += weights[i] * gradients[i][place];
      }
      assertThat(made).isCloseTo(wanted[place], within(1e-9));
    }
  }

  /** Algorithm 1 of the paper on the gradients themselves. */
  private static double[] projected(double[][] gradients, SplittableRandom random) {
    double[] sum = new double[gradients[0].length];
    for (int own = 0; own < gradients.length; own++) {
      double[] mine = gradients[own].clone();
      int[] order = new int[gradients.length];
      for (int i = 0; i < order.length; i++) {
        int place = random.nextInt(i + 1);
        order[i] = order[place];
        order[place] = i;
      }
      for (int other : order) {
        double against = dot(mine, gradients[other]);
        if (other != own && against < 0) {
          double norm = dot(gradients[other], gradients[other]);
          for (int i = 0; i < mine.length; i++) {
            mine[i] -= against / norm * gradients[other][i];
          }
        }
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += mine[i];
      }
    }
    return sum;
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  @Test
  void gradientsWithoutConflictStayAsTheyAre() {
    double[][] products = {{4, 1, 0}, {1, 9, 2}, {0, 2, 1}};
    assertThat(GradientSurgery.weights(products, new SplittableRandom(1))).containsExactly(1, 1, 1);
  }

  @Test
  void anUnknownWeightingIsNamed() {
    assertThatThrownBy(() -> Weighting.parse("--weighting", "fair"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "--weighting must be one of uniform, size, temperature, uncertainty, dwa, pcgrad, got"
                + " fair");
  }
}
