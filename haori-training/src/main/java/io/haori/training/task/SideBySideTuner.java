package io.haori.training.task;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Routing;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextPass;
import io.haori.inference.tokens.TokenBatch;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Engine;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.SelectRows;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.loop.SideBySideLoop;
import io.haori.training.loop.SideBySideLoop.Wanted;
import io.haori.training.loop.TrainingResult;
import io.haori.training.sidebyside.PassPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Several fits at once: the base reads the batches of all of them in one pass, in which each row
 * meets the module of its own fit. Every fit is what {@link Tuner} makes of the same settings, up
 * to rounding.
 *
 * <p>Fits that cannot share a pass are made one after another: methods that train the base or learn
 * in stages or at two levels, with dropout, and those in which nothing but heads is trained.
 */
public final class SideBySideTuner {
  /**
   * One of the fits.
   *
   * @param settings what was chosen
   * @param start a stored model that it starts from; null for a new one
   * @param frozen what the untrained model gives for the training rows; null to compute it
   * @param rows tokens of the same base and length
   */
  public record Fit(
      TuneSettings settings,
      @Nullable StoredStart start,
      @Nullable FrozenVectors frozen,
      TokenizedDataset rows) {}

  private final TextBase base;
  private final BooleanSupplier stopRequested;
  private LoopListener listener = LoopListener.SILENT;

  /**
   * A tuner.
   *
   * @param base stays open
   * @param stopRequested asked before every step
   */
  public SideBySideTuner(TextBase base, BooleanSupplier stopRequested) {
    this.base = base;
    this.stopRequested = stopRequested;
  }

  /** Reports how the first fit goes; those that share its passes are as far. */
  public SideBySideTuner listener(LoopListener newListener) {
    listener = newListener;
    return this;
  }

  /**
   * Whether fits may share passes.
   *
   * @param settings of a fit
   */
  public static boolean shares(TuneSettings settings) {
    return !settings.method().trainsBase()
        && settings.method().builtOn().isEmpty()
        && settings.method().strategy() instanceof TrainingStrategy.Plain
        && !settings.gradientCheckpointing()
        && settings.method().settings().getOrDefault("dropout", 0.0) instanceof Number dropout
        && dropout.doubleValue() == 0;
  }

  /**
   * Makes the fits.
   *
   * @param fits of one reading of texts
   * @return one fitted model a fit, in their order, owned by the caller; when it was stopped some
   *     may be missing and the last one there says that it was interrupted
   * @throws io.haori.core.check.UserError when a fit fails; then none is left open
   */
  public List<TunedModel> tune(List<Fit> fits) {
    List<TunedModel> tuned = new ArrayList<>();
    List<PreparedFit> prepared = new ArrayList<>();
    try {
      if (!fits.stream().allMatch(fit -> shares(fit.settings()))) {
        for (Fit fit : fits) {
          tuned.add(
              new Tuner(base, fit.settings())
                  .startFrom(fit.start())
                  .reading(fit.frozen())
                  .listener(listener)
                  .stopWhen(stopRequested)
                  .tune(fit.rows()));
          if (tuned.get(tuned.size() - 1).training().interrupted()) {
            break;
          }
        }
        return tuned;
      }
      for (Fit fit : fits) {
        prepared.add(
            PreparedFit.of(base, fit.settings(), fit.start(), fit.frozen(), fit.rows(), null));
      }
      List<PreparedFit> learning = prepared.stream().filter(fit -> !fit.isDone()).toList();
      List<TrainingResult> results = learn(learning);
      int next = 0;
      for (PreparedFit fit : prepared) {
        tuned.add(fit.isDone() ? fit.finish() : fit.finish(results.get(next++)));
      }
      return tuned;
    } catch (RuntimeException e) {
      tuned.forEach(TunedModel::close);
      throw e;
    } finally {
      prepared.forEach(PreparedFit::close);
    }
  }

