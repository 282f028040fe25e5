package io.haori.training.multidomain.study;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.Split;
import io.haori.training.multidomain.DomainRows;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.multidomain.HeadChoice;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How alike domains are, without training any two together: their gradients at a common start, the
 * subspaces of their own modules, their texts' vectors.
 *
 * @param base stays unchanged
 * @param rows of all domains
 * @param settings of the models that would be trained; the seed is used
 */
public record Similarity(TextBase base, DomainRows rows, DomainSetSettings settings)
    implements Alikeness {
  /** Rows of each domain that are looked at: more move the figures by little. */
  private static final int MOST_ROWS = 256;

  private static final int BATCH = 32;
  private static final int HEAD_STEPS = 100;

  @Override
  public List<double[][]> vectors() {
    List<double[][]> all = new ArrayList<>();
    for (int domain = 0; domain < rows.domains().size(); domain++) {
      TokenizedRows texts = rows.tokens(Split.TRAIN).select(some(domain));
      double[][] vectors = new double[texts.size()][];
      try (Scope scope = Scope.open()) {
        TextOptions options = settings.tune().text();
        float[] flat = TextVectors.of(base, Adaptation.NONE, options, texts).toFloats();
        int width = flat.length / vectors.length;
        for (int row = 0; row < vectors.length; row++) {
          double[] vector = new double[width];
          for (int k = 0; k < width; k++) {
            vector[k] = flat[row * width + k];
          }
          vectors[row] = vector;
        }
      }
      all.add(vectors);
    }
    return all;
  }

  /** {@inheritDoc} Heads were fitted to the frozen vectors before. */
  @Override
  public double[][] gradientCosines(List<double[][]> vectors) {
    long seed = settings.tune().loop().seed();
    int count = rows.domains().size();
    float[][] gradients = new float[count][];
    try (AdapterModule module =
        AdapterModule.create(
            "task",
            settings.tune().method(),
            base.backbone(),
            new SplittableRandom(Seeds.of(seed, Purpose.START)))) {
      for (int domain = 0; domain < count; domain++) {
        try (Heads heads = fitted(domain, vectors.get(domain), seed)) {
          gradients[domain] = gradient(domain, module, heads);
        }
      }
    }
    return cosines(gradients);
  }

  /** {@code [n][n]} cosines of vectors; 0 for one of length 0. */
  static double[][] cosines(float[][] vectors) {
    int count = vectors.length;
    double[][] cosines = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        double norms = Math.sqrt(dot(vectors[i], vectors[i]) * dot(vectors[j], vectors[j]));
        cosines[i][j] = norms == 0 ? 0 : dot(vectors[i], vectors[j]) / norms;
      }
    }
    return cosines;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  private Heads fitted(int domain, double[][] vectors, long seed) {
    List<Integer> only = List.of(domain);
    DomainLabels labels = rows.labels(only, HeadChoice.OWN);
    Targets targets = rows.targets(Split.TRAIN, only, labels);
    int[] index = some(domain);
    int width = vectors[0].length;
    Heads heads =
        Heads.create(
            labels,
            width,
            head ->
                new SplittableRandom(
                    Seeds.of(
                        Seeds.ofDomain(seed, rows.domains().all().get(domain).name()),
                        Purpose.START)));
    float[] flat = new float[index.length * width];
    for (int i = 0; i < index.length; i++) {
      for (int k = 0; k < width; k++) {
        flat[i * width + k] = (float) vectors[i][k];
      }
    }
    int[] places = IntStream.range(0, index.length).toArray();
    try (Scope scope = Scope.open();
        AdamW optimizer =
            new AdamW(
                AdamWConfig.DEFAULT.withLearningRate(1e-2),
                List.of(ParameterGroup.of("heads", heads.parameters())))) {
      Tensor matrix = Tensors.of(flat, index.length, width);
      for (int step = 0; step < HEAD_STEPS; step++) {
        optimizer.zeroGradients();
        try (Scope inner = Scope.open();
            Tape tape = Tape.recording(DType.F32, 0)) {
          Variable loss =
              Differentiated.apply(
                  tape,
                  List.of(tape.constant(matrix)),
                  heads.parameters(),
                  in ->
                      heads
                          .lossSum(0, in.subList(1, 3), in.get(0), targets, index, places)
                          .mul(1.0 / index.length));
          tape.backward(loss);
        }
        optimizer.step(1e-2);
      }
    }
    return heads;
  }

  private float[] gradient(int domain, AdapterModule module, Heads heads) {
    int[] index = some(domain);
    Targets targets =
        rows.targets(Split.TRAIN, List.of(domain), rows.labels(List.of(domain), HeadChoice.OWN));
    List<TrainedParameter> parameters = module.parameters();
    parameters.forEach(one -> one.parameter().gradient().zeroInPlace());
    int[] lengths = rows.tokens(Split.TRAIN).lengths();
    int[] ours = IntStream.of(index).map(row -> lengths[row]).toArray();
    for (int[] batch : BatchPlan.evaluation(ours, BATCH).batches()) {
      int[] part = IntStream.of(batch).map(i -> index[i]).toArray();
      int[] places = IntStream.range(0, part.length).toArray();
      try (Scope scope = Scope.open();
          Tape tape = Tape.recording(settings.tune().text().precision(), 0);
          TextBatch texts = texts(part)) {
        Variable pooled = pooled(tape, texts, module);
        Variable loss =
            Differentiated.apply(
                tape,
                List.of(pooled),
                heads.parameters(),
                in ->
                    heads.lossSum(
                        0, in.subList(1, 3), in.get(0).to(DType.F32), targets, part, places));
        tape.backward(loss);
      }
    }
    int size = (int) parameters.stream().mapToLong(one -> one.parameter().count()).sum();
    float[] all = new float[size];
    int at = 0;
    for (TrainedParameter one : parameters) {
      float[] values = one.parameter().gradient().toFloats();
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return all;
  }

  /**
   * How far the updates of the domains' own modules lie in the same directions: the mean squared
   * cosine of the principal angles between the column spaces, and between the row spaces, of {@code
   * B A}, over the layers that two modules have in common (Björck and Golub 1973).
   *
   * @param modules one a domain, all low-rank
   * @return {@code [domains][domains]} in [0, 1]
   */
  public static double[][] subspaces(List<AdapterModule> modules) {
    int count = modules.size();
    double[][] alike = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j <= i; j++) {
        alike[i][j] = alike(modules.get(i), modules.get(j));
        alike[j][i] = alike[i][j];
      }
    }
    return alike;
  }

  private static double alike(AdapterModule one, AdapterModule other) {
    double sum = 0;
    int layers = 0;
    for (String slot : one.layers().keySet()) {
      AdaptedLinear second = other.layers().get(slot);
      if (second != null) {
        LowRankUpdate first = lowRank(one, one.layers().get(slot));
        LowRankUpdate next = lowRank(other, second);
        try (Scope scope = Scope.open()) {
          sum += overlap(first.up(), next.up()) / 2;
          sum += overlap(first.down().t(), next.down().t()) / 2;
        }
        layers++;
      }
    }
    if (layers == 0) {
      throw new UserError(
          "modules must be modules with layers in common, got "
              + one.name()
              + " and "
              + other.name());
    }
    return sum / layers;
  }

  private static LowRankUpdate lowRank(AdapterModule module, @Nullable AdaptedLinear layer) {
    if (layer instanceof LowRankUpdate update) {
      return update;
    }
    throw new UserError(
        "modules must be modules with low-rank updates, got the method " + module.method().name());
  }

  /** Mean squared cosine of the principal angles between the columns' spans. */
  private static double overlap(Tensor one, Tensor other) {
    Tensor first = Decompositions.qr(one.contiguous()).q();
    Tensor second = Decompositions.qr(other.contiguous()).q();
    double squares = first.t().matmul(second).square().sum().item();
    return squares / Math.min(first.size(1), second.size(1));
  }

  private int[] some(int domain) {
    int[] all = rows.of(Split.TRAIN, domain);
    return Arrays.copyOf(all, Math.min(MOST_ROWS, all.length));
  }

  private TextBatch texts(int[] index) {
    TokenizedRows tokens = rows.tokens(Split.TRAIN);
    return TextPass.batch(tokens.batch(index));
  }

  private Variable pooled(Tape tape, TextBatch texts, Adaptation adaptation) {
    return settings.tune().text().pooling().apply(tape, base.backbone(), texts, adaptation, false);
  }
}
