package io.haori.training.pretrain;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.DataFile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Contrastive learning: two readings of a row, under different dropout, must find each other among
 * the batch's. Of the same text twice it is unsupervised SimCSE (Gao, Yao, Chen 2021, arXiv
 * 2104.08821); {@link Views} has the others.
 *
 * <pre>{@code
 * loss = mean over i of −log softmax(cos(u[i], v[·]) / 0.05)[i]
 * }</pre>
 *
 * The dropout is the base's own, on hidden states: in a module it would do nothing as long as B is
 * zero, and the two readings would be one. Negatives are the domain's own texts only.
 */
final class ContrastiveObjective implements Objective {
  private static final double TEMPERATURE = 0.05;

  private final TextBase base;
  private final PretrainSettings settings;
  private final Views views;

  ContrastiveObjective(TextBase base, PretrainSettings settings) {
    this(base, settings, Views.SAME);
  }

  ContrastiveObjective(TextBase base, PretrainSettings settings, Views views) {
    this.base = base;
    this.settings = settings;
    this.views = views;
  }

  @Override
  public String word() {
    return views.word();
  }

  @Override
  public String joined(DataFile file, Row row) {
    return views.joined(file, row);
  }

  @Override
  public boolean isLikelihood() {
    return false;
  }

  @Override
  public int readings() {
    return 2;
  }

  @Override
  public int vectors(DomainBatch batch) {
    return batch.tokens().rows();
  }

  @Override
  public TokenizedRows rows(List<String> texts, Tokenizer tokenizer) {
    return views.rows(texts, tokenizer, settings.maxLength());
  }

  @Override
  public DomainBatch batch(TokenizedRows rows, int[] index, long seed) {
    TokenBatch tokens = views.readings(rows, index, base.tokenizer(), seed);
    long[] seeds =
        LongStream.range(0, 2L * index.length)
            .map(i -> Seeds.of(seed, Purpose.READING, i / index.length, tokens.rowIndex()[(int) i]))
            .toArray();
    return new DomainBatch(
        tokens, tokens.tokens() / 2, new int[0], new int[0], new long[0], seeds, 1);
  }

  @Override
  public double[] losses(Tape tape, List<DomainBatch> batches, Adaptation adaptation) {
    JointBatch joint = new JointBatch(batches);
    int width = base.backbone().width();
    try (TextBatch texts = joint.texts(base.tokenizer().padId())) {
      Variable pooled =
          Pooling.AUTO
              .forComparison(base.backbone())
              .apply(
                  tape,
                  base.backbone(),
                  texts,
                  adaptation,
                  settings.gradientCheckpointing(),
                  joint.dropout(width, settings.dropout(), tape.dtype()));
      Variable losses =
          Differentiated.apply(
              tape, List.of(pooled), List.of(), in -> losses(in.get(0).to(DType.F32), batches));
      float[] values = losses.value().toFloats();
      if (tape.records()) {
        losses.accumulate(Tensors.full(1.0, DType.F32, values.length));
        tape.backwardFromGradients();
      }
      double[] doubles = new double[values.length];
      for (int i = 0; i < doubles.length; i++) {
        doubles[i] = values[i];
      }
      return doubles;
    }
  }

  /** {@code [domains]} from the vectors of all rows. */
  private static Tensor losses(Tensor vectors, List<DomainBatch> batches) {
    Tensor norms = vectors.square().sum(1, true).add(1e-12).sqrt();
    Tensor unit = vectors.div(norms);
    List<Tensor> losses = new ArrayList<>();
    long from = 0;
    for (DomainBatch batch : batches) {
      long texts = batch.tokens().rows() / 2;
      Tensor first = unit.narrow(0, from, texts);
      Tensor second = unit.narrow(0, from + texts, texts);
      Tensor own = Tensors.of(LongStream.range(0, texts).toArray(), texts, 1);
      Tensor scores = first.matmul(second.t()).mul(1 / TEMPERATURE);
      losses.add(scores.logSoftmax().gather(1, own).mean().mul(-1));
      from += 2 * texts;
    }
    return Tensors.stack(losses, 0);
  }
}