  private List<TrainingResult> learn(List<PreparedFit> fits) {
    return new SideBySideLoop(
            fits.stream().map(PreparedFit::loop).toList(),
            fits.stream().map(PreparedFit::task).toList(),
            wanted -> gradients(fits, wanted),
            listener,
            stopRequested)
        .run();
  }

  /** One pass for as many batches as it holds; the others follow. */
  private double[] gradients(List<PreparedFit> fits, List<Wanted> wanted) {
    double[] losses = new double[wanted.size()];
    List<int[]> rows = new ArrayList<>();
    List<TokenBatch> tokens = new ArrayList<>();
    for (Wanted one : wanted) {
      fits.get(one.task()).task().begin(one.epoch(), one.batch());
      int[] ours = fits.get(one.task()).task().rowsOf(one.epoch(), one.batch());
      rows.add(ours);
      tokens.add(fits.get(one.task()).task().tokensOf(one.epoch(), one.batch()));
    }
    int most = PassPlan.usualTokens(base.backbone().width(), Engine.threads());
    for (List<Integer> part : PassPlan.of(tokens, most)) {
      if (part.size() == 1) {
        Wanted one = wanted.get(part.get(0));
        losses[part.get(0)] =
            fits.get(one.task())
                .task()
                .lossAndGradients(one.epoch(), one.batch(), one.lossFactor());
      } else {
        together(fits, wanted, rows, tokens, part, losses);
      }
    }
    return losses;
  }

  private void together(
      List<PreparedFit> fits,
      List<Wanted> wanted,
      List<int[]> rows,
      List<TokenBatch> tokens,
      List<Integer> part,
      double[] losses) {
    List<TuningTask> tasks = part.stream().map(i -> fits.get(wanted.get(i).task()).task()).toList();
    TokenBatch all =
        TokenBatch.joined(part.stream().map(tokens::get).toList(), base.reader().padId());
    List<AdapterModule> modules = tasks.stream().map(task -> task.model().module()).toList();
    int[] positions =
        IntStream.range(0, part.size())
            .map(i -> tasks.get(i).positionsOf(rows.get(part.get(i))))
            .toArray();
    Routing routing =
        new Routing(
            IntStream.of(positions).boxed().toList(),
            part.stream().map(i -> tokens.get(i).tokens()).toList());
    Adaptation adaptation = AdapterModule.routed(modules, routing);
    Wanted first = wanted.get(part.get(0));
    try (Tape tape =
            Tape.recording(
                tasks.get(0).model().options().precision(),
                tasks.get(0).seed(first.epoch(), first.batch()));
        TextBatch texts = TextPass.batch(all)) {
      Variable states =
          tasks
              .get(0)
              .model()
              .pass()
              .states(tape, texts, adaptation, words(tasks, rows, tokens, part));
      long from = 0;
      for (int i = 0; i < part.size(); i++) {
        int at = part.get(i);
        Variable ours =
            SelectRows.apply(
                tape,
                states,
                Tensors.of(LongStream.range(from, from + positions[i]).toArray(), positions[i]));
        Variable loss =
            tasks
                .get(i)
                .loss()
                .ofStep(
                    tape,
                    ours,
                    rows.get(at),
                    tasks.get(i).seed(wanted.get(at).epoch(), wanted.get(at).batch()),
                    wanted.get(at).epoch());
        losses[at] = loss.value().item();
        if (Double.isFinite(losses[at])) {
          loss.accumulate(
              Tensors.full(
                  wanted.get(at).lossFactor(), loss.value().dtype(), loss.value().shape()));
        }
        from += positions[i];
      }
      tape.backwardFromGradients();
    }
  }

  /** Where the words of all batches are among the tokens, batch after batch. */
  private static long[] words(
      List<TuningTask> tasks, List<int[]> rows, List<TokenBatch> tokens, List<Integer> part) {
    LongStream words = LongStream.empty();
    long before = 0;
    for (int i = 0; i < part.size(); i++) {
      int at = part.get(i);
      words =
          LongStream.concat(words, LongStream.of(tasks.get(i).wordTokens(before, rows.get(at))));
      before += tokens.get(at).tokens();
    }
    return words.toArray();
  }
}
