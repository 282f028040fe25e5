package io.haori.cli.mix;

import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.analysis.comparison.AnswerDifference;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.tune.AnswerLearning;
import io.haori.cli.tune.AnswerWay.Learnt;
import io.haori.cli.tune.BaselineOptions;
import io.haori.inference.generate.Generator;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.training.baseline.Baselines;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.AnswerLosses;
import io.haori.training.pretrain.AnswerLosses.RowLosses;
import io.haori.training.pretrain.PretrainSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Other ways of learning a decoder mix's rows: the base alone, LoRA, the best single module, the
 * joint one. They learn before the mix does, so that an interrupted run continues, and answer the
 * rows that it answers.
 */
final class AnswerBaselines implements AutoCloseable {
  private final AnswerMix mix;
  private final LearntCopies copies;
  private final List<Way> ways = new ArrayList<>();
  private final List<Compared> compared = new ArrayList<>();

  /**
   * A way that was learnt.
   *
   * @param name in sentences
   * @param instead what to run to use it and not the mix
   * @param trainable numbers that were trained
   * @param adaptation its module
   */
  private record Way(String name, String instead, long trainable, Adaptation adaptation) {}

  /**
   * A way beside the mix.
   *
   * @param name in sentences
   * @param instead what to run to use it and not the mix
   * @param trainable numbers that were trained
   * @param loss of the right answers a token, in nats
   * @param exactMatch share of answers that are exactly right
   * @param lossGain how much smaller the mix's loss is, with its 95 % interval
   * @param exactGain how many more answers of the mix are exactly right, as a share, likewise
   */
  record Compared(
      String name,
      String instead,
      long trainable,
      double loss,
      double exactMatch,
      Interval lossGain,
      Interval exactGain) {}

  /**
   * Nothing is learnt yet.
   *
   * @param learning the base and the rows
   * @param mix knows how each way learns
   */
  AnswerBaselines(AnswerLearning learning, AnswerMix mix) {
    this.mix = mix;
    this.copies = new LearntCopies(learning);
  }

  /**
   * Learns in every way asked for.
   *
   * @param options which ways
   * @param modules of the mix
   * @param joint learnt from all domains together; null without it
   * @param tune the command that fits a method to these rows
   * @return false when it was interrupted
   */
  boolean learn(
      BaselineOptions options,
      List<MixedModule> modules,
      @Nullable MixedModule joint,
      String tune) {
    for (String name : options.names()) {
      boolean whole =
          switch (name) {
            case BaselineOptions.FROZEN -> {
              ways.add(new Way("the base", "the base alone", 0, Adaptation.NONE));
              yield true;
            }
            case BaselineOptions.LORA ->
                train(name, Baselines.lora(), one -> add("LoRA", "LoRA (" + tune + "lora)", one));
            case BaselineOptions.SINGLE -> single(modules);
            default ->
                joint == null
                    || train(
                        name,
                        mix.mixed(List.of(joint)),
                        one -> add("the joint module", alone(joint), one));
          };
      if (!whole) {
        return false;
      }
    }
    return true;
  }

  private boolean train(String name, AdapterMethod method, Consumer<Learnt> done) {
    return copies.train(mix.settings(method), "baseline-" + name, done);
  }

  private void add(String name, String instead, Learnt one) {
    ways.add(new Way(name, instead, one.trainable(), one.module()));
  }

  private static String alone(MixedModule module) {
    return "the module " + module.name() + " (haori mix --modules with this module alone)";
  }

  /** The module that is best on the held-out rows; those that are answered do not choose. */
  private boolean single(List<MixedModule> modules) {
    List<Learnt> all = new ArrayList<>();
    for (int k = 0; k < modules.size(); k++) {
      AdapterMethod method = mix.mixed(List.of(modules.get(k)));
      if (!train(BaselineOptions.SINGLE + "-" + k, method, all::add)) {
        return false;
      }
    }
    int best = 0;
    for (int k = 1; k < all.size(); k++) {
      best = all.get(k).result().lossEnd() < all.get(best).result().lossEnd() ? k : best;
    }
    String name = "the module " + modules.get(best).name() + " alone";
    add(name, alone(modules.get(best)), all.get(best));
    return true;
  }

  /**
   * Puts them beside the mix.
   *
   * @param base stays open
   * @param reading settings that say how rows are read
   * @param losses of the rows that are answered
   * @param ofMix the mix's losses of them
   * @param answers of the mix to them
   * @param seed of the bootstrap over the rows
   * @param stopRequested asked once a token
   */
  void compare(
      TextBase base,
      PretrainSettings reading,
      AnswerLosses losses,
      RowLosses ofMix,
      WrittenAnswers answers,
      long seed,
      BooleanSupplier stopRequested) {
    for (Way way : ways) {
      WrittenAnswers others =
          WrittenAnswers.of(
              new Generator(base, way.adaptation(), reading.precision()),
              base.tokenizer(),
              answers.rows(),
              stopRequested);
      if (others.rows().size() < answers.rows().size()) {
        return;
      }
      RowLosses own = losses.with(way.adaptation());
      compared.add(
          new Compared(
              way.name(),
              way.instead(),
              way.trainable(),
              own.mean(),
              others.scores().byName().getOrDefault("exactMatch", 0.0),
              AnswerDifference.ofShares(own.sides(), ofMix.sides(), seed),
              AnswerDifference.ofAccuracies(answers.exact(), others.exact(), seed)));
    }
  }

  /** The ways beside the mix; fewer than were asked for when it was interrupted. */
  List<Compared> compared() {
    return compared;
  }

  @Override
  public void close() {
    copies.close();
  }
}
